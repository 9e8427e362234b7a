/// Reduce-scatter round a ring: in each of n − 1 steps every rank sends S/n to the next and reduces what
/// comes in.
///
///     T = (n − 1) (α + S/n β + S/n γ)
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521.
struct RingReduceScatter: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let step = ScheduleStep(
      .shift(by: 1, within: n), bytes: group.share, repeatCount: n - 1, reduces: true)
    return CollectiveSchedule(rankCount: n, steps: [step])
  }

  func textbookTime(for group: RankGroup) -> Double? {
    Double(group.rankCount - 1) * group.stepTime(group.share, reduces: true)
  }
}

/// All-gather round a ring.
///
///     T = (n − 1) (α + S/n β)
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521.
struct RingAllGather: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let step = ScheduleStep(.shift(by: 1, within: n), bytes: group.share, repeatCount: n - 1)
    return CollectiveSchedule(rankCount: n, steps: [step])
  }

  func textbookTime(for group: RankGroup) -> Double? {
    Double(group.rankCount - 1) * group.stepTime(group.share)
  }
}

/// All-reduce round a ring: reduce-scatter, then all-gather.
///
///     T = 2 (n − 1) (α + S/n β) + (n − 1) S/n γ
///
/// - Source: Patarasuk & Yuan 2009, doi:10.1016/j.jpdc.2008.09.002.
struct RingAllReduce: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let halves = [RingReduceScatter().schedule(for: group), RingAllGather().schedule(for: group)]
    return CollectiveSchedule(rankCount: group.rankCount, steps: halves.flatMap(\.steps))
  }

  func textbookTime(for group: RankGroup) -> Double? {
    Double(group.rankCount - 1) * (group.stepTime(group.share, reduces: true) + group.stepTime(group.share))
  }
}

/// Broadcast or reduce along a chain, in chunks that follow each other.
///
///     T = (n − 2 + m) (α + S/m β (+ S/m γ))
///
/// with m chunks. A broadcast runs from rank 0 up, a reduce from the last rank down.
///
/// - Source: Watts & van de Geijn 1995, Parallel Processing Letters 5(2), pages 281–292.
struct Chain: CollectivePattern {
  var reduces: Bool

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let chunks = chunkCount(for: group)
    var steps: [ScheduleStep] = []
    for step in 0..<(n - 2 + chunks) {
      let (first, last) = (max(0, step - chunks + 1), min(n - 2, step))
      // A reduce is the same chain with its ranks numbered from the other end.
      let sends = SendPattern.chain(
        first: reduces ? n - 2 - last : first, last: reduces ? n - 2 - first : last, isReversed: reduces)
      if steps.last?.sends == sends {
        steps[steps.count - 1].repeatCount += 1
      } else {
        steps.append(ScheduleStep(sends, bytes: group.bytes / Double(chunks), reduces: reduces))
      }
    }
    return CollectiveSchedule(rankCount: n, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let chunks = chunkCount(for: group)
    return Double(group.rankCount - 2 + chunks)
      * group.stepTime(group.bytes / Double(chunks), reduces: reduces)
  }

  private func chunkCount(for group: RankGroup) -> Int {
    group.chunkCount ?? group.bestChunkCount(fillSteps: group.rankCount - 1, portLoad: 1)
  }
}

extension RankGroup {
  /// The number of chunks m that minimises (k + m − 1)(α + f S/m β), k steps being needed by one chunk
  /// and f chunks crossing the busiest port at once: m = √((k − 1) f S β / α).
  ///
  /// At most 1,024 chunks, and none below 4 KiB.
  func bestChunkCount(fillSteps: Int, portLoad: Int) -> Int {
    let most = max(1, min(1024, bytes / 4096))
    let transfer = bytes * hop.secondsPerByte * Double(portLoad)
    if hop.latency <= 0 { return Int(most) }
    return Int(min(most, max(1, (Double(fillSteps - 1) * transfer / hop.latency).squareRoot().rounded())))
  }
}
