/// All-gather in ⌈log₂ n⌉ steps for any n: in step k every rank passes the min(2ᵏ, n − 2ᵏ) shares that it
/// holds, or what its receiver lacks of them, to the one 2ᵏ before it.
///
///     T = ⌈log₂ n⌉ α + (n − 1)/n S β
///
/// - Source: Bruck et al. 1997, doi:10.1109/71.642949.
struct BruckAllGather: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let steps = distances(n).map { distance in
      ScheduleStep(
        .shift(by: n - distance, within: n), bytes: Double(min(distance, n - distance)) * group.share)
    }
    return CollectiveSchedule(rankCount: n, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    Double(distances(group.rankCount).count) * group.hop.latency
      + Double(group.rankCount - 1) * group.share * group.hop.secondsPerByte
  }
}

/// All-to-all in ⌈log₂ n⌉ steps for any n: in step k every rank passes on, to the one 2ᵏ after it, all that
/// has to go a distance with bit k set.
///
///     T = ⌈log₂ n⌉ α + Σ over k  bₖ S/n β,  bₖ the numbers below n with bit k
///
/// of which the sum is S/2 log₂ n β for n = 2ᵏ: few messages, each byte sent several times.
///
/// - Source: Bruck et al. 1997, doi:10.1109/71.642949.
struct BruckAllToAll: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let steps = distances(n).map { distance in
      ScheduleStep(.shift(by: distance, within: n), bytes: Double(blocks(with: distance, n)) * group.share)
    }
    return CollectiveSchedule(rankCount: n, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    distances(group.rankCount).reduce(0) {
      $0 + group.stepTime(Double(blocks(with: $1, group.rankCount)) * group.share)
    }
  }

  /// Numbers below n that have a bit.
  private func blocks(with bit: Int, _ n: Int) -> Int {
    n / (2 * bit) * bit + max(0, n % (2 * bit) - bit)
  }
}

/// 1, 2, 4, … below n.
private func distances(_ n: Int) -> [Int] {
  var result: [Int] = []
  var distance = 1
  while distance < n {
    result.append(distance)
    distance <<= 1
  }
  return result
}

/// Reduce-scatter or all-gather by halves for any n: s₀ = n, sₖ₊₁ = ⌈sₖ/2⌉, and in step k a reduce-scatter
/// sends what belongs to the sₖ − sₖ₊₁ ranks from sₖ₊₁ on, counted from itself, to the first of them. An
/// all-gather goes the same way back.
///
///     T = ⌈log₂ n⌉ α + (n − 1)/n S β (+ (n − 1)/n S γ for reduce-scatter)
///
/// No rank waits or folds for n between powers of two; on a power of two it costs as recursive halving.
///
/// - Source: J. L. Träff, "Optimal, non-pipelined reduce-scatter and allreduce algorithms", 2024,
///   arXiv:2410.14234.
struct RoughHalf: CollectivePattern {
  var kind: CollectiveKind

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    var steps: [ScheduleStep] = []
    var held = n
    while held > 1 {
      let half = (held + 1) / 2
      let bytes = Double(held - half) * group.share
      steps.append(
        kind == .reduceScatter
          ? ScheduleStep(.shift(by: half, within: n), bytes: bytes, reduces: true)
          : ScheduleStep(.shift(by: n - half, within: n), bytes: bytes))
      held = half
    }
    return CollectiveSchedule(rankCount: n, steps: kind == .reduceScatter ? steps : steps.reversed())
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let moved = Double(group.rankCount - 1) * group.share
    return Double(distances(group.rankCount).count) * group.hop.latency + moved * group.hop.secondsPerByte
      + (kind == .reduceScatter ? moved * group.reductionSecondsPerByte : 0)
  }
}

/// NCCL's all-gather and reduce-scatter for one device a node: every rank's share travels a binomial tree,
/// farthest rank first, all trees at once and shifted against each other.
///
/// At distance d = 2ᵏ, from the largest below n down to 1, every rank has ⌊(n − 1 − d)/(2 d)⌋ + 1 shares to
/// pass to the rank d further on. A message holds at most a shares, the largest power of two that fits a
/// buffer, so that near distances take several:
///
///     T = Σ over d  ⌈shares/a⌉ α + (n − 1)/n S β,  of n = 2ᵏ steps log₂ a + n/a − 1
///
/// A reduce-scatter goes the same way back. Small shares need log₂ n messages, large ones n − 1; either way
/// the fewest bytes go the farthest. Buffer and share are those of one channel, between which NCCL divides
/// the data.
///
/// - Source: S. Jeaugey, "PAT: a new algorithm for all-gather and reduce-scatter operations at scale", 2025,
///   arXiv:2506.20252; buffer of 4 MiB in 8 parts, NVIDIA NCCL 2.23.
struct ParallelAggregatedTrees: CollectivePattern {
  /// One of the eight parts of a channel's buffer.
  static let partBytes = 524_288.0

  var kind: CollectiveKind

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    let n = group.rankCount
    let most = sharesPerMessage(group)
    var steps: [ScheduleStep] = []
    for distance in distances(n).reversed() {
      let shares = (n - 1 - distance) / (2 * distance) + 1
      let sends = SendPattern.shift(by: kind == .allGather ? distance : n - distance, within: n)
      let isReduced = kind == .reduceScatter
      if shares >= most {
        steps.append(
          ScheduleStep(
            sends, bytes: Double(most) * group.share, repeatCount: shares / most, reduces: isReduced))
      }
      if shares % most > 0 {
        steps.append(ScheduleStep(sends, bytes: Double(shares % most) * group.share, reduces: isReduced))
      }
    }
    return CollectiveSchedule(rankCount: n, steps: kind == .allGather ? steps : steps.reversed())
  }

  func textbookTime(for group: RankGroup) -> Double? {
    let moved = Double(group.rankCount - 1) * group.share
    let messages = schedule(for: group).stepCount
    return Double(messages) * group.hop.latency + moved * group.hop.secondsPerByte
      + (kind == .reduceScatter ? moved * group.reductionSecondsPerByte : 0)
  }

  /// a.
  private func sharesPerMessage(_ group: RankGroup) -> Int {
    var shares = 1
    while 2 * shares <= group.rankCount / 2 && Double(2 * shares) * group.share <= Self.partBytes {
      shares *= 2
    }
    return shares
  }
}
