import Rehearsal
import TestSupport
import Testing

@Suite("What parallel ranks hold") struct ParallelMemoryFlawTests {
  private static let plans: [[String]] = [
    [], ["training.gradient_accumulation=1"], ["plan.tensor=2"], ["plan.pipeline=2"], ["plan.context=2"],
    ["training.recompute=full"], ["training.precision=fp32"], ["training.optimizer=momentum"],
    ["model.experts=8", "model.experts_per_token=2", "plan.expert=4"],
    ["cluster.nodes=3", "cluster.accelerators_per_node=1"],
  ]

  @Test(arguments: plans)
  func `a higher ZeRO stage never holds more, and says by its messages that it is there`(
    plan: [String]
  ) throws {
    let stages = try (0...3).map { try simulated(planScenario, plan + ["plan.zero=\($0)"]) }
    for (lower, higher) in zip(stages, stages.dropFirst()) {
      #expect(higher.memory.peak <= lower.memory.peak)
      #expect(higher.collectives != lower.collectives)
    }
    // Each stage shares out what it names, whichever ranks hold most.
    func held(_ stage: Int, _ part: (MemoryReport) -> ByteCount) -> Int64 {
      stages[stage].memoryByClass.reduce(0) { $0 + part($1).bytes }
    }
    #expect(held(1) { $0[.optimizer] } < held(0) { $0[.optimizer] })
    #expect(held(2) { $0[.gradients] } < held(1) { $0[.gradients] })
    #expect(held(3) { $0[.weights] } < held(2) { $0[.weights] })
    #expect(held(1) { $0[.weights] } == held(0) { $0[.weights] })
    #expect(held(3) { $0[.optimizer] } == held(1) { $0[.optimizer] })
  }

  @Test(arguments: [2, 3])
  func `gradients that wait for a slow network do not pile up`(stage: Int) throws {
    let slow = ["cluster.nodes=8", "cluster.accelerators_per_node=1", "plan.zero=\(stage)"]
    func gradients(_ bandwidth: String, _ microBatches: Int) throws -> Int64 {
      let nic = "cluster.fabric={kind: switch, nic: \(bandwidth)}"
      let passes = "training.gradient_accumulation=\(microBatches)"
      return try simulated(planScenario, slow + [nic, passes]).memory[.gradients].bytes
    }
    let whole = 2 * (try simulated(planScenario).job.plan.model.parameterCount)
    // A rank's own eighth, and at most three blocks: one given away, one waiting, one at work.
    let block = whole / 8
    let held = try gradients("1 Gb/s", 16)
    #expect(held <= whole / 8 + 3 * block, "\(held)")
    #expect(held == (try gradients("1 Gb/s", 32)))
  }

  @Test(arguments: [2, 3, 8])
  func `ZeRO divides by the ranks that share, to the byte`(ranks: Int) throws {
    let one = ["cluster.accelerators_per_node=\(ranks)"]
    let whole = try simulated(planScenario, one + ["plan.zero=0"])
    let count = Double(whole.job.plan.model.parameterCount)
    let shared = try simulated(planScenario, one + ["plan.zero=3"])
    // Half a byte of rounding.
    func near(_ bytes: ByteCount, _ expected: Double) -> Bool { abs(Double(bytes.bytes) - expected) <= 0.5 }
    #expect(near(shared.memory[.optimizer], 12 * count / Double(ranks)))
    #expect(near(whole.memory[.optimizer], 12 * count))
    #expect(near(shared.memory[.weights], 2 * count / Double(ranks)))
  }

  @Test func `activations grow with tokens, not with their square, and with layers, not with their root`()
    throws
  {
    func activations(_ layers: Int, _ tokens: Int) throws -> Int64 {
      let result = try simulated(
        planScenario,
        [
          "model.layers=\(layers)", "model.context=32768", "training.sequence_length=\(tokens)",
          "training.gradient_accumulation=1",
        ])
      return result.memory[.activations].bytes
    }
    let (one, two, three) = (try activations(2, 4096), try activations(4, 4096), try activations(6, 4096))
    #expect(three - two == two - one)
    #expect(try activations(2, 8192) == 2 * one)
    #expect(try activations(2, 32768) == 8 * one)
  }

  @Test func `the logits of 128,256 words and their loss take gigabytes`() throws {
    func peak(_ vocabulary: Int) throws -> Double {
      let result = try simulated(
        """
        model: {layers: 1, hidden: 512, heads: 8, gated: true, position: rope, context: 2048, vocabulary: \(vocabulary)}
        cluster: {accelerator: H100, nodes: 1, accelerators_per_node: 1}
        training: {sequence_length: 2048, micro_batch: 4, steps: 1}
        """)
      let memory = result.memory
      return Double(
        memory.peak.bytes - memory[.weights].bytes - memory[.optimizer].bytes)
    }
    // 4 × 2048 rows of 127,232 more logits: 4 bytes kept, over which their gradient is written, and 2 at work, 6.3 GB.
    let elements = 4 * 2048 * 127_232.0
    #expect(agree(try peak(128_256) - peak(1024), 6 * elements, relative: 1e-3))
  }

  @Test func `under 1F1B the first stage waits longest and holds most`() throws {
    let result = try simulated(planScenario, ["cluster.accelerators_per_node=4", "plan.pipeline=4"])
    let held = result.memoryByClass.map { Double($0[.activations].bytes) }
    #expect(held[0] > held[1] && held[1] > held[2])
    // Equal stages hold p − d micro-batches: three and two of two blocks each.
    #expect(agree(held[1] / held[2], 3.0 / 2, relative: 0.02))
    #expect(result.memory.stage == 0)
    // GPipe holds all eight everywhere.
    let all = try simulated(
      planScenario, ["cluster.accelerators_per_node=4", "plan.pipeline=4", "plan.schedule=gpipe"])
    #expect(agree(Double(all.memoryByClass[1][.activations].bytes) / held[1], 8.0 / 3, relative: 0.02))
  }

