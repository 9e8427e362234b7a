import FlowSharing
import Quantities

/// Bytes in flight over a fabric in simulated time.
///
/// Transfers that one link holds speed up and slow down together. Such a group counts what it has served each of
/// them, and a transfer ends when that reaches
///
///     mark = served when it joined + bytes left / weight
///
/// so a change of the link's rate costs the same for any number of transfers, and a group has one completion time,
/// that of its least mark. The owner of the clock calls `start` and `popCompleted` as often as needed at one
/// instant, then `settle` once: rates are solved for the links touched.
public struct Transfers: Sendable {
  var sharer: FlowSharer
  var transfers: [Transfer] = []
  /// Of links, and after them of transfers that no link holds, each alone.
  var groups: [Group]
  var completions = CompletionCohorts()
  let linkCount: Int
  /// Transfers of the present instant that have ended and not been popped yet.
  private var ended: [Int32] = []

  struct Transfer: BitwiseCopyable {
    /// Bytes over weight, as its group counts; all bytes where it has no group yet. Of an endless transfer
    /// infinite.
    var mark = 0.0
    /// Bytes over weight of an endless transfer up to when it joined its group, less what that had served.
    var carried = 0.0
    var weight = 1.0
    var group: Int32 = -1
    var tag: Int32 = -1
  }

  struct Group: BitwiseCopyable {
    /// Bytes for a weight of one, up to `since`.
    var served = 0.0
    var rate = 0.0
    var since = SimTime.zero
    var leastMark = Double.infinity
    /// Whether transfers came or went since the least mark was sought.
    var isChanged = false
  }

  /// No transfers yet, on idle links.
  public init(over fabric: Fabric) { self.init(over: fabric.links) }

  /// No transfers yet, on idle links that routes name by their position.
  public init(over links: [Link]) {
    sharer = FlowSharer(capacities: links.map(\.bandwidth.bytesPerSecond))
    linkCount = links.count
    groups = Array(repeating: Group(), count: links.count)
  }

  /// Transfers in flight.
  public var count: Int { sharer.flowCount }

  /// When the next transfer ends at present rates; nil if none will.
  public var nextCompletion: SimTime? { completions.earliest.map { SimTime(ticks: $0) } }

  /// Puts bytes on the links of a route, their latency being over.
  ///
  /// - Parameters:
  ///   - route: flat storage of link indices as `Fabric.appendRoute` fills it.
  ///   - hops: where in it the route lies.
  ///   - bytes: what is to cross them, above zero; infinite for a transfer that only ends when withdrawn.
  ///   - tag: handed back by `popCompleted`.
  ///   - rateCap: bytes per second that it never exceeds.
  /// - Returns: its number until it ends or is withdrawn.
  @discardableResult
  public mutating func start(
    route: [Int32], hops: Range<Int>, bytes: Double, tag: Int32, weight: Double = 1,
    rateCap: Double = .infinity, at now: SimTime
  ) -> Int32 {
    precondition(bytes > 0, "a transfer carries bytes")
    let slot = Int(sharer.add(route: route, hops: hops, weight: weight, rateCap: rateCap).index)
    if slot == transfers.count { transfers.append(Transfer()) }
    transfers[slot] = Transfer(mark: bytes / weight, weight: weight, tag: tag)
    return Int32(slot)
  }

  /// Changes the bandwidth of a link; zero stalls what crosses it.
  public mutating func setBandwidth(_ bandwidth: Bandwidth, of link: LinkID) {
    sharer.setCapacity(bandwidth.bytesPerSecond, ofLink: link.index)
  }

  /// Removes one transfer that ends at this very tick and returns its tag.
  public mutating func popCompleted(at now: SimTime) -> Int32? {
    while ended.isEmpty {
      guard let group = completions.pop(through: now.ticks) else { return nil }
      collectEnded(group, now)
    }
    let slot = ended.removeLast()
    sharer.remove(FlowSharer.FlowID(index: slot))
    return transfers[Int(slot)].tag
  }

