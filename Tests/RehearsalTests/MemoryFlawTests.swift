import Rehearsal
import TestSupport
import Testing

/// Twelve blocks of 1024 in batches of 16: memory holds activations first, then states.
private let wideScenario = """
  name: wide
  model: {layers: 12, hidden: 1024, heads: 16, context: 512, vocabulary: 30000}
  cluster: {accelerator: A100-SXM-80GB, nodes: 1, accelerators_per_node: 8}
  training: {sequence_length: 512, micro_batch: 16, precision: bf16, steps: 1}
  """

@Suite("Memory that runs out") struct MemoryFlawTests {
  @Test(arguments: [
    (
      baseScenario, "cluster.accelerator={base: A100, memory: 1 GB}",
      "model={layers: 12, hidden: 1024, heads: 16, context: 128}"
    ),
    (flatScenario, "hardware.memory_gb=1", "model.hidden_size=2048"),
  ])
  func `a job beyond its device is answered with numbers, and the answer is no`(
    text: String, memory: String, model: String
  ) throws {
    let report = try run(text, [memory, model])
    let result = report.result
    #expect(!result.memory.fits)
    #expect(result.memory.capacity == .gigabytes(1))
    #expect(result.memory.peak > result.memory.capacity)
    #expect(result.step.time > 0 && result.step.time.isFinite)
    let memory = try #require(report.bottlenecks.first { $0.kind == .memory })
    #expect(memory.level == .severe)
    #expect(memory.evidence.contains("does not fit"))
    #expect(!memory.recommendations.isEmpty)
    #expect(report.document["memory"]?["fits"] == .bool(false))
    #expect(report.summary().contains("does not fit"))
  }

  @Test(arguments: [("1f1b", "training.recompute: full"), ("zb-h1", "training.recompute: selective")])
  func `what is advised about recomputation is not refused`(schedule: String, advice: String) throws {
    let plan = ["plan.pipeline=2", "plan.schedule=\(schedule)"]
    let full = try run(planScenario, plan + ["cluster.accelerator={base: H100, memory: 1 GiB}"])
    let memory = try #require(full.bottlenecks.first { $0.kind == .memory })
    #expect(memory.recommendations.contains { $0.contains(advice) })
    _ = try run(planScenario, plan + [advice.replacing(": ", with: "=")])
  }

  @Test func `memory becomes a bottleneck as it fills, by the shares that are documented`() throws {
    func finding(_ capacity: Double) throws -> Bottleneck? {
      let gigabytes = "cluster.accelerator={base: A100, memory: \(capacity) GB}"
      return try run(wideScenario, [gigabytes]).bottlenecks.first { $0.kind == .memory }
    }
    let needed = Double(try simulated(wideScenario).memory.needed.bytes) / 1e9
    #expect(try finding(needed / 0.6) == nil)
    #expect(try finding(needed / 0.8)?.level == .moderate)
    let tight = try #require(try finding(needed / 0.95))
    #expect(tight.level == .severe)
    #expect(agree(tight.severity, 0.95, relative: 1e-6))
    #expect(tight.gainIfDoubled == nil)
  }

  @Test(arguments: [
    "training.recompute=full", "training.recompute=sqrt", "training.offload.optimizer=host",
    "training.offload.activations=host", "training.optimizer=sgd",
  ])
  func `a way to save memory lowers the peak itself`(override: String) throws {
    let plain = try simulated(wideScenario, ["training.global_batch=128"])
    let saving = try simulated(wideScenario, ["training.global_batch=128", override])
    #expect(saving.memory.peak < plain.memory.peak)
  }

  @Test func `half the micro-batch accumulated twice keeps half the activations`() throws {
    let plain = try simulated(wideScenario)
    let accumulated = try simulated(
      wideScenario, ["training.micro_batch=8", "training.gradient_accumulation=2"])
    #expect(accumulated.job.globalBatch == plain.job.globalBatch)
    #expect(
      agree(
        Double(accumulated.memory[.activations].bytes), Double(plain.memory[.activations].bytes) / 2,
        relative: 1e-6))
    #expect(accumulated.memory.peak < plain.memory.peak)
  }

  @Test func `16-bit training keeps less than 32-bit training`() throws {
    let single = try simulated(wideScenario, ["training.precision=fp32"])
    let mixed = try simulated(wideScenario)
    let count = mixed.job.plan.model.parameterCount
    #expect(mixed.memory.peak < single.memory.peak)
    // fp32: 4 weights + 4 gradients + 8 moments. bf16: 2 + 2 and 12 for moments and master weights.
    #expect(single.memory[.weights].bytes + single.memory[.gradients].bytes == 8 * count)
    #expect(single.memory[.optimizer].bytes == 8 * count)
    #expect(mixed.memory[.weights].bytes + mixed.memory[.gradients].bytes == 4 * count)
    #expect(mixed.memory[.optimizer].bytes == 12 * count)
  }

  @Test func `what leaves the device arrives at the host, and not twice`() throws {
    let plain = try simulated(wideScenario)
    let offloaded = try simulated(wideScenario, ["training.offload.optimizer=host"])
    #expect(offloaded.memory[.optimizer] == .zero)
    // Eight devices share the host's memory.
    #expect(offloaded.memory.hostBytesPerNode.bytes == 8 * plain.memory[.optimizer].bytes)
    let activations = try simulated(wideScenario, ["training.offload.activations=host"])
    #expect(activations.memory.hostBytesPerNode > .zero)
    #expect(activations.memory[.activations] < plain.memory[.activations])
  }

  @Test func `transfers to the host take bytes over bandwidth, in the unit of every other time`() throws {
    let result = try simulated(
      wideScenario, ["training.offload.optimizer=host", "cluster.host_link=16 GB/s"])
    // P gradients of 2 bytes out and P weights of 2 bytes back, each 10 µs + 2 P / 16 GB/s.
    let parameters = Double(result.job.plan.model.parameterCount)
    let expected = 10e-6 + 2 * parameters / 16e9
    for name in ["gradients to host", "weights from host"] {
      let index = try #require(result.graph.operators.indices.first { result.graph.name(of: $0) == name })
      #expect(agree(result.graph.operators[index].duration.seconds, expected, relative: 1e-9))
    }
    // And the device stands still for both, inside a step whose parts add up.
    #expect(result.step.exposedOffload >= 2 * expected)
    #expect(result.step.exposedOffload < result.step.time)
    // A link of twice the bandwidth gives back half of the transfer time.
    let faster = try simulated(
      wideScenario, ["training.offload.optimizer=host", "cluster.host_link=32 GB/s"])
    #expect(agree(result.step.time - faster.step.time, 2 * parameters / 16e9, relative: 1e-6))
  }

  @Test func `activations leave at the speed of the host link`() throws {
    let result = try simulated(
      wideScenario, ["training.offload.activations=host", "cluster.host_link=16 GB/s"])
    let model = result.job.plan.model
    let block = try #require(model.layers.firstIndex { $0.kind == .transformerBlock })
    let kept = model.layers[block].savedBytes(batch: 16, precision: .bf16)
    for end in ["evict", "fetch"] {
      let name = "\(model.layers[block].name)/\(end)"
      let index = try #require(result.graph.operators.indices.first { result.graph.name(of: $0) == name })
      #expect(agree(result.graph.operators[index].duration.seconds, 10e-6 + kept / 16e9))
    }
  }
}
