/// What a change of flows and levels does to the sums of links, and which links it sets at fault.
extension FlowSharer {
  struct Hold: BitwiseCopyable {
    var limit: Double
    var holder: Int32
  }

  /// A link below this share of its capacity, as far as its sum can be trusted, is not full.
  static let clearlyFree = 1 - 1e-6

  /// Lets something else hold a flow.
  ///
  /// - Parameter link: the link being mended, whose fault is known.
  mutating func regroup(_ slot: Int32, from old: Hold, to new: Hold, at link: Int) {
    if new.limit > old.limit { tightenLinks(of: slot, above: new.limit) }
    flows[Int(slot)].holder = new.holder
    flows[Int(slot)].ownLimit = flows[Int(slot)].capLimit
    regrouped.append(FlowID(index: slot))
    if old.holder >= 0 { noteMoved(Int(old.holder)) }
    if new.holder >= 0 { noteMoved(Int(new.holder)) }
    let base = slot << strideShift
    for entry in base..<(base + flows[Int(slot)].hopCount) {
      if hops[Int(entry)] == old.holder { members.release(entry, by: Int(old.holder)) }
      if hops[Int(entry)] == new.holder { members.hold(entry, by: Int(new.holder)) }
    }
    adjust(slot, from: old, to: new, at: link)
  }

  /// Takes a flow's old part from the sums of its links and adds its new one.
  mutating func adjust(_ slot: Int32, from old: Hold, to new: Hold, at mended: Int) {
    let flow = flows[Int(slot)]
    let base = slot << strideShift
    for entry in base..<(base + flow.hopCount) {
      let link = Int(hops[Int(entry)])
      if isRelaxed[link] {
        if new.holder >= 0 {
          let holder = Int(new.holder)
          links[holder].ceiling = min(links[holder].ceiling, ceilings[Int(entry)])
        }
        continue
      }
      let (wasHeld, isHeld) = (Int32(link) == old.holder, Int32(link) == new.holder)
      if wasHeld || old.limit == .infinity {
        links[link].free -= flow.demand
        if !wasHeld { links[link].openCount -= 1 }
      } else {
        used[link] -= flow.demand * old.limit
      }
      if isHeld || new.limit == .infinity {
        links[link].free += flow.demand
        if !isHeld { links[link].openCount += 1 }
      } else {
        used[link] += flow.demand * new.limit
        links[link].reach = max(links[link].reach, new.limit)
      }
      if link == mended { continue }
      if new.limit > old.limit { noteMayFall(link) } else { noteShrunk(link) }
    }
  }

  /// What holds a flow most on its other links.
  func bestHold(of slot: Int32, without link: Int32) -> Hold {
    var best = Hold(limit: flows[Int(slot)].capLimit, holder: FlowSharer.itself)
    let base = Int(slot << strideShift)
    for hop in base..<(base + Int(flows[Int(slot)].hopCount)) {
      let other = hops[hop]
      if other == link { continue }
      let level = levels[Int(other)]
      if level < best.limit { best = Hold(limit: level, holder: other) }
    }
    return best
  }

  /// The owner is to be told of this link.
  @inline(__always) mutating func noteMoved(_ link: Int) {
    if links[link].isMoved { return }
    links[link].isMoved = true
    repair.moved.append(Int32(link))
  }

  /// The link's flows take less: they give it the level it has, or a higher one.
  @inline(__always) mutating func noteShrunk(_ link: Int) {
    links[link].isStale = true
    // One that is noted already stands low enough.
    if links[link].isQueued || levels[link] == .infinity { return }
    enqueue(link, levels[link])
  }

  /// Flows that the link does not hold take more.
  @inline(__always) mutating func noteGrown(_ link: Int) {
    links[link].isStale = true
    if levels[link] == .infinity, links[link].openCount == 0,
      used[link] < links[link].capacity * FlowSharer.clearlyFree
    {
      return
    }
    noteMayFall(link)
  }

  /// The link's flows may give it any level above the present one.
  @inline(__always) mutating func noteMayFall(_ link: Int) {
    if links[link].isUrgent { return }
    links[link].isUrgent = true
    repair.urgent.append(Int32(link))
  }

  @inline(__always) mutating func enqueue(_ link: Int, _ level: Double) {
    links[link].isQueued = true
    repair.heap.set(link, to: level)
  }
}
