import Rehearsal
import TestSupport
import Testing

/// Errors that published simulators made; each must not be possible here.
@Suite("Traps") struct TrapTests {
  // 1. Sparse peaks taken for dense ones.
  @Test func `rates are held against dense peaks, half of the sparse ones`() throws {
    for entry in Catalogue.bundled.accelerators {
      for (type, sparse) in entry.accelerator.sparsePeak {
        let dense = try #require(entry.accelerator.densePeak[type], "\(entry.name) \(type)")
        #expect(agree(2 * dense.perSecond, sparse.perSecond, relative: 2e-3), "\(entry.name) \(type)")
      }
    }
    func bf16(_ name: String) throws -> Double {
      try Catalogue.bundled.accelerator(named: name).accelerator.peak(for: .bf16).perSecond / 1e12
    }
    // NVIDIA's data sheets state 1,979, 3,500 and 5,000 with sparsity.
    #expect(try bf16("H100") == 989.4)
    #expect(try bf16("B100") == 1750)
    #expect(try bf16("GB200") == 2500)
    let result = try simulated(planScenario)
    #expect(agree(result.throughput.mfu * 989.4, result.throughput.modelTeraflopsPerAccelerator))
  }

  // 2. More than the memory of a device can move.
  @Test(arguments: ["V100", "A100", "H100", "B200", "MI300X", "TPU-v5p"])
  func `no kernel passes the peak or the memory bandwidth of its device`(name: String) throws {
    let device = try Catalogue.bundled.accelerator(named: name).accelerator
    let precision: PrecisionPolicy = device.densePeak[.bf16] == nil ? .fp16 : .bf16
    for model in ["llama-3.2-1b", "qwen1.5-moe-a2.7b", "resnet-50", "mamba-130m"] {
      let layers = try Catalogue.bundled.model(named: model).model().layers
      for item in layers.flatMap(\.operators) {
        for kernel in Pass.allCases.flatMap({ item.kernels($0, batch: 2, precision: precision) }) {
          let seconds = kernelTime(kernel, on: device).duration.seconds
          #expect(
            kernel.flops <= seconds * device.peak(for: kernel.dataType).perSecond, "\(model) \(item.name)")
          #expect(kernel.bytes <= seconds * device.memoryBandwidth.bytesPerSecond, "\(model) \(item.name)")
        }
      }
    }
  }

  // 3. A ring that pays its latency once.
  @Test(arguments: [2, 8, 64])
  func `a ring of gradients takes 2(n − 1) steps of latency and share`(nodes: Int) throws {
    let result = try simulated(
      planScenario,
      [
        "cluster.nodes=\(nodes)", "cluster.accelerators_per_node=1", "training.bucket_size=1 TB",
        "cluster.fabric={kind: switch, nic: 400 Gb/s, nic_latency: 5 us}",
        "cluster.collectives={all_reduce: ring, tuner: least}", "simulation.network=analytic",
      ])
    for call in result.collectives where call.kind == .allReduce && call.communicator == .data {
      let share = Double(call.bytes.bytes) / Double(nodes) / 50e9
      let least = Double(2 * (nodes - 1)) * (5e-6 + share)
      #expect(call.duration.seconds >= least * (1 - 1e-9) && call.duration.seconds < 1.2 * least)
    }
    #expect(result.collectives.contains { $0.kind == .allReduce })
  }

  // 4. GB for GiB, bits for bytes.
  @Test func `GB is 10⁹, GiB is 2³⁰, and Gb/s are bits`() throws {
    func device(_ memory: String) throws -> Accelerator {
      try simulated(planScenario, ["cluster.accelerator={base: H100, memory: \(memory)}"]).job.plan.device
    }
    #expect(try device("80 GB").memory.bytes == 80_000_000_000)
    #expect(try device("80 GiB").memory.bytes == 85_899_345_920)
    func wire(_ bandwidth: String) throws -> Double {
      try simulated(planScenario, ["cluster.fabric={kind: switch, nic: \(bandwidth)}"])
        .job.cluster.interNode.bandwidth.bytesPerSecond
    }
    #expect(try wire("400 Gb/s") == 50e9)
    #expect(try wire("50 GB/s") == 50e9)
    #expect(try wire("50 GiB/s") == 50 * 1_073_741_824)
  }

  // 5. Weight gradients of weights that do not train.
  @Test func `a frozen block has no weight gradients, no states and no messages`() throws {
    let job = try resolver.job(for: try scenario(planScenario))
    let full = try simulate(job)
    var frozen = job
    for layer in frozen.plan.model.layers.indices {
      for item in frozen.plan.model.layers[layer].operators.indices {
        let isHead = frozen.plan.model.layers[layer].kind == .head
        frozen.plan.model.layers[layer].operators[item].isTrainable = isHead
      }
    }
    let rest = try simulate(frozen)
    let trained = frozen.plan.model.trainableParameterCount
    #expect(trained > 0 && trained < job.plan.model.parameterCount / 4)
    #expect(rest.memory[.weights] == full.memory[.weights])
    #expect(rest.memory[.optimizer].bytes == 12 * trained)
    let reduced = rest.collectives.filter { $0.communicator == .data }
    #expect(reduced.reduce(0) { $0 + $1.bytes.bytes * Int64($1.count) } == 2 * trained)
    #expect(agree(rest.step.forward, full.step.forward))
    #expect(rest.step.backward < full.step.backward)
    #expect(rest.job.plan.model.trainingFLOPsPerSample < job.plan.model.trainingFLOPsPerSample * 0.7)
  }

  // 6. Attention heads where key and value heads count. (The cache of serving is not part of training.)
  @Test func `context ranks send keys and values of their own heads, not of the query heads`() throws {
    func sent(_ heads: Int) throws -> [Int64] {
      try simulated(planScenario, ["model.kv_heads=\(heads)", "plan.context=2"]).collectives
        .filter { $0.communicator == .context && $0.kind == .allGather }.map(\.bytes.bytes)
    }
    // 256 tokens, keys and values of 64, in two bytes.
    #expect(try sent(4) == [256 * 4 * 2 * 64 * 2])
    #expect(try sent(12) == [256 * 12 * 2 * 64 * 2])
  }

  // 7. Head dimension taken for hidden / heads.
  @Test(arguments: [
    ("qwen3-0.6b", 16, 128, 1024), ("gemma-3-1b", 4, 256, 1152), ("gpt-oss-20b", 64, 64, 2880),
  ])
  func `a head is as wide as the model says`(name: String, heads: Int, width: Int, hidden: Int) throws {
    let model = try Catalogue.bundled.model(named: name).model(sequenceLength: 128)
    let operators = model.layers.flatMap(\.operators)
    let shapes = operators.compactMap { item -> AttentionShape? in
      if case .attention(let shape) = item.shape { return shape }
      return nil
    }
    #expect(!shapes.isEmpty && heads * width != hidden)
    #expect(shapes.allSatisfy { $0.heads == heads && $0.headWidth == width })
    // Two products of the queries with the keys they see: half of 128², the diagonal counted.
    let flops = Double(2 * 2 * heads * width) * 128 * 129 / 2
    let attention = try #require(operators.first { if case .attention = $0.shape { true } else { false } })
    #expect(agree(attention.modelFLOPs(.forward), flops, relative: 0.01))
  }

  @Test func `twice the head width is twice the projections of every tensor rank`() throws {
    func weights(_ width: Int) throws -> Int64 {
      try simulated(planScenario, ["model.head_width=\(width)", "plan.tensor=4"]).memory[.weights].bytes
    }
    // 64 more for 12 query heads, 4 key, 4 value and 12 output heads, 8 blocks, in two bytes, on 4 ranks.
    #expect(try weights(128) - weights(64) == 64 * 32 * 768 * 8 * 2 / 4)
  }
}
