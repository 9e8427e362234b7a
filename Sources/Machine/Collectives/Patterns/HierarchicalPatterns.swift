/// A collective level by level: first round the g₁ ranks of each innermost group, then round the g₂ ranks of
/// equal place in neighbouring groups, and so on outwards, on 1/g₁, 1/(g₁ g₂), … of the data.
///
/// With Gᵢ = g₁ … gᵢ, αᵢ and βᵢ of a hop of level i, what other ranks put on its links counted in:
///
///     reduce-scatter  T = Σ over i  (gᵢ − 1) (αᵢ + S/Gᵢ βᵢ (+ S/Gᵢ γ))
///     all-gather      the same way back, without γ
///     all-reduce      one, then the other
///     all-to-all      T = Σ over i  (gᵢ − 1) (αᵢ + S/gᵢ βᵢ)
///
/// A reduce-scatter leaves every rank the share of its own number, for it picks the shares of a level by
/// place, not in order. An all-to-all hands over, at each level, all that goes to another place of that
/// level: between nodes it goes out over the sender's own rail to the rank of equal place. Unless the group has levels of
/// its own there are two, inside nodes and between them. Every byte then crosses a node's port as seldom as
/// possible.
///
/// - Source: Cho et al. 2019 (BlueConnect), doi:10.1147/JRD.2019.2947013.
struct Hierarchical: CollectivePattern {
  var kind: CollectiveKind

  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule {
    let levels = try group.hierarchy()
    let steps: [ScheduleStep]
    switch kind {
    case .allToAll: steps = exchange(levels, group)
    case .allGather: steps = gather(levels, group)
    case .reduceScatter: steps = reduce(levels, group)
    default: steps = reduce(levels, group) + gather(levels, group)
    }
    return CollectiveSchedule(rankCount: group.rankCount, steps: steps)
  }

  func textbookTime(for group: RankGroup) -> Double? {
    guard let levels = try? group.hierarchy() else { return nil }
    var reach = 1.0
    return levels.reduce(0) { time, count in
      reach *= Double(count)
      let steps = Double(count - 1)
      let part = group.bytes / reach
      switch kind {
      case .allToAll: return time + steps * group.stepTime(group.bytes / Double(count))
      case .allGather: return time + steps * group.stepTime(part)
      case .reduceScatter: return time + steps * group.stepTime(part, reduces: true)
      default: return time + steps * (group.stepTime(part) + group.stepTime(part, reduces: true))
      }
    }
  }

  private func reduce(_ levels: [Int], _ group: RankGroup) -> [ScheduleStep] {
    var stride = 1
    return levels.map { count in
      let within = stride * count
      let step = ScheduleStep(
        .shift(by: stride, within: within), bytes: group.bytes / Double(within), repeatCount: count - 1,
        reduces: true)
      stride = within
      return step
    }
  }

  private func gather(_ levels: [Int], _ group: RankGroup) -> [ScheduleStep] {
    reduce(levels, group).reversed().map {
      ScheduleStep($0.sends, bytes: $0.bytes, repeatCount: $0.repeatCount)
    }
  }

  private func exchange(_ levels: [Int], _ group: RankGroup) -> [ScheduleStep] {
    var stride = 1
    return levels.flatMap { count in
      let within = stride * count
      let steps = (1..<count).map {
        ScheduleStep(.shift(by: $0 * stride, within: within), bytes: group.bytes / Double(count))
      }
      stride = within
      return steps
    }
  }
}

extension RankGroup {
  /// The levels of a hierarchy, innermost first: the group's own, else devices of a node and nodes.
  ///
  /// - Throws: `needsEqualNodes`, or `unfitLevels` where the levels' ranks are not the group's.
  func hierarchy() throws(CollectiveError) -> [Int] {
    guard let levels else {
      guard let inside = ranksPerNode, inside >= 2, rankCount > inside else { throw .needsEqualNodes }
      return [inside, rankCount / inside]
    }
    var product = 1
    for count in levels {
      let (next, overflow) = product.multipliedReportingOverflow(by: count)
      if count < 2 || overflow { throw .unfitLevels(levels, rankCount: rankCount) }
      product = next
    }
    guard product == rankCount, !levels.isEmpty else {
      throw .unfitLevels(levels, rankCount: rankCount)
    }
    return levels
  }
}
