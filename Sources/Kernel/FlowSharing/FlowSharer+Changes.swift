/// What a change of flows and levels does to the sums of links, and which links it sets at fault.
extension FlowSharer {
  struct Hold: BitwiseCopyable {
    var limit: Double
    var holder: Int32
  }

  /// A link below this share of its capacity, as far as its sum can be trusted, is not full.
  private static let clearlyFree = 1 - 1e-6

  // MARK: Flows that come and go

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

  // MARK: Levels that move

  /// Moves the level of a link, all flows that it holds staying with it.
  mutating func shift(_ link: Int, to level: Double) {
    let old = levels[link]
    if level > links[link].ceiling { tightenLinksOfHeld(by: link, above: level) }
    levels[link] = level
    noteMoved(link)
    if old == .infinity || level == .infinity {
      for position in members.held(by: link) {
        let slot = members[position] >> strideShift
        adjust(
          slot, from: Hold(limit: old, holder: Int32(link)), to: Hold(limit: level, holder: Int32(link)),
          at: link)
      }
      return
    }
    let touchedCount = Self.spread(
      level - old, members, link, hops, strideShift, &used, &isTouched, &repair.touched)
    repair.others.removeAll(keepingCapacity: true)
    Self.noteTouched(
      touchedCount, isRise: level > old, isCareful: repair.isCareful, level, levels, used, &repair.touched,
      &isTouched, &links,
      &repair.urgent,
      &repair.others)
    for other in repair.others {
      if levels[Int(other)] == .infinity {
        if relax(Int(other)) { continue }
        noteGrown(Int(other))
      } else {
        repair.heap.set(Int(other), to: levels[Int(other)])
      }
    }
  }

  /// What `noteGrown` and `noteShrunk` do, for all links whose sum a mending has changed, in unchecked storage.
  ///
  /// - Parameter others: filled with links that are to be queued at their level, and with links that are not full but
  ///   have changed so often that they may be relaxed.
  private static func noteTouched(
    _ count: Int, isRise: Bool, isCareful: Bool, _ level: Double, _ levels: [Double], _ used: [Double],
    _ touched: inout [Int32],
    _ isTouched: inout [Bool], _ links: inout [Link], _ urgent: inout [Int32], _ others: inout [Int32]
  ) {
    links.withUnsafeMutableBufferPointer { links in
      isTouched.withUnsafeMutableBufferPointer { isTouched in
        for index in 0..<count {
          let other = Int(touched[index])
          isTouched[other] = false
          links[other].isStale = true
          if isRise { links[other].reach = max(links[other].reach, level) }
          if levels[other] == .infinity {
            links[other].changesLeft -= 1
            if links[other].changesLeft < 0 {
              others.append(Int32(other))
            } else if isRise, !links[other].isUrgent,
              links[other].openCount > 0 || used[other] >= links[other].capacity * clearlyFree
            {
              links[other].isUrgent = true
              urgent.append(Int32(other))
            }
          } else if isRise {
            if links[other].isUrgent || links[other].isQueued && !isCareful { continue }
            links[other].isUrgent = true
            urgent.append(Int32(other))
          } else if !links[other].isQueued {
            links[other].isQueued = true
            others.append(Int32(other))
          }
        }
      }
    }
  }

  /// Adds the change of each flow that a link holds to what its other links carry, and lists these once.
  ///
  /// Nearly all time of a large run is spent here, hence the unchecked storage and no branch for links seen before.
  /// Relaxed links count as seen, and their sums as not kept.
  ///
  /// - Returns: how many links `touched` lists.
  private static func spread(
    _ change: Double, _ members: LinkMembers, _ link: Int, _ hops: [Int32], _ strideShift: Int32,
    _ used: inout [Double], _ isTouched: inout [Bool], _ touched: inout [Int32]
  ) -> Int {
    // The link itself holds these flows: what it carries for others has not changed.
    let own = used[link]
    isTouched[link] = true
    var count = 0
    members.withHeld(by: link) { held in
      hops.withUnsafeBufferPointer { hops in
        used.withUnsafeMutableBufferPointer { used in
          isTouched.withUnsafeMutableBufferPointer { isTouched in
            touched.withUnsafeMutableBufferPointer { touched in
              for member in held {
                let amount = member.demand * change
                let base = Int(member.entry >> strideShift) << Int(strideShift)
                for hop in base..<(base + 1 << Int(strideShift)) {
                  let other = Int(hops[hop])
                  if other < 0 { break }
                  used[other] += amount
                  touched[count] = Int32(truncatingIfNeeded: other)
                  count += isTouched[other] ? 0 : 1
                  isTouched[other] = true
                }
              }
            }
          }
        }
      }
    }
    isTouched[link] = false
    used[link] = own
    return count
  }

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
  private mutating func adjust(_ slot: Int32, from old: Hold, to new: Hold, at mended: Int) {
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

  // MARK: Notes

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
