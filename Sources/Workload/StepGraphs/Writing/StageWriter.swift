import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// Writes the operators of one class of ranks: the actions of its place in the pipeline, one after the other, and
/// the update.
struct StageWriter {
  let plan: TrainingPlan
  let device: Accelerator
  let slowdown: Double
  let schedule: PipelineSchedule
  /// Place in the pipeline.
  let stage: Int
  let chunks: [ChunkPlan]
  let links: StageLinks

  /// The last computation.
  var last: Int?
  /// What the next computation waits for.
  var pending: [Int] = []
  /// What the update waits for.
  var reductions: [Int] = []
  /// Where activations are offloaded: per chunk and layer, the transfer that moved a micro-batch's out.
  var evictions: [[Int: Int]]
  /// Per layer of the chunk in its backward pass, the last operator of it.
  var backwardEnds: [Int?] = []
  /// Gradients are booked when first made and live until the update.
  var gradientBytes = 0.0
  /// The same of those that lie on the host or the disk.
  var movedGradientBytes = 0.0
  /// Micro-batches whose weight gradients each chunk has made so far.
  var gradientPasses: [Int]
  /// Messages sent, each with its place on the stream, and waits for messages of others.
  var sendPlaces: [(message: Int, place: Int)] = []
  var messages: [(sender: Int, message: Int, wait: Int)] = []
  /// Buckets of a chunk that wait for the end of the backward pass, where reductions are not overlapped.
  var waitingBuckets: [(bucket: GradientBucket, isExpert: Bool, number: Int)] = []
  /// Reductions under way of the last layer whose gradients are shared out.
  var scatters: [Int] = []
  /// Bytes of parameters gathered for the layers at work, and the gathers under way, by layer.
  var gathered: [Int: Double] = [:]
  var gathers: [Int: [Int: [Int]]] = [:]
  /// Forward passes of each chunk so far.
  var forwardPasses: [Int]
  /// Buckets of each chunk as they fill.
  var reductionsOfChunk: [GradientReductions]

  init(
    _ plan: TrainingPlan, device: Accelerator, slowdown: Double, schedule: PipelineSchedule, stage: Int,
    chunks: [ChunkPlan], links: StageLinks
  ) {
    self.plan = plan
    self.device = device
    self.slowdown = slowdown
    self.schedule = schedule
    self.stage = stage
    self.chunks = chunks
    self.links = links
    evictions = Array(repeating: [:], count: chunks.count)
    gradientPasses = Array(repeating: 0, count: chunks.count)
    forwardPasses = gradientPasses
    reductionsOfChunk = chunks.map(\.buckets)
  }

  /// Writes all of a step.
  ///
  /// - Parameter actions: positions of actions whose operators are told apart; nil for none.
  /// - Returns: the stretch of these.
  mutating func write(into builder: inout StepGraphBuilder, noting actions: Range<Int>?) -> WrittenStretch {
    var stretch = WrittenStretch()
    for (position, action) in schedule.actions[stage].enumerated() {
      if position == actions?.lowerBound { stretch.begin(builder) }
      switch action {
      case .pass(let pass): write(pass, &builder)
      case .overlapped(let forward, let backward):
        if plan.isForwardOnly {
          write(forward, &builder)
        } else {
          writeTogether(forward, backward, &builder)
        }
      }
      if position + 1 == actions?.upperBound { stretch.end(builder) }
    }
    if !plan.isForwardOnly { writeUpdate(&builder) }
    return stretch
  }

  private mutating func write(_ pass: PipelinePass, _ builder: inout StepGraphBuilder) {
    if plan.isForwardOnly, pass.kind != .forward { return }
    switch pass.kind {
    case .forward:
      receive(pass, isForward: true, &builder)
      writeForward(pass, &builder)
      send(pass, isForward: true, &builder)
    case .backward, .backwardInput:
      receive(pass, isForward: false, &builder)
      writeBackward(pass, &builder)
      send(pass, isForward: false, &builder)
    case .backwardWeight: writeWeightGradients(pass, &builder)
    }
  }

  /// Whether a pass makes weight gradients for the last time in the step, so that they can be reduced.
  mutating func countGradientPass(_ chunk: Int) -> (isFirst: Bool, isLast: Bool) {
    gradientPasses[chunk] += 1
    return (gradientPasses[chunk] == 1, gradientPasses[chunk] == chunks[chunk].microBatchCount)
  }
}

/// A model chunk of a rank: its layers, and how its gradients are reduced.
struct ChunkPlan {
  /// Position in the model's depth.
  var stage: Int
  /// Micro-batches that pass through it in a step.
  var microBatchCount: Int
  var layers: [ModelLayer]
  /// Index of each layer's name.
  var names: [Int32]
  var templates: [LayerTemplate]
  /// For each layer the first of its recomputed segment; nil where it is not recomputed.
  var segmentStarts: [Int?]
  var buckets: GradientReductions

  /// Bytes that a layer keeps from its forward to its backward pass.
  func keptBytes(_ index: Int) -> Double {
    guard let start = segmentStarts[index] else { return templates[index].savedBytes }
    return index == start ? templates[index].inputBytes + templates[index].keptOutputBytes : 0
  }

  var parameters: RankParameters { templates.reduce(RankParameters()) { $0 + $1.parameters } }
}

/// The messages between stages.
struct StageLinks {
  /// Bytes of a boundary's activations, and of their gradients, for a micro-batch on one rank.
  var bytes: ByteCount
  var stageCount: Int
  var microBatchCount: Int

  /// The number of a message among all of a step.
  func message(isForward: Bool, from stage: Int, microBatch: Int) -> Int {
    ((isForward ? 0 : 1) * stageCount + stage) * microBatchCount + microBatch
  }

  var messageCount: Int { 2 * stageCount * microBatchCount }
}