  @Test(arguments: [true, false])
  func `the table is on the first stage and the head on the last, where they move the peak`(
    isTied: Bool
  ) throws {
    let result = try simulated(
      planScenario,
      [
        "cluster.accelerators_per_node=4", "plan.pipeline=4", "model.vocabulary=100000",
        "model.tied_embeddings=\(isTied)",
      ])
    let weights = result.memoryByClass.map { $0[.weights].bytes }
    let table = Int64(2 * 100_000 * 768)
    #expect(weights[1] == weights[2])
    #expect(weights[0] - weights[1] == table)
    // And the norm before the head. A tied table is held twice.
    #expect(weights[3] - weights[1] == table + 2 * 768)
    #expect([0, 3].contains(result.memory.stage))
    // A tied table's gradient is summed between the two.
    let sums = result.collectives.filter { $0.communicator == .embedding }
    #expect(sums.map(\.bytes.bytes) == (isTied ? [table] : []))
  }

  @Test func `a mixture keeps what each visited expert is sent, not what a dense model keeps`() throws {
    func activations(_ visited: Int?) throws -> Int64 {
      let experts = visited.map { ["model.experts=8", "model.experts_per_token=\($0)"] } ?? []
      return try simulated(planScenario, experts + ["training.gradient_accumulation=1"])
        .memory[.activations].bytes
    }
    let visits = try [1, 2, 4].map { try activations($0) }
    #expect(visits[2] - visits[1] == 2 * (visits[1] - visits[0]))
    #expect(visits[1] > (try activations(nil)))
    // A visit: the token of 768, gate and value of 2048 each, and their product, in two bytes.
    let visit = Int64(8 * 256 * 2 * (768 + 3 * 2048))
    #expect(visits[1] - visits[0] >= visit && visits[1] - visits[0] < visit * 5 / 4)
  }

  @Test(arguments: [(1, false), (2, true), (8, true)])
  func `eight billion parameters fit where their states do, and two devices do not hold them in 47 GB each`(
    devices: Int, fits: Bool
  ) throws {
    let result = try simulated(
      """
      model: llama-3.1-8b
      cluster: {accelerator: H100, nodes: 1, accelerators_per_node: \(devices)}
      training: {sequence_length: 2048, micro_batch: 1, precision: bf16, recompute: full, steps: 1}
      plan: {zero: \(devices > 1 ? 3 : 0)}
      """)
    // 16 bytes × 8.03e9 = 128.5 GB, divided by the ranks: 128.5, 64.2 and 16.1 GB, and what is at work besides.
    let states = 16 * 8_030_261_248 / Int64(devices)
    #expect(result.memory.peak.bytes > states)
    #expect(result.memory.fits == fits, "\(result.memory.peak)")
  }

  @Test func `keeping products lies between keeping all and keeping inputs, in memory and in time`() throws {
    func result(_ recompute: String) throws -> TrainingResult {
      try simulated(planScenario, ["training.recompute=\(recompute)", "plan.tensor=2"])
    }
    let (none, products, full) = try (result("none"), result("products"), result("full"))
    #expect(products.memory[.activations] < none.memory[.activations])
    #expect(products.memory[.activations] > full.memory[.activations])
    #expect(products.step.recompute > 0 && products.step.recompute < full.step.recompute)
    #expect(products.throughput.hfu > products.throughput.mfu)
  }

  @Test func `planned memory reserves what is live, and cached memory no less`() throws {
    let planned = try simulated(planScenario, ["training.allocator.kind=planned"]).memory
    let cached = try simulated(planScenario).memory
    #expect(planned.reserved.reserved == planned.reserved.allocated)
    #expect(cached.reserved.reserved >= planned.reserved.reserved)
  }

  @Test func `each kind of rank group has buffers of its own`() throws {
    func library(_ overrides: [String]) throws -> Int64 {
      try simulated(planScenario, overrides).job.plan.communicationLibraryBytes.bytes
    }
    let one = try library([])
    #expect(one == 350_000_000)
    #expect(try library(["plan.tensor=2"]) == 2 * one)
    #expect(try library(["plan.tensor=2", "plan.pipeline=2"]) == 3 * one)
    #expect(try library(["cluster.accelerators_per_node=1"]) == 0)
  }

  @Test func `logits that tensor ranks gather are whole on each of them`() throws {
    func result(_ framework: String) throws -> TrainingResult {
      try simulated(planScenario, ["plan.tensor=4", "training.framework=\(framework)"])
    }
    let (divided, gathered) = try (result("megatron-lm-2023"), result("aleph-alpha-scaling"))
    func logits(_ result: TrainingResult) -> Int64 { result.memory.live(.logits).bytes }
    // 256 rows of 4,096 classes in fp32, kept once and of a quarter of the classes, or twice and of all.
    let whole: Int64 = 256 * 4096 * 4
    #expect(logits(gathered) - logits(divided) == 2 * whole - whole / 4)
    // One gather a micro-batch instead of three sums of a number a row.
    func calls(_ result: TrainingResult, _ kind: CollectiveKind) -> Int {
      result.collectives.reduce(0) { $0 + ($1.kind == kind ? $1.count : 0) }
    }
    #expect(calls(gathered, .allGather) - calls(divided, .allGather) == 8)
    #expect(calls(divided, .allReduce) - calls(gathered, .allReduce) == 3 * 8)
  }
}
