/// All-reduce on two binary trees with half of the buffer each, pipelined in m chunks of C = S/(2 m) bytes.
///
/// Of `TwinTrees` with roots at height K = ⌈log₂ n⌉: in round s the edges from height h to the parents carry
/// chunk s − h, those from height h to the children chunk s − (2 K − h). That takes 2 K + m − 1 rounds of
///
///     α + f C β + r C γ
///
/// where f ≤ 4 is the largest number of chunks through one port in one direction, and r that of the chunks
/// one rank reduces. With many chunks T tends to 2 S β, near the ring's 2 (n − 1)/n S β, for a latency that
/// grows with log n alone. One tree needs 3 S β.
///
/// - Source: Sanders, Speck & Träff 2009, doi:10.1016/j.parco.2009.09.001.
struct DoubleBinaryTree: CollectivePattern {
  func schedule(for group: RankGroup) -> CollectiveSchedule {
    CollectiveSchedule(rankCount: group.rankCount, pacing: .rounds, steps: rounds(for: group))
  }

  func textbookTime(for group: RankGroup) -> Double? {
    rounds(for: group).reduce(0) { time, round in
      let load = busiestPort(round.sends, group.rankCount)
      let one =
        group.hop.latency + Double(load.chunks) * round.bytes * group.hop.secondsPerByte
        + Double(load.reduced) * round.bytes * group.reductionSecondsPerByte
      return time + Double(round.repeatCount) * one
    }
  }

  private func rounds(for group: RankGroup) -> [ScheduleStep] {
    let height = TwinTrees(group.rankCount).height
    let chunks = chunkCount(for: group, height: height)
    var steps: [ScheduleStep] = []
    for round in 0..<(2 * height + chunks - 1) {
      let up = DepthRange(max(0, round - chunks + 1), min(height - 1, round))
      let down = DepthRange(max(1, 2 * height - round), min(height, 2 * height - round + chunks - 1))
      let sends = SendPattern.twinTrees(up: up.isEmpty ? .none : up, down: down.isEmpty ? .none : down)
      if steps.last?.sends == sends {
        steps[steps.count - 1].repeatCount += 1
      } else {
        steps.append(ScheduleStep(sends, bytes: group.bytes / 2 / Double(chunks), reduces: true))
      }
    }
    return steps
  }

  private func chunkCount(for group: RankGroup, height: Int) -> Int {
    if let given = group.chunkCount { return given }
    let everywhere = SendPattern.twinTrees(up: DepthRange(0, height - 1), down: DepthRange(1, height))
    var half = group
    half.bytes /= 2
    return half.bestChunkCount(
      fillSteps: 2 * height, portLoad: busiestPort(everywhere, group.rankCount).chunks)
  }

  /// Chunks through the busiest port, one direction, and the most that one rank reduces of them.
  private func busiestPort(_ sends: SendPattern, _ rankCount: Int) -> (chunks: Int, reduced: Int) {
    var chunks = 0
    var reduced = 0
    var peers: [Peer] = []
    for rank in 0..<rankCount {
      peers.removeAll(keepingCapacity: true)
      sends.appendReceivers(from: rank, among: rankCount, into: &peers)
      chunks = max(chunks, peers.count)
      peers.removeAll(keepingCapacity: true)
      sends.appendSenders(to: rank, among: rankCount, into: &peers)
      chunks = max(chunks, peers.count)
      reduced = max(reduced, peers.count { $0.isReducible })
    }
    return (chunks, reduced)
  }
}
