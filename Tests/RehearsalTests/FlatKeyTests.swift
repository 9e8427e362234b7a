import Rehearsal
import TestSupport
import Testing

/// What a key of the flat dialect must move.
private enum FlatEffect: Sendable {
  /// Concerns files and pictures, not the simulated job.
  case presentation
  /// The figure grows from the first overrides to the second.
  case raises(Figure, [String], [String])
  case lowers(Figure, [String], [String])
}

private struct Figure: Sendable {
  var name: String
  var value: @Sendable (TrainingResult) -> Double

  static let time = Figure(name: "step time") { $0.step.time }
  static let compute = Figure(name: "compute") { $0.step.compute }
  static let communication = Figure(name: "communication") { $0.step.communication }
  static let peak = Figure(name: "peak memory") { Double($0.memory.peak.bytes) }
  static let activations = Figure(name: "activations") { Double($0.memory[.activations].bytes) }
  static let capacity = Figure(name: "capacity") { Double($0.memory.capacity.bytes) }
  static let parameters = Figure(name: "parameters") { Double($0.job.plan.model.parameterCount) }
  static let throughput = Figure(name: "throughput") { $0.throughput.samplesPerSecond }
  static let total = Figure(name: "total time") { $0.totalSeconds }
}

private let customModel = "model={model_type: custom, total_parameters: 10000000, sequence_length: 128}"
private let torus = ["network.topology_type=torus_2d"]

private let flatEffects: [String: FlatEffect] = [
  "name": .presentation, "description": .presentation, "collect_detailed_stats": .presentation,
  "enable_visualization": .presentation, "output_directory": .presentation,
  "hardware.gpu_model": .lowers(.compute, [], ["hardware.gpu_model=H100"]),
  "hardware.compute_tflops": .lowers(
    .compute, ["hardware.compute_tflops=100"], ["hardware.compute_tflops=300"]),
  "hardware.memory_gb": .raises(.capacity, ["hardware.memory_gb=1"], ["hardware.memory_gb=40"]),
  "hardware.network_bandwidth_gbps": .lowers(.communication, [], ["hardware.network_bandwidth_gbps=50"]),
  "hardware.num_gpus_per_node": .raises(.throughput, [], ["hardware.num_gpus_per_node=4"]),
  "model.model_type": .raises(
    .parameters, [], ["model={model_type: gpt2-small, sequence_length: 128}"]),
  "model.num_layers": .raises(.time, [], ["model.num_layers=4"]),
  "model.hidden_size": .raises(.time, [], ["model.hidden_size=512"]),
  // Once a batch fills the device, narrower heads fill less of a multiply unit.
  "model.num_attention_heads": .raises(
    .compute, ["training.batch_size_per_gpu=256"],
    ["training.batch_size_per_gpu=256", "model.num_attention_heads=16"]),
  "model.sequence_length": .raises(.compute, [], ["model.sequence_length=512"]),
  "model.vocab_size": .raises(.time, [], ["model.vocab_size=60000"]),
  "model.total_parameters": .raises(
    .time, [customModel], [customModel, "model.total_parameters=100000000"]),
  "model.total_flops": .raises(
    .compute, [customModel, "model.total_flops=1e12"], [customModel, "model.total_flops=4e12"]),
  "training.batch_size_per_gpu": .raises(.compute, [], ["training.batch_size_per_gpu=8"]),
  "training.num_iterations": .raises(.total, [], ["training.num_iterations=3"]),
  "training.num_nodes": .raises(.communication, [], ["training.num_nodes=8"]),
  "training.communication_pattern": .lowers(
    .communication, ["training.communication_pattern=tree_allreduce"],
    ["training.communication_pattern=ring_allreduce"]),
  "training.gradient_accumulation_steps": .raises(
    .compute, [], ["training.gradient_accumulation_steps=4"]),
  "training.mixed_precision": .lowers(.compute, [], ["training.mixed_precision=true"]),
  "training.gradient_checkpointing": .lowers(
    .activations, ["model.num_layers=9", "training.batch_size_per_gpu=32"],
    ["model.num_layers=9", "training.batch_size_per_gpu=32", "training.gradient_checkpointing=true"]),
  "network.topology_type": .raises(.communication, [], ["network.topology_type=tree"]),
  "network.base_latency_us": .raises(.communication, [], ["network.base_latency_us=500"]),
  "network.switch_latency_us": .raises(.communication, torus, torus + ["network.switch_latency_us=500"]),
]

@Suite("Every key of the flat dialect") struct FlatKeyTests {
  @Test func `is in the table of effects`() {
    #expect(Set(Scenario.flatSchema.map(\.key.path)) == Set(flatEffects.keys))
  }

  @Test(arguments: Scenario.flatSchema.map(\.key.path))
  func `moves the figure it speaks of`(path: String) throws {
    switch try #require(flatEffects[path]) {
    case .presentation: break
    case .raises(let figure, let from, let to):
      let (before, after) = (try simulated(flatScenario, from), try simulated(flatScenario, to))
      #expect(figure.value(after) > figure.value(before), "\(path) does not raise the \(figure.name)")
    case .lowers(let figure, let from, let to):
      let (before, after) = (try simulated(flatScenario, from), try simulated(flatScenario, to))
      #expect(figure.value(after) < figure.value(before), "\(path) does not lower the \(figure.name)")
    }
  }

  @Test func `mixed precision halves activations and gradients`() throws {
    let single = try simulated(flatScenario)
    let mixed = try simulated(flatScenario, ["training.mixed_precision=true"])
    #expect(mixed.memory[.gradients].bytes * 2 == single.memory[.gradients].bytes)
    #expect(mixed.memory[.activations] < single.memory[.activations])
    #expect(mixed.step.communication < single.step.communication)
  }

  @Test func `checkpointing runs the blocks forward a second time`() throws {
    let kept = try simulated(flatScenario)
    let recomputed = try simulated(flatScenario, ["training.gradient_checkpointing=true"])
    #expect(kept.step.recompute == 0)
    #expect(recomputed.step.recompute > 0)
    #expect(agree(recomputed.step.forward, kept.step.forward))
    #expect(recomputed.step.recompute < kept.step.forward)
    // Table and logits are not run again, however large.
    let larger = try simulated(
      flatScenario, ["training.gradient_checkpointing=true", "model.vocab_size=100000"])
    #expect(larger.step.forward > recomputed.step.forward)
    #expect(agree(larger.step.recompute, recomputed.step.recompute))
  }

  @Test func `the vocabulary counts in parameters, arithmetic and memory`() throws {
    let small = try simulated(flatScenario, ["model.vocab_size=1000"])
    let large = try simulated(flatScenario, ["model.vocab_size=50257"])
    // One tied table of V × 256.
    #expect(
      large.job.plan.model.parameterCount - small.job.plan.model.parameterCount == (50257 - 1000) * 256)
    // 6 · s · h · V: the output head forward and twice backward, 128 tokens.
    #expect(
      agree(
        large.job.plan.model.trainingFLOPsPerSample - small.job.plan.model.trainingFLOPsPerSample,
        6 * 128 * 256 * (50257 - 1000)))
    #expect(large.memory.peak > small.memory.peak)
  }
}
