import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Testing
import Training

@Suite("Memory of divided work") struct DividedMemoryTests {
  @Test func `a stage under 1F1B holds as many micro-batches as stages follow, its own included`() throws {
    // Four stages of two equal blocks, eight micro-batches: 4, 3, 2 and 1 in flight. The first keeps the positions
    // of 256 tokens in the table besides, 8 bytes each; the last the head.
    let reports = try simulate(parallelJob(ParallelDegrees(pipeline: 4), microBatches: 8)).memoryByClass
    let held = reports.map { $0[.activations].bytes }
    let single = held[2] / 2
    #expect(reports.map(\.stage) == [0, 1, 2, 3])
    let first: Int64 = 4 * (single + 8 * 256)
    #expect(Array(held.prefix(3)) == [first, 3 * single, 2 * single])
    #expect(held[3] > single)
  }

  @Test func `tensor and pipeline ranks divide the weights of the blocks`() throws {
    // No tables' worth mentioning: what is left is the blocks.
    let model = smallDecoder(layers: 8, hidden: 1024)
    func weights(_ degrees: ParallelDegrees) throws -> [Double] {
      try simulate(parallelJob(degrees, model: model)).memoryByClass.map { Double($0[.weights].bytes) }
    }
    let whole = try weights(ParallelDegrees())[0]
    // Norms are whole on every tensor rank: 17 of 1024 elements of two bytes.
    let norms = 17.0 * 1024 * 2
    #expect(try weights(ParallelDegrees(tensor: 4))[0] == (whole - norms) / 4 + norms)
    #expect(try weights(ParallelDegrees(pipeline: 4)).reduce(0, +) == whole)
  }

  @Test func `no ZeRO stage raises what a rank needs`() throws {
    for model in [
      smallDecoder(), smallDecoder(layers: 12, hidden: 1024),
      smallDecoder(experts: ExpertArchitecture(count: 8, active: 2, width: 512)),
    ] {
      for recompute in [RecomputePolicy.none, .full] {
        let reports = try ZeroStage.allCases.map { zero in
          try simulate(
            parallelJob(ParallelDegrees(data: 8), model: model) {
              $0.plan.zero = zero
              $0.plan.recompute = recompute
              $0.plan.keepsGradientBuffer = zero == .optimizer
            }
          ).memory
        }
        for (less, more) in zip(reports, reports.dropFirst()) {
          #expect(more.peak <= less.peak)
          #expect(more.needed <= less.needed)
        }
      }
    }
  }

  @Test func `logits and loss keep four bytes a token and class of the rank`() throws {
    // 8192 tokens, 128,256 classes over 8 tensor ranks: 4 · 8192 · 16,032 bytes, and the input of the logits, whole
    // or under sequence parallelism an eighth of 2 · 8192 · 512.
    let model = TransformerArchitecture(
      layerCount: 1, hidden: 512, attention: AttentionArchitecture(heads: 8, headWidth: 64),
      feedForward: FeedForwardArchitecture(width: 1024, isGated: true, activation: .silu),
      embedding: EmbeddingArchitecture(vocabulary: 128_256, position: .rope),
      head: HeadArchitecture(.language, isTied: false)
    ).model(sequenceLength: 8192, name: "wide head")
    let report = try simulate(
      parallelJob(ParallelDegrees(tensor: 8), model: model, microBatches: 1)
    ).memory
    let bytes: Int64 = 4 * 8192 * 16_032 + 2 * 8192 * 512 / 8
    #expect(report.live(.logits).bytes == bytes)
  }

  @Test func `grouped heads and experts count their own parameters`() throws {
    // h = 512, 8 heads of 64, 4 key and value heads, width 2048 gated, 8 blocks, 4096 tokens in two tables.
    // Attention 512·(512 + 2·256) + 512·512 = 786,432; products 3·512·2048 = 3,145,728; norms 2·512.
    let dense: Int64 = 8 * (786_432 + 3_145_728 + 1024) + 2 * 4096 * 512 + 512
    #expect(try simulate(parallelJob(ParallelDegrees())).memory[.weights].bytes == 2 * dense)
    // Eight experts of width 512 in place of the products, 3·512·512 each, and a router of 512·8.
    let experts = smallDecoder(experts: ExpertArchitecture(count: 8, active: 2, width: 512))
    let sparse: Int64 = 8 * (786_432 + 8 * 786_432 + 4096 + 1024) + 2 * 4096 * 512 + 512
    #expect(
      try simulate(parallelJob(ParallelDegrees(), model: experts)).memory[.weights].bytes
        == 2 * sparse)
    // Expert ranks divide the experts alone.
    let divided = try simulate(parallelJob(ParallelDegrees(data: 4, expert: 4), model: experts)).memory
    let elsewhere: Int64 = 8 * 8 * 786_432 * 3 / 4
    #expect(divided[.weights].bytes == 2 * (sparse - elsewhere))
  }
}
