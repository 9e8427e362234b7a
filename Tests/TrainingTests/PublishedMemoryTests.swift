import Fabrics
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Testing
import Training

/// The models of Korthikanti et al. 2022 (arXiv:2205.05198), tables 3 and 4 and figure 1: attention that is not
/// fused, dropout, fp32 gradients; 2048 tokens, tensor 8.
private struct PublishedModel: Sendable, CustomStringConvertible {
  var name: String
  var layers: Int
  var hidden: Int
  var heads: Int
  var microBatch: Int
  var pipeline: Int
  var virtualStages: Int
  /// Bytes of activations of the first stage in GiB, without and with sequence parallelism and selective
  /// recomputation, and of parameters, gradients and optimizer.
  var plainGibibytes: Double
  var selectiveGibibytes: Double
  var stateGibibytes: Double

  var description: String { name }

  static let all = [
    PublishedModel(
      name: "22B", layers: 48, hidden: 6144, heads: 64, microBatch: 4, pipeline: 1, virtualStages: 1,
      plainGibibytes: 59.25, selectiveGibibytes: 9.5625, stateGibibytes: 45.5625),
    PublishedModel(
      name: "175B", layers: 96, hidden: 12288, heads: 96, microBatch: 1, pipeline: 8, virtualStages: 3,
      plainGibibytes: 66.84375, selectiveGibibytes: 12.351562, stateGibibytes: 45.5625),
    PublishedModel(
      name: "530B", layers: 105, hidden: 20480, heads: 128, microBatch: 1, pipeline: 35, virtualStages: 3,
      plainGibibytes: 114.023438, selectiveGibibytes: 23.076172, stateGibibytes: 31.640625),
    PublishedModel(
      name: "1T", layers: 128, hidden: 25600, heads: 160, microBatch: 1, pipeline: 64, virtualStages: 1,
      plainGibibytes: 131.25, selectiveGibibytes: 26.5625, stateGibibytes: 32.958984),
  ]

  var model: Model {
    var model = TransformerArchitecture(
      layerCount: layers, hidden: hidden,
      attention: AttentionArchitecture(
        heads: heads, headWidth: hidden / heads, hasInputBias: true, hasOutputBias: true),
      feedForward: FeedForwardArchitecture(
        width: 4 * hidden, isGated: false, activation: .gelu, hasBias: true),
      norm: NormArchitecture(.layerNorm),
      embedding: EmbeddingArchitecture(vocabulary: 51200, position: .learned, positionCount: 2048),
      head: HeadArchitecture(isTied: true), hasDropout: true
    ).model(sequenceLength: 2048, name: name)
    for layer in model.layers.indices {
      for index in model.layers[layer].operators.indices {
        if case .attention(var shape) = model.layers[layer].operators[index].shape {
          shape.isFused = false
          model.layers[layer].operators[index].shape = .attention(shape)
        }
      }
    }
    return model
  }

  /// Bytes that one layer of one rank keeps for a micro-batch.
  func kept(tensor: Int, sequenceParallel: Bool, recompute: RecomputePolicy = .none) -> Double {
    var plan = TrainingPlan(
      model: model, device: referenceDevice, rankCount: 1, microBatch: microBatch, tiers: referenceTiers)
    plan.layout = RankLayout(ParallelDegrees(tensor: tensor))
    plan.sequenceParallel = sequenceParallel
    let part = ShardedLayer(model.layers[1], under: plan.shardingRules)
    return part.operators.reduce(0) { sum, sharded in
      var item = sharded.item
      if recompute == .selective, case .attention(var shape) = item.shape {
        shape.keepsInputsOnly = true
        item.shape = .attention(shape)
      }
      return sum + item.savedBytes(batch: microBatch, precision: .fp16)
    }
  }

  /// s · b · h, and 5 · a · s / h.
  var units: (rows: Double, scores: Double) {
    (2048 * Double(microBatch) * Double(hidden), 5 * Double(heads) * 2048 / Double(hidden))
  }

  /// Enough to fill the pipeline; interleaved stages warm up with more than once round.
  var microBatches: Int { virtualStages > 1 ? 2 * pipeline : pipeline }

  /// Micro-batches of the first chunk that the first stage holds: all in flight, of interleaved ones two rounds but
  /// one.
  var inFlight: Int { virtualStages > 1 ? 2 * pipeline - 1 : pipeline }

