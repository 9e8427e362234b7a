/// Broadcast, reduce, gather or scatter on a binomial tree from rank 0, for any n.
///
/// Going down, every rank that is a multiple of 2 d passes on to the one d further on, for d from the largest
/// power of two below n to 1; gather and reduce go the same way back. A broadcast or reduce sends S in each
/// step, a gather or scatter the shares of all ranks below the edge:
///
///     broadcast, reduce  T = ⌈log₂ n⌉ (α + S β (+ S γ))
///     gather, scatter    T = ⌈log₂ n⌉ α + (n − 1)/n S β
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, sections 4.2 and 4.4.
struct Binomial: CollectivePattern {
  var kind: CollectiveKind

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    var steps: [ScheduleStep] = []
    var distance = 1
    while distance < n {
      steps.append(step(distance, group))
      distance <<= 1
    }
    let goesDown = kind == .broadcast || kind == .scatter
    return CollectiveSchedule(rankCount: n, steps: goesDown ? steps.reversed() : steps)
  }

  private func step(_ distance: Int, _ group: RankGroup) -> ScheduleStep {
    let n = group.rankCount
    switch kind {
    case .broadcast:
      return ScheduleStep(.binomial(distance: distance, isReversed: false), bytes: group.bytes)
    case .reduce:
      return ScheduleStep(.binomial(distance: distance, isReversed: true), bytes: group.bytes, reduces: true)
    default:
      // Subtrees at the end of the ranks are smaller: messages of their own sizes.
      let sends = stride(from: 0, to: n - distance, by: 2 * distance).map { root in
        let below = root + distance
        let bytes = Double(min(distance, n - below)) * group.share
        return kind == .scatter
          ? SendList.Send(from: root, to: below, bytes: bytes)
          : SendList.Send(from: below, to: root, bytes: bytes)
      }
      return ScheduleStep(.list(SendList(sends, rankCount: n)), bytes: 0)
    }
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let steps = Double(TwinTrees(group.rankCount).height)
    switch kind {
    case .broadcast: return steps * group.stepTime(group.bytes)
    case .reduce: return steps * group.stepTime(group.bytes, reduces: true)
    default:
      return steps * group.hop.latency + Double(group.rankCount - 1) * group.share * group.hop.secondsPerByte
    }
  }
}

/// Broadcast as a binomial scatter and an all-gather round a ring, which moves few bytes where a tree moves S
/// in every step.
///
///     T = (⌈log₂ n⌉ + n − 1) α + 2 (n − 1)/n S β
///
/// - Source: M. Barnett et al. 1994, "Interprocessor collective communication library (InterCom)",
///   doi:10.1109/SHPCC.1994.296665; Thakur, Rabenseifner & Gropp 2005, section 4.2.
struct ScatterAllGather: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let halves = [Binomial(kind: .scatter).schedule(for: group), RingAllGather().schedule(for: group)]
    return CollectiveSchedule(rankCount: group.rankCount, steps: halves.flatMap(\.steps))
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let halves = [
      Binomial(kind: .scatter).textbookTime(for: group), RingAllGather().textbookTime(for: group),
    ]
    return halves.reduce(0) { $0 + ($1 ?? 0) }
  }
}
