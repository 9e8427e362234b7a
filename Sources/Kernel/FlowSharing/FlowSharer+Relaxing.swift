/// Links that are far from full.
///
/// In a large network most links that a flow crosses are not full, and adding up what they carry at every change is
/// most of the work. A link that carries a fraction f of its capacity cannot be full before one of its flows has
/// grown by 1/f, so such a link is relaxed: each of its flows gets a ceiling,
///
///     ceilingᵢ = uᵢ · C / Σ wⱼ mⱼ uⱼ
///
/// and the link is left alone until a flow passes its own. A link that holds flows knows the least of their ceilings,
/// so that raising it costs nothing here as long as that is not passed.
extension FlowSharer {
  /// A link that carries less than this part of its capacity is relaxed.
  private static let loose = 0.99
  /// Room for the rounding of sums.
  private static let margin = 1 - 1e-6

  /// Relaxes a link that is not full if it is far from it. That takes adding up its flows, so it is tried after as
  /// many changes of its sum as it has flows.
  ///
  /// - Returns: whether it is relaxed now.
  mutating func relax(_ link: Int) -> Bool {
    links[link].changesLeft = Int32(members.count(of: link))
    if links[link].isQueued || links[link].isUrgent || links[link].openCount > 0 { return false }
    addUp(link)
    let (sum, capacity) = (used[link], links[link].capacity)
    guard sum > 0, sum < FlowSharer.loose * capacity else { return false }
    let room = capacity / sum * FlowSharer.margin
    for position in members.others(on: link) {
      let entry = members[position]
      let flow = flows[Int(entry >> strideShift)]
      let ceiling = limit(of: flow) * room
      ceilings[Int(entry)] = ceiling
      if flow.holder >= 0 {
        links[Int(flow.holder)].ceiling = min(links[Int(flow.holder)].ceiling, ceiling)
      }
    }
    isRelaxed[link] = true
    isTouched[link] = true
    return true
  }

  /// Adds up what a link carries, from now on at every change.
  mutating func tighten(_ link: Int) {
    isRelaxed[link] = false
    isTouched[link] = false
    addUp(link)
  }

  /// Tightens the links of a flow whose ceiling lies below a limit.
  mutating func tightenLinks(of slot: Int32, above limit: Double) {
    let base = slot << strideShift
    for entry in base..<(base + flows[Int(slot)].hopCount) {
      let link = Int(hops[Int(entry)])
      if isRelaxed[link], ceilings[Int(entry)] < limit || limit == -.infinity { tighten(link) }
    }
  }

  /// The same for all flows that a link holds, which are about to have this level.
  mutating func tightenLinksOfHeld(by link: Int, above level: Double) {
    var least = Double.infinity
    for position in members.held(by: link) {
      let slot = members[position] >> strideShift
      let base = slot << strideShift
      for entry in base..<(base + flows[Int(slot)].hopCount) where isRelaxed[Int(hops[Int(entry)])] {
        let ceiling = ceilings[Int(entry)]
        if ceiling < level { tighten(Int(hops[Int(entry)])) } else { least = min(least, ceiling) }
      }
    }
    links[link].ceiling = least
  }
}