  func result(sequenceParallel: Bool, recompute: RecomputePolicy) throws -> TrainingResult {
    try simulate(
      parallelJob(
        ParallelDegrees(tensor: 8, pipeline: pipeline), model: model, microBatches: microBatches
      ) {
        $0.plan.microBatch = microBatch
        $0.plan.precision = .fp16
        $0.plan.precision.gradient = .fp32
        $0.plan.keepsGradientBuffer = true
        $0.plan.sequenceParallel = sequenceParallel
        $0.plan.recompute = recompute
        $0.plan.pipeline.virtualStages = virtualStages
        if virtualStages > 1 { $0.plan.pipeline.schedule = .interleaved }
      })
  }
}

private func agree(_ value: Double, _ published: Double, within share: Double) -> Bool {
  abs(value / published - 1) <= share
}

@Suite("Published memory of large language models") struct PublishedMemoryTests {
  @Test(arguments: PublishedModel.all)
  fileprivate func `a layer keeps what the paper's formulas say`(model: PublishedModel) {
    let (rows, scores) = model.units
    // Table 2: s·b·h · (34 + 5as/h), (10 + 24/t + 5as/ht), (34/t + 5as/ht), 34/t.
    #expect(agree(model.kept(tensor: 1, sequenceParallel: false), rows * (34 + scores), within: 0.01))
    #expect(
      agree(model.kept(tensor: 8, sequenceParallel: false), rows * (10 + 24 / 8 + scores / 8), within: 0.01))
    #expect(agree(model.kept(tensor: 8, sequenceParallel: true), rows * (34 + scores) / 8, within: 0.01))
    #expect(
      agree(
        model.kept(tensor: 8, sequenceParallel: true, recompute: .selective), rows * 34 / 8, within: 0.01))
  }

  // Figure 1, whose figures are of the layers alone: the embedding's positions and dropout mask, and without a
  // pipeline the head, are taken off. Weights, gradients and optimizer are 18 bytes a parameter over the ranks; the
  // paper counts 12·h² a layer, here the tables, biases and norms besides.
  @Test(arguments: PublishedModel.all)
  fileprivate func `the first stage keeps what the paper says`(model: PublishedModel) throws {
    for (parallel, recompute, published) in [
      (false, RecomputePolicy.none, model.plainGibibytes), (true, .selective, model.selectiveGibibytes),
    ] {
      let result = try model.result(sequenceParallel: parallel, recompute: recompute)
      func kept(_ layer: ModelLayer) -> Double {
        ShardedLayer(layer, under: result.job.plan.shardingRules).operators.reduce(0) {
          $0 + $1.item.savedBytes(batch: model.microBatch, precision: .fp16)
        }
      }
      let layers = result.job.plan.model.layers
      let ends = Double(model.inFlight) * kept(layers[0]) + (model.pipeline == 1 ? kept(layers.last!) : 0)
      let blocks = Double(result.memoryByClass[0][.activations].bytes) - ends
      #expect(agree(blocks / 0x1p30, published, within: 0.01), "\(blocks / 0x1p30) GiB, \(recompute)")
      let states = result.memoryByClass.reduce(0.0) { sum, report in
        sum + Double((report[.weights] + report[.gradients] + report[.optimizer]).bytes)
      }
      let mean = states / Double(result.memoryByClass.count) / 0x1p30
      #expect(agree(mean, model.stateGibibytes, within: 0.02), "\(mean) GiB")
    }
  }

  // Full recomputation keeps the input of every layer, 2 · s · b · h, whole on every tensor rank.
  @Test(arguments: PublishedModel.all.filter { $0.pipeline <= 8 })
  fileprivate func `recomputed layers keep their inputs`(model: PublishedModel) throws {
    let report = try model.result(sequenceParallel: false, recompute: .full).memoryByClass[0]
    let interleaving = 1 + Double(model.pipeline - 1) / Double(model.pipeline * model.virtualStages)
    let held =
      model.virtualStages == 1 ? Double(model.layers) : Double(model.layers) * interleaving
    #expect(agree(Double(report.live(.layerInputs).bytes), 2 * model.units.rows * held, within: 0.01))
  }
}
