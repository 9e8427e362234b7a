import Fabrics
import Hardware
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import Training

/// A small decoder: grouped heads, gated feed-forward part, untied head.
func smallDecoder(
  layers: Int = 8, hidden: Int = 512, heads: Int = 8, keyValueHeads: Int = 4, tokens: Int = 256,
  experts: ExpertArchitecture? = nil, isTied: Bool = false
) -> Model {
  TransformerArchitecture(
    layerCount: layers, hidden: hidden,
    attention: AttentionArchitecture(
      heads: heads, keyValueHeads: keyValueHeads, headWidth: hidden / heads),
    feedForward: FeedForwardArchitecture(width: 4 * hidden, isGated: true, activation: .silu),
    experts: experts, embedding: EmbeddingArchitecture(vocabulary: 4096, position: .rope),
    head: HeadArchitecture(.language, isTied: isTied)
  ).model(sequenceLength: tokens, name: "small decoder")
}

/// A job of a small decoder on nodes of eight devices.
func parallelJob(
  _ degrees: ParallelDegrees, model: Model = smallDecoder(), devicesPerNode: Int = 8, microBatches: Int = 4,
  change: (inout TrainingJob) -> Void = { _ in }
) -> TrainingJob {
  let ranks = degrees.rankCount
  let perNode = min(ranks, devicesPerNode)
  var tiers = referenceTiers
  tiers.devicesPerNode = perNode
  var plan = TrainingPlan(
    model: model, device: referenceDevice, rankCount: 1, microBatch: 1, accumulation: microBatches,
    tiers: tiers, bucketBytes: .mebibytes(4))
  plan.layout = RankLayout(degrees)
  plan.sequenceParallel = degrees.tensor > 1
  var job = TrainingJob(
    name: "job", plan: plan,
    cluster: ClusterShape(
      nodeCount: (ranks + perNode - 1) / perNode, devicesPerNode: perNode,
      intraNode: LinkClass(bandwidth: .gigabytesPerSecond(200), latency: .microseconds(2)),
      interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(5))),
    network: .analytic)
  change(&job)
  return job
}
