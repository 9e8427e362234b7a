/// Reduce, broadcast, or both as an all-reduce, on a binary tree, pipelined in m chunks of C = S/m bytes.
///
/// Rank r has children 2 r + 1 and 2 r + 2; H is the depth of the last rank. In round s the edges from
/// depth d to the parents carry chunk s − (H − d), those from depth d to the children chunk
/// s − (H + d), or s − d in a lone broadcast. An all-reduce takes 2 H + m − 1 rounds, a reduce or
/// broadcast H + m − 1. A round costs
///
///     α + f C β + r C γ
///
/// where f is the largest number of chunks through one port in one direction (3 where a rank with two
/// children passes chunks both up and down) and r the chunks that it reduces. Rounds keep the tree in
/// step: without them a leaf nearer to the root would run ahead.
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521, section 4, pipelined.
struct BinaryTree: CollectivePattern {
  var reduces: Bool
  var broadcasts: Bool

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    CollectiveSchedule(rankCount: group.rankCount, pacing: .rounds, steps: rounds(for: group))
  }

  func textbookTime(for group: RankGroup) -> Double? {
    rounds(for: group).reduce(0) { time, round in
      guard case .tree(let up, let down) = round.sends else { return time }
      let load = busiestPort(up, down, group.rankCount)
      let one =
        group.hop.latency + Double(load.chunks) * round.bytes * group.hop.secondsPerByte
        + Double(load.reduced) * round.bytes * group.reductionSecondsPerByte
      return time + Double(round.repeatCount) * one
    }
  }

  private func rounds(for group: RankGroup) -> [ScheduleStep] {
    let height = treeDepth(group.rankCount - 1)
    let fill = (reduces ? height : 0) + (broadcasts ? height : 0)
    let everywhere = busiestPort(
      reduces ? DepthRange(1, height) : .none, broadcasts ? DepthRange(0, height - 1) : .none,
      group.rankCount)
    let chunks =
      group.chunkCount ?? group.bestChunkCount(fillSteps: fill, portLoad: everywhere.chunks)
    let turn = reduces ? height : 0
    var steps: [ScheduleStep] = []
    for round in 0..<(fill + chunks - 1) {
      let up = DepthRange(max(1, height - round), min(height, height - round + chunks - 1))
      let down = DepthRange(max(0, round - turn - chunks + 1), min(height - 1, round - turn))
      let sends = SendPattern.tree(
        up: reduces && !up.isEmpty ? up : .none, down: broadcasts && !down.isEmpty ? down : .none)
      if steps.last?.sends == sends {
        steps[steps.count - 1].repeatCount += 1
      } else {
        steps.append(ScheduleStep(sends, bytes: group.bytes / Double(chunks), reduces: true))
      }
    }
    return steps
  }

  /// Chunks through the busiest port, one direction, and what its rank reduces of them.
  private func busiestPort(
    _ up: DepthRange, _ down: DepthRange, _ rankCount: Int
  ) -> (chunks: Int, reduced: Int) {
    var chunks = 0
    var reduced = 0
    for depth in 0...treeDepth(rankCount - 1) {
      // The first rank of a depth has as many children as any there.
      let children = min(2, max(0, rankCount - (2 << depth) + 1))
      let fromBelow = up.contains(depth + 1) ? children : 0
      let inward = fromBelow + (depth > 0 && down.contains(depth - 1) ? 1 : 0)
      let outward = (depth > 0 && up.contains(depth) ? 1 : 0) + (down.contains(depth) ? children : 0)
      chunks = max(chunks, inward, outward)
      reduced = max(reduced, fromBelow)
    }
    return (chunks, reduced)
  }
}
