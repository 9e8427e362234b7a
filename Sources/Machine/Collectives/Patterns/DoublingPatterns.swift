/// The largest power of two that is not above a count.
func powerOfTwo(notAbove count: Int) -> Int { 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount) }

/// All-reduce by exchanging the whole buffer at distance 1, 2, 4, …
///
///     T = log₂ n (α + S β + S γ)
///
/// Ranks above the largest power of two first fold their buffer onto a partner and get the result back in
/// the end: (α + S β + S γ) and (α + S β) more.
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, section 4.3.
struct RecursiveDoublingAllReduce: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let core = powerOfTwo(notAbove: group.rankCount)
    var steps: [ScheduleStep] = []
    var mask = 1
    while mask < core {
      steps.append(ScheduleStep(.exchange(mask: mask, first: core), bytes: group.bytes, reduces: true))
      mask <<= 1
    }
    return folding(steps, onto: core, for: group)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let core = powerOfTwo(notAbove: group.rankCount)
    return Double(treeDepth(core - 1)) * group.stepTime(group.bytes, reduces: true)
      + foldingTime(onto: core, for: group)
  }
}

/// All-reduce by recursive halving (reduce-scatter) and recursive doubling (all-gather).
///
///     T = 2 log₂ n α + 2 (n − 1)/n S β + (n − 1)/n S γ
///
/// It moves as few bytes as a ring with logarithmically many messages. Ranks above the largest power of
/// two fold onto a partner first, as in recursive doubling.
///
/// - Source: Rabenseifner 2004, doi:10.1007/978-3-540-24685-5_1.
struct Rabenseifner: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let core = powerOfTwo(notAbove: group.rankCount)
    return folding(halving(group.bytes, core) + doubling(group.bytes, core), onto: core, for: group)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let core = powerOfTwo(notAbove: group.rankCount)
    let moved = Double(core - 1) / Double(core) * group.bytes
    return 2 * Double(treeDepth(core - 1)) * group.hop.latency + 2 * moved * group.hop.secondsPerByte
      + moved * group.reductionSecondsPerByte + foldingTime(onto: core, for: group)
  }
}

/// Reduce-scatter by recursive halving, or all-gather by recursive doubling, of a power of two of ranks.
///
///     T = log₂ n α + (n − 1)/n S β (+ (n − 1)/n S γ for reduce-scatter)
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, sections 4.1 and 4.2.
struct RecursiveHalf: CollectivePattern {
  var kind: CollectiveKind

  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule {
    let n = group.rankCount
    guard powerOfTwo(notAbove: n) == n else {
      throw .rankCountNotPowerOfTwo(kind, .recursiveDoubling, n)
    }
    let steps = kind == .reduceScatter ? halving(group.bytes, n) : doubling(group.bytes, n)
    return CollectiveSchedule(rankCount: n, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let n = group.rankCount
    let moved = Double(n - 1) * group.share
    return Double(treeDepth(n - 1)) * group.hop.latency + moved * group.hop.secondsPerByte
      + (kind == .reduceScatter ? moved * group.reductionSecondsPerByte : 0)
  }
}

/// A barrier by dissemination: in step k every rank tells the one 2ᵏ further on.
///
///     T = ⌈log₂ n⌉ α
///
/// - Source: Hensgen, Finkel & Manber 1988, doi:10.1007/BF01379320.
struct DisseminationBarrier: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    var steps: [ScheduleStep] = []
    var distance = 1
    while distance < group.rankCount {
      steps.append(ScheduleStep(.shift(by: distance, within: group.rankCount), bytes: 0))
      distance <<= 1
    }
    return CollectiveSchedule(rankCount: group.rankCount, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    group.rankCount < 2 ? 0 : Double(treeDepth(group.rankCount - 2) + 1) * group.hop.latency
  }
}

/// Half the buffer to the partner at distance n/2, a quarter at n/4, …
private func halving(_ bytes: Double, _ rankCount: Int) -> [ScheduleStep] {
  var steps: [ScheduleStep] = []
  var mask = rankCount >> 1
  while mask > 0 {
    let part = bytes * Double(mask) / Double(rankCount)
    steps.append(ScheduleStep(.exchange(mask: mask, first: rankCount), bytes: part, reduces: true))
    mask >>= 1
  }
  return steps
}

/// The same way back, without reducing.
private func doubling(_ bytes: Double, _ rankCount: Int) -> [ScheduleStep] {
  halving(bytes, rankCount).reversed().map { ScheduleStep($0.sends, bytes: $0.bytes) }
}

/// Puts a step in and a step out around a schedule of the ranks below `core`.
private func folding(_ steps: [ScheduleStep], onto core: Int, for group: RankGroup) -> CollectiveSchedule {
  if core == group.rankCount { return CollectiveSchedule(rankCount: core, steps: steps) }
  let first = ScheduleStep(.foldOnto(core), bytes: group.bytes, reduces: true)
  let last = ScheduleStep(.unfoldFrom(core), bytes: group.bytes)
  return CollectiveSchedule(rankCount: group.rankCount, steps: [first] + steps + [last])
}

private func foldingTime(onto core: Int, for group: RankGroup) -> Double {
  core == group.rankCount
    ? 0 : group.stepTime(group.bytes, reduces: true) + group.stepTime(group.bytes)
}
