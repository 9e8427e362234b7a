import Parallelism

extension TrainingJob {
  /// Stages of a pipeline that are shown, each by one rank.
  static let shownStageLimit = 8

  /// The ranks whose spans are kept, in order: all if as many are asked for as there are, of a pipeline the first rank
  /// of up to eight stages, else the first `recordedRanks`.
  ///
  /// Ranks of one stage do the same at the same time; what differs in a pipeline is its stages.
  var ranksToRecord: [Int] {
    let asked = min(recordedRanks, plan.rankCount)
    if asked <= 0 { return [] }
    return asked == plan.rankCount || plan.degrees.pipeline == 1
      ? Array(0..<asked) : shownStages.map { plan.layout.rank(0, movedTo: $0, on: .pipeline) }.sorted()
  }

  /// Pipeline places that are shown: all of up to eight, else eight from the first to the last, evenly spaced.
  public var shownStages: [Int] {
    let (count, limit) = (plan.degrees.pipeline, Self.shownStageLimit)
    if count <= limit { return Array(0..<count) }
    // Rounded to the nearest.
    return (0..<limit).map { (2 * $0 * (count - 1) + limit - 1) / (2 * (limit - 1)) }
  }
}
