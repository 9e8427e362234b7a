import EventCore

/// Mending the levels after a change.
///
/// A link is at fault where its level is not what its flows, held elsewhere as they are now, give it. Faults are
/// mended lowest first, a fault standing at the lower of the two levels, for a level depends on lower ones only.
/// Lowering a link may hold more flows on it and lets the other links of its flows rise; raising it may let go of
/// flows and lowers others. At every time each flow is held by the lowest level on its route.
extension FlowSharer {
  /// The faults of one solve, and room to work in.
  struct Repair: Sendable {
    var heap = IndexedHeap<Double>()
    /// Links that may be at fault anywhere above the present level: evaluated before the next is mended.
    var urgent: [Int32] = []
    /// Links whose level or held flows have changed.
    var moved: [Int32] = []
    /// Links whose sums the present mending has changed, as many as it says; one place to spare.
    var touched: [Int32] = []
    /// Of these, the links that need more than a mark.
    var others: [Int32] = []
    /// The flows of the link that is being mended, and what is to hold them.
    var slots: [Int32] = []
    var holds: [Hold] = []
    var epoch: UInt32 = 0
    var isCareful = false
  }

  /// A level that agrees to this with what its flows give is left as it is; rounding would move it for ever.
  private static let agreement = 1e-14
  /// The rounding of a link's sums, in parts of its capacity.
  private static let grain = 4e-15
  /// How often one solve raises a link at once before it does so in the order of levels, which ends for certain.
  private static let patience: UInt8 = 3

  mutating func runRepair() {
    repair.epoch &+= 1
    repair.isCareful = false
    var mendCount = 0
    while true {
      while let link = repair.urgent.popLast() { examine(Int(link)) }
      guard let (link, _) = repair.heap.popMinimum() else { return }
      links[link].isQueued = false
      if links[link].isStale {
        links[link].pending = evaluate(link)
        links[link].isStale = false
        let fault = min(levels[link], links[link].pending)
        if !agrees(link), let lowest = repair.heap.minimum, fault > lowest.key {
          enqueue(link, fault)
          continue
        }
      }
      if agrees(link) { continue }
      mendCount += 1
      if mendCount > 4 * repair.moved.count + 64 { repair.isCareful = true }
      if links[link].pending < levels[link] { lower(link) } else { raise(link) }
    }
  }

  @inline(__always) private func agrees(_ link: Int) -> Bool {
    let (level, state) = (levels[link], links[link])
    if level == state.pending { return true }
    if level == .infinity || state.pending == .infinity { return false }
    var allowed = FlowSharer.agreement * level
    if members.heldCount(of: link) > 0 { allowed += FlowSharer.grain * state.capacity / state.free }
    return (level - state.pending).magnitude <= allowed
  }

  private mutating func examine(_ link: Int) {
    let pending = evaluate(link)
    var state = links[link]
    state.isUrgent = false
    state.isStale = false
    state.pending = pending
    links[link] = state
    if !agrees(link) {
      enqueue(link, min(levels[link], pending))
    } else if state.isQueued {
      links[link].isQueued = false
      repair.heap.remove(link)
    }
  }

  /// Brings a link down to its pending level: it holds all flows that were faster.
  private mutating func lower(_ link: Int) {
    let level = links[link].pending
    let mayHoldMore = links[link].openCount > 0 || links[link].reach > level
    shift(link, to: level)
    guard mayHoldMore else { return }
    repair.slots.removeAll(keepingCapacity: true)
    for position in members.others(on: link) {
      let slot = members[position] >> strideShift
      let flow = flows[Int(slot)]
      if flow.holder != FlowSharer.unsolved, limit(of: flow) > level { repair.slots.append(slot) }
    }
    for slot in repair.slots {
      let flow = flows[Int(slot)]
      // A route may cross the link twice.
      if flow.holder == Int32(link) { continue }
      regroup(
        slot, from: Hold(limit: limit(of: flow), holder: flow.holder),
        to: Hold(limit: level, holder: Int32(link)), at: link)
    }
    links[link].reach = min(links[link].reach, level)
  }

  /// Lets a link rise; flows that others hold at less than its new level go over to these.
  private mutating func raise(_ link: Int) {
    if canRaiseAll(link, to: links[link].pending) {
      shift(link, to: links[link].pending)
      return
    }
    repair.slots.removeAll(keepingCapacity: true)
    repair.holds.removeAll(keepingCapacity: true)
    for position in members.held(by: link) {
      let slot = members[position] >> strideShift
      repair.slots.append(slot)
      repair.holds.append(bestHold(of: slot, without: Int32(link)))
    }
    let holds = repair.holds
    let level = solveLevel(link, from: links[link].pending) { holds[$0].limit }
    if links[link].raiseEpoch != repair.epoch {
      links[link].raiseEpoch = repair.epoch
      links[link].raiseCount = 0
    }
    let isAtOnce = links[link].raiseCount < FlowSharer.patience
    links[link].raiseCount &+= 1
    // In the order of levels it first lets go of everything, and comes up again when the levels below are right.
    let reached = isAtOnce ? level : .infinity
    let old = levels[link]
    for (slot, hold) in zip(repair.slots, holds) where hold.limit < reached {
      if flows[Int(slot)].holder != Int32(link) { continue }
      regroup(slot, from: Hold(limit: old, holder: Int32(link)), to: hold, at: link)
    }
    shift(link, to: reached)
    links[link].isStale = true
    if !isAtOnce, level < .infinity { enqueue(link, level) }
  }

  /// Whether no flow that the link holds is held elsewhere below a level.
  private mutating func canRaiseAll(_ link: Int, to level: Double) -> Bool {
    if cappedCount > 0 {
      for position in members.held(by: link)
      where flows[Int(members[position] >> strideShift)].capLimit < level { return false }
    }
    let own = levels[link]
    defer { levels[link] = own }
    // Its own level does not count.
    levels[link] = .infinity
    return members.withHeld(by: link) { held in
      hops.withUnsafeBufferPointer { hops in
        levels.withUnsafeBufferPointer { levels in
          for member in held {
            let base = Int(member.entry >> strideShift) << Int(strideShift)
            var lowest = Double.infinity
            for hop in base..<(base + 1 << Int(strideShift)) {
              let other = Int(hops[hop])
              if other < 0 { break }
              lowest = min(lowest, levels[other])
            }
            if lowest < level { return false }
          }
          return true
        }
      }
    }
  }
}
