/// Levels that move while all flows stay with what holds them: what that does to the sums of other links.
extension FlowSharer {
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
}
