/// Flows that come and go.
extension FlowSharer {
  /// Rates a flow that shares no link; false if it shares one.
  mutating func settleAlone(_ slot: Int32) -> Bool {
    let base = Int(slot << strideShift)
    let flow = flows[Int(slot)]
    var narrowest = flow.capLimit
    for hop in base..<(base + Int(flow.hopCount)) {
      let link = Int(hops[hop])
      if members.count(of: link) > 1 { return false }
      narrowest = min(narrowest, links[link].capacity / flow.demand)
    }
    flows[Int(slot)].ownLimit = narrowest
    flows[Int(slot)].holder = FlowSharer.alone
    regrouped.append(FlowID(index: slot))
    return true
  }

  /// The flow that has a link to itself, or had until the present batch.
  @inline(__always) func loneFlow(on link: Int) -> Int32? {
    // Others have been put behind it, and the link holds none of them yet.
    guard members.count(of: link) > 0, members.heldCount(of: link) == 0 else { return nil }
    let slot = members[members.others(on: link).lowerBound] >> strideShift
    return flows[Int(slot)].holder == FlowSharer.alone ? slot : nil
  }

  /// Makes the links of a flow that was alone know of it; the narrowest holds it.
  private mutating func enroll(_ slot: Int32) {
    let flow = flows[Int(slot)]
    var holder = FlowSharer.itself
    let base = slot << strideShift
    for entry in base..<(base + flow.hopCount) {
      let link = Int(hops[Int(entry)])
      used[link] = flow.demand * flow.ownLimit
      links[link].reach = flow.ownLimit
      if flow.ownLimit < flow.capLimit, links[link].capacity / flow.demand == flow.ownLimit {
        holder = Int32(link)
      }
    }
    flows[Int(slot)].holder = holder
    flows[Int(slot)].ownLimit = flow.capLimit
    regrouped.append(FlowID(index: slot))
    guard holder >= 0 else { return }
    let link = Int(holder)
    (levels[link], used[link]) = (flow.ownLimit, 0)
    (links[link].free, links[link].reach) = (flow.demand, 0)
    for entry in base..<(base + flow.hopCount) where hops[Int(entry)] == holder {
      members.hold(entry, by: link)
    }
    noteMoved(link)
  }

  /// Puts a new flow on its links at what they give at present.
  mutating func join(_ slot: Int32) {
    let flow = flows[Int(slot)]
    let first = Int(slot << strideShift)
    for hop in first..<(first + Int(flow.hopCount)) {
      if let lone = loneFlow(on: Int(hops[hop])) { enroll(lone) }
    }
    let best = bestHold(of: slot, without: FlowSharer.itself)
    tightenLinks(of: slot, above: -.infinity)
    flows[Int(slot)].holder = best.holder
    regrouped.append(FlowID(index: slot))
    if best.holder >= 0 { noteMoved(Int(best.holder)) }
    let base = slot << strideShift
    for entry in base..<(base + flow.hopCount) {
      let link = Int(hops[Int(entry)])
      if best.limit == .infinity {
        links[link].free += flow.demand
        links[link].openCount += 1
        noteMayFall(link)
      } else if Int32(link) == best.holder {
        members.hold(entry, by: link)
        links[link].free += flow.demand
        noteMayFall(link)
      } else {
        links[link].reach = max(links[link].reach, best.limit)
        used[link] += flow.demand * best.limit
        noteGrown(link)
      }
    }
  }

  /// A flow has left a link that others still cross.
  @inline(__always) mutating func leave(_ link: Int, _ flow: Flow, _ limit: Double) {
    if isRelaxed[link] { return }
    if limit == .infinity {
      links[link].free -= flow.demand
      if flow.holder != Int32(link) { links[link].openCount -= 1 }
    } else if flow.holder == Int32(link) {
      links[link].free -= flow.demand
    } else {
      used[link] -= flow.demand * limit
    }
    noteShrunk(link)
  }
}
