/// Steps in which every message goes straight from its source to its destination, all at once.
///
/// A rank with k messages through its port pays one latency and k times their bytes:
///
///     T = α + k bytes β (+ k bytes γ),  k = n − 1
///
/// and the parameter server and the direct all-reduce are two such steps after each other.
struct Direct: CollectivePattern {
  /// One step: who sends, which share of S each message carries, whether it is reduced.
  struct Stage {
    var sends: SendPattern
    /// Whether a message carries S/n; else S.
    var isShare: Bool
    var reduces = false
  }

  var stages: [Stage]

  static let reduceScatter = Direct(stages: [Stage(sends: .allPairs, isShare: true, reduces: true)])
  static let allGather = Direct(stages: [Stage(sends: .allPairs, isShare: true)])
  static let allToAll = Direct(stages: [Stage(sends: .allPairs, isShare: true)])
  static let broadcast = Direct(stages: [Stage(sends: .fromRoot, isShare: false)])
  static let reduce = Direct(stages: [Stage(sends: .toRoot, isShare: false, reduces: true)])
  static let gather = Direct(stages: [Stage(sends: .toRoot, isShare: true)])
  static let scatter = Direct(stages: [Stage(sends: .fromRoot, isShare: true)])
  /// T = 2 α + 2 (n − 1)/n S β + (n − 1)/n S γ.
  static let reduceScatterAllGather = Direct(stages: reduceScatter.stages + allGather.stages)
  /// T = 2 α + 2 (n − 1) S β + (n − 1) S γ: all meet at one port.
  static let parameterServer = Direct(stages: reduce.stages + broadcast.stages)

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let steps = stages.map {
      ScheduleStep($0.sends, bytes: $0.isShare ? group.share : group.bytes, reduces: $0.reduces)
    }
    return CollectiveSchedule(rankCount: group.rankCount, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    stages.reduce(0) { time, stage in
      let throughPort = Double(group.rankCount - 1) * (stage.isShare ? group.share : group.bytes)
      return time + group.stepTime(throughPort, reduces: stage.reduces)
    }
  }
}

/// n − 1 steps; in step d every rank sends S/n to the one d further on.
///
///     T = (n − 1) (α + S/n β (+ S/n γ))
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, section 4.4.
struct Pairwise: CollectivePattern {
  var reduces: Bool

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let steps = (1..<n).map {
      ScheduleStep(.shift(by: $0, within: n), bytes: group.share, reduces: reduces)
    }
    return CollectiveSchedule(rankCount: n, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    Double(group.rankCount - 1) * group.stepTime(group.share, reduces: reduces)
  }
}

/// One message: T = α + S β.
struct PointToPoint: CollectivePattern {
  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule {
    guard group.rankCount == 2 else { throw .rankCountNotTwo(group.rankCount) }
    let step = ScheduleStep(.chain(first: 0, last: 0, isReversed: false), bytes: group.bytes)
    return CollectiveSchedule(rankCount: 2, steps: [step])
  }

  func textbookTime(for group: RankGroup) -> Double? { group.stepTime(group.bytes) }
}