  /// Those whose end rounds to the present tick.
  private mutating func collectEnded(_ group: Int, _ now: SimTime) {
    groups[group].isChanged = true
    if group >= linkCount {
      ended.append(Int32(group - linkCount))
      return
    }
    let link = Int32(group)
    for passage in stride(from: sharer.heldCount(by: link) - 1, through: 0, by: -1) {
      let slot = Int(sharer.flow(heldBy: link, passage: passage).index)
      guard transfers[slot].group == link, end(transfers[slot].mark, group) <= now.ticks else { continue }
      // A route may cross the link twice.
      transfers[slot].group = -1
      ended.append(Int32(slot))
    }
  }

  /// Solves the rates after the changes of an instant.
  public mutating func settle(at now: SimTime) {
    sharer.solve()
    for link in sharer.movedLinks { advance(Int(link), to: now) }
    for flow in sharer.regrouped { leaveGroup(flow, now) }
    for flow in sharer.regrouped { joinGroup(flow, now) }
    for link in sharer.movedLinks {
      var group = groups[Int(link)]
      if group.isChanged {
        group.isChanged = false
        group.leastMark = leastMark(link)
      }
      let level = sharer.level(of: link)
      group.rate = level < .infinity ? level : 0
      groups[Int(link)] = group
      setCompletion(of: Int(link))
    }
  }

  private mutating func advance(_ group: Int, to now: SimTime) {
    var state = groups[group]
    state.served += state.rate * (now - state.since).seconds
    state.since = now
    groups[group] = state
  }

  private func group(of flow: FlowSharer.FlowID) -> Int {
    sharer.holder(of: flow).map { Int($0) } ?? linkCount + Int(flow.index)
  }

  /// Takes a transfer out of the group of what held it, if something else does now.
  private mutating func leaveGroup(_ flow: FlowSharer.FlowID, _ now: SimTime) {
    let slot = Int(flow.index)
    let old = Int(transfers[slot].group)
    if old < 0 || old < linkCount && old == group(of: flow) { return }
    if old >= linkCount {
      advance(old, to: now)
      completions.remove(old)
    }
    groups[old].isChanged = true
    transfers[slot].mark = max(0, transfers[slot].mark - groups[old].served)
    transfers[slot].carried += groups[old].served
    transfers[slot].group = -1
  }

  /// Puts a transfer without a group into that of what holds it.
  private mutating func joinGroup(_ flow: FlowSharer.FlowID, _ now: SimTime) {
    let slot = Int(flow.index)
    if transfers[slot].group >= 0 { return }
    let new = group(of: flow)
    transfers[slot].group = Int32(new)
    if new >= linkCount {
      while groups.count <= new { groups.append(Group()) }
      groups[new] = Group(
        rate: sharer.rate(of: flow) / transfers[slot].weight, since: now, leastMark: transfers[slot].mark)
      transfers[slot].carried -= groups[new].served
      setCompletion(of: new)
      return
    }
    groups[new].isChanged = true
    // A link that holds nothing else begins to count anew, which keeps the count small.
    if sharer.heldCount(by: Int32(new)) == 1 { groups[new].served = 0 }
    transfers[slot].mark += groups[new].served
    transfers[slot].carried -= groups[new].served
  }

  private func leastMark(_ link: Int32) -> Double {
    var least = Double.infinity
    for passage in 0..<sharer.heldCount(by: link) {
      least = min(least, transfers[Int(sharer.flow(heldBy: link, passage: passage).index)].mark)
    }
    return least
  }

  private mutating func setCompletion(of group: Int) {
    let time = end(groups[group].leastMark, group)
    if time < .max { completions.set(group, to: time) } else { completions.remove(group) }
  }

  /// The tick at which a group has served a mark; the largest if it never does.
  private func end(_ mark: Double, _ group: Int) -> Int64 {
    let group = groups[group]
    guard group.rate > 0, mark < .infinity else { return .max }
    return (group.since + SimDuration(seconds: max(0, mark - group.served) / group.rate)).ticks
  }
}
