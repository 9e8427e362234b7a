import Fabrics
import FlowSharing
import Glibc
import Quantities
import RandomStreams
import Traffic

/// Runs 10,000 random flows that all start at once on a fat tree of 1,024 hosts to the end, and prints
/// processor time.
///
/// Exit code 1 if rates differ from those solved from scratch.
@main struct FlowBenchmark {
  static func main() throws {
    let network = try NetworkGraph(
      .fatTree(k: 16),
      wire: NetworkWire(bandwidth: .gigabitsPerSecond(100), latency: .microseconds(1)))
    var random = SplitMix64(seed: 1)
    let flows = (0..<10_000).map { _ in
      let source = Int.random(in: 0..<network.hostCount, using: &random)
      let hop = Int.random(in: 1..<network.hostCount, using: &random)
      return TrafficFlow(
        from: VertexID(source), to: VertexID((source + hop) % network.hostCount),
        bytes: Double(Int.random(in: 1_000_000...100_000_000, using: &random)))
    }
    var best = Double.infinity
    var outcome = try simulate(flows, on: network, seed: 1)
    for _ in 0..<2 {
      let start = processorSeconds()
      outcome = try simulate(flows, on: network, seed: 1)
      best = min(best, processorSeconds() - start)
    }
    print("10,000 flows on 1,024 hosts: \(Int(best * 1e3)) ms of processor time")
    print("\(outcome.instantCount) instants, makespan \(outcome.makespan.seconds) s")
    let error = try largestError(flows, network)
    print("largest difference from rates solved from scratch: \(error)")
    if error > 1e-9 { exit(1) }
  }

  /// Rates of a sharer whose flows leave in turn, against the plain solver at some of the instants.
  static func largestError(_ flows: [TrafficFlow], _ network: NetworkGraph) throws -> Double {
    let capacities = network.links.map(\.bandwidth.bytesPerSecond)
    var router = MultipathRouter(network, seed: 1)
    var sharer = FlowSharer(capacities: capacities)
    var present: [(id: FlowSharer.FlowID, flow: SharedFlow)] = []
    for flow in flows.prefix(2_000) {
      var path: [Int32] = []
      _ = try router.appendRoute(from: flow.source, to: flow.target, into: &path)
      let shared = SharedFlow(route: path)
      present.append((sharer.add(shared), shared))
    }
    sharer.solve()
    var worst = 0.0
    while present.count > 100 {
      sharer.remove(present.removeFirst().id)
      sharer.solve()
      guard present.count % 475 == 0 else { continue }
      let exact = maxMinRates(capacities: capacities, flows: present.map(\.flow))
      for (one, rate) in zip(present, exact) {
        worst = max(worst, (sharer.rate(of: one.id) - rate).magnitude / rate)
      }
    }
    return worst
  }

  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
