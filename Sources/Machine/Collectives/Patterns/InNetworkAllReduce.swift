/// All-reduce in a switch that reduces: every rank sends its buffer up once and gets the sum down, at the
/// same time.
///
///     T = α + S β
///
/// α is that of the way up and of the way down. Where a ring puts 2 (n − 1)/n S on a link each way, this
/// puts S. It stands for NVLink SHARP among the devices of a node, and for SHARP between nodes of one switch.
/// Several devices on each of several nodes divide the data among themselves first and gather it last, in
/// pairs, and every device has its part reduced between the nodes:
///
///     T = 2 (G − 1) (αᵢ + S/G βᵢ (+ S/G γ/2)) + α + S/G · G β
///
/// The switch's arithmetic takes no time. In the schedule, what rank r sends into the switch and what the
/// switch sends to the next rank count as one message from the one to the other: the same bytes on the same links.
///
/// - Source: R. L. Graham et al. 2016, "Scalable hierarchical aggregation protocol (SHArP)",
///   doi:10.1109/COMHPC.2016.006; division among devices as CollNetDirect in NVIDIA NCCL.
struct InNetworkAllReduce: CollectivePattern {
  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule {
    let n = group.rankCount
    guard let inside = group.ranksPerNode, group.hasCommonSwitch else { throw .needsReducingSwitch }
    if inside == n || inside == 1 {
      let through = ScheduleStep(.shift(by: 1, within: n), bytes: group.bytes)
      return CollectiveSchedule(rankCount: n, steps: [through])
    }
    let part = group.bytes / Double(inside)
    let pairs = (1..<inside).map { ScheduleStep(.shift(by: $0, within: inside), bytes: part, reduces: true) }
    let through = ScheduleStep(.shift(by: inside, within: n), bytes: part)
    let back = pairs.map { ScheduleStep($0.sends, bytes: part) }
    return CollectiveSchedule(rankCount: n, steps: pairs + [through] + back)
  }

  func textbookTime(for group: RankGroup) -> Double? { group.stepTime(group.bytes) }
}
