// A metric of your own over results, and a model of your own on the event engine.
//
//   swift run OwnMetric

import Rehearsal

// --- A metric: tokens per joule ------------------------------------------------------------------

extension TrainingResult {
  /// Tokens per joule of the accelerators at full load; `nil` where the power is not known.
  ///
  ///     tokens per second / (ranks · power)
  var tokensPerJoule: Double? {
    job.plan.device.powerWatts.map {
      throughput.tokensPerSecond / (Double(job.plan.rankCount) * $0)
    }
  }
}

var efficiency = TextTable(["Device", .number("Power"), .number("Tokens/s"), .number("Tokens/J")])
for device in ["V100-SXM2-32GB", "A100-SXM-80GB", "H100-SXM-80GB"] {
  var scenario = Scenario(name: device, model: .named("gpt2-medium"))
  scenario.cluster.accelerator = .named(DeclaredName(device))
  scenario.training.precision = .fp16
  scenario.training.microBatch = 8
  let result = try simulate(try Resolver().job(for: try scenario.completed()))
  efficiency.add([
    device, "\(Int(result.job.plan.device.powerWatts ?? 0)) W",
    Readable.number(result.throughput.tokensPerSecond), Readable.number(result.tokensPerJoule ?? 0),
  ])
}
print(efficiency.text())

// --- A model on the event engine: two nodes that compute, then exchange ---------------------------

final class ExchangeModel {
  let engine = SimulationEngine()
  let nodes: [ResourceManager]
  let work = FLOPCount(2e12)
  let gradients = ByteCount.mebibytes(512)
  /// Part of the peak that each node reaches; the second one is a fifth slower.
  let efficiencies = [0.5, 0.4]

  init() throws {
    nodes = efficiencies.map { _ in
      ResourceManager(peak: .teraflops(312), memory: .gibibytes(80), bandwidth: .gigabytesPerSecond(25))
    }
    for node in nodes { try node.allocate("gradients", gradients) }
  }

  /// One iteration of a node: compute, send the gradients, then the next iteration.
  func iterate(_ node: Int, times: Int) throws {
    guard times > 0 else { return }
    let computed = nodes[node].execute(work, at: engine.now, efficiency: efficiencies[node])
    try engine.schedule(Event(at: engine.now, kind: .iterationStart, node: node))
    try engine.schedule(Event(at: computed.start, kind: .computeStart, node: node))
    try engine.schedule(
      Event(at: computed.end, kind: .computeEnd, node: node) { [self] engine in
        let sent = nodes[node].transfer(gradients, at: engine.now, latency: .microseconds(5))
        try engine.schedule(Event(at: sent.start, kind: .communicationStart, node: node))
        try engine.schedule(Event(at: sent.end, kind: .communicationEnd, node: node))
        try engine.schedule(
          Event(at: sent.end, kind: .iterationEnd, node: node) { [self] _ in
            try iterate(node, times: times - 1)
          })
      })
  }
}

let model = try ExchangeModel()
for node in model.nodes.indices { try model.iterate(node, times: 3) }
let statistics = try model.engine.run(collectHistory: true)

print("\(statistics.eventCount) events, \(Readable.seconds(statistics.endTime.seconds)) of simulated time")
var usage = TextTable([.number("Node"), .number("Compute"), .number("Network"), .number("Memory")])
for (index, node) in model.nodes.enumerated() {
  let parts = node.utilization(at: statistics.endTime)
  usage.add([
    "\(index)", Readable.percent(parts.compute), Readable.percent(parts.network),
    Readable.percent(parts.memory, decimals: 2),
  ])
}
print(usage.text())
for event in model.engine.history.prefix(6) { print(event) }
