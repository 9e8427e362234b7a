import ModelGraphs
import Parallelism

extension TrainingPlan {
  /// Stages of the pipeline in the model's order, virtual ones counted.
  public var stageCount: Int {
    degrees.pipeline * (pipeline.schedule.keepsTwoCopies ? 1 : pipeline.virtualStages)
  }

  /// The layers of every stage, in the model's order.
  ///
  /// The embedding is on the first stage and the head on the last. Blocks are divided as the plan says, or
  /// evenly; what is left over goes to the middle, since the ends have the embedding and the head besides.
  ///
  /// - Complexity: O(layers).
  public func stageLayers() -> [Range<Int>] {
    let layers = model.layers
    let count = stageCount
    if count == 1 { return [layers.indices] }
    let firstBlock = layers.first?.kind == .embedding ? 1 : 0
    let endOfBlocks = layers.last?.kind == .head ? layers.count - 1 : layers.count
    let shares = pipeline.stageBlocks ?? evenShares(of: endOfBlocks - firstBlock, among: count)
    var bounds = [0]
    var next = firstBlock
    for share in shares {
      next += share
      bounds.append(next)
    }
    bounds[count] = layers.count
    return (0..<count).map { bounds[$0]..<bounds[$0 + 1] }
  }

  private func evenShares(of blocks: Int, among count: Int) -> [Int] {
    var shares = [Int](repeating: blocks / count, count: count)
    // From the middle outwards, the later stage of a pair first.
    let order = (0..<count).sorted {
      (abs(2 * $0 - count + 1), -$0) < (abs(2 * $1 - count + 1), -$1)
    }
    for index in order.prefix(blocks % count) { shares[index] += 1 }
    return shares
  }
}

extension PipelineScheduleKind {
  /// Whether each rank holds a stage for either direction, two copies of the model in all.
  public var keepsTwoCopies: Bool { self == .dualPipe }

  /// Whether gradients of inputs and of weights are passes of their own.
  public var splitsBackward: Bool {
    switch self {
    case .zbH1, .zbH2, .zbV, .dualPipe: true
    case .gpipe, .oneForwardOneBackward, .interleaved: false
    }
  }
}
