import Rehearsal
import Testing

/// Figures that a document may hold one by one and no simulation can count together.
@Suite("Figures at the edge") struct ExtremeFigureTests {
  @Test(arguments: [
    "cluster.accelerator={base: A100, tensor_peak: 1 FLOP/s}",
    "training.offload.optimizer=host|cluster.host_link=1 B/s|training.steps=1000",
  ])
  func `a run beyond the clock is refused, not cut short`(overrides: String) {
    #expect(throws: JobError.beyondClock) {
      try run(baseScenario, overrides.split(separator: "|").map(String.init))
    }
  }

  @Test func `a step beyond countable memory is refused`() {
    let layers = "model={layers: [{num_parameters: 1, forward_flops: 1, activation_memory_mb: 1e12}]}"
    #expect(throws: JobError.beyondMemory) { try run(baseScenario, [layers, "training.micro_batch=100000"]) }
  }

  @Test func `a step of more operators than can be held is refused before it is written`() {
    let error = #expect(throws: JobError.self) {
      try run(baseScenario, ["training.gradient_accumulation=10000000"])
    }
    #expect("\(String(describing: error))".contains("accumulate over fewer micro-batches"))
  }

  @Test(arguments: [
    (
      "model={layers: 10000, hidden: 1000000, heads: 10000, head_width: 1000000}",
      "the number of parameters, "
    ),
    (
      "model={layers: [{num_parameters: 1, forward_flops: 1, input_shape: [1e9, 1e9]}]}",
      "the number of elements of layer 0, 1e+18, is out of range: at most 9007199254740992"
    ),
    ("model={parameters: 1, activations: 1e19}", "1e+19 is out of range: at most 1e+18"),
    ("model={parameters: 9223372036854775807, activations: 1}", "is out of range: at most 9007199254740992"),
  ])
  func `a model beyond counting is refused where it stands`(model: String, complaint: String) {
    let error = #expect(throws: Diagnostics.self) { try run(baseScenario, [model]) }
    #expect(error?.description.contains(complaint) == true, "\(String(describing: error))")
  }

  @Test(arguments: ["switch", "hypercube", "fat_tree", "dragonfly", "torus"], ["auto", "off"])
  func `a network too slow for the clock is said to be`(kind: String, folding: String) {
    let slow = "cluster.fabric={kind: \(kind), nic: 1 B/s, nic_latency: 1 h, switch_latency: 1 h}"
    #expect(throws: JobError.beyondClock) {
      try run(baseScenario, ["cluster.nodes=8", slow, "training.steps=10", "simulation.fold=\(folding)"])
    }
  }

  @Test(arguments: [
    "model={parameters: 1, activations: 0, forward_flops: 0}",
    "cluster.nodes=1|cluster.accelerators_per_node=1",
    "model={layers: [{num_parameters: 0, forward_flops: 0}]}",
    "cluster.fabric={kind: switch, nic_latency: 0 s}",
    "cluster.accelerator={peak: {bf16: 1e9 PFLOP/s}, memory: 1000 PB, memory_bandwidth: 8000000 Tb/s}",
  ])
  func `the smallest and fastest jobs have answers`(overrides: String) throws {
    let report = try run(baseScenario, overrides.split(separator: "|").map(String.init))
    #expect(report.result.step.time.isFinite && report.result.step.time >= 0)
    #expect(!report.document.json().isEmpty)
  }
}
