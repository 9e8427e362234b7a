import FlowSharing
import Quantities

/// Bytes in flight over a fabric in simulated time.
///
/// A transfer holds the bytes it had left when its rate last changed and is not touched until the rate
/// changes again. The owner of the clock calls `start` and `popCompleted` as often as needed at one
/// instant, then `settle` once: rates are solved for the links touched, and only transfers whose rate
/// changed get a new completion time.
public struct Transfers: Sendable {
  private var sharer: FlowSharer
  private var states: [State] = []
  private var completions = CompletionCohorts()

  private struct State: BitwiseCopyable {
    var bytesLeft = 0.0
    var rate = 0.0
    var since = SimTime.zero
    var tag: Int32 = -1
  }

  /// No transfers yet, on idle links.
  public init(over fabric: Fabric) { self.init(over: fabric.links) }

  /// No transfers yet, on idle links that routes name by their position.
  public init(over links: [Link]) {
    sharer = FlowSharer(capacities: links.map(\.bandwidth.bytesPerSecond))
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
  ///   - bytes: what is to cross them, above zero.
  ///   - tag: handed back by `popCompleted`.
  ///   - rateCap: bytes per second that it never exceeds.
  public mutating func start(
    route: [Int32], hops: Range<Int>, bytes: Double, tag: Int32, weight: Double = 1,
    rateCap: Double = .infinity, at now: SimTime
  ) {
    precondition(bytes > 0, "a transfer carries bytes")
    let slot = Int(sharer.add(route: route, hops: hops, weight: weight, rateCap: rateCap).index)
    if slot == states.count { states.append(State()) }
    states[slot] = State(bytesLeft: bytes, rate: 0, since: now, tag: tag)
  }

  /// Changes the bandwidth of a link; zero stalls what crosses it.
  public mutating func setBandwidth(_ bandwidth: Bandwidth, of link: LinkID) {
    sharer.setCapacity(bandwidth.bytesPerSecond, ofLink: link.index)
  }

  /// Removes one transfer that ends at this very tick and returns its tag.
  public mutating func popCompleted(at now: SimTime) -> Int32? {
    guard let slot = completions.pop(through: now.ticks) else { return nil }
    sharer.remove(FlowSharer.FlowID(index: Int32(slot)))
    return states[slot].tag
  }

  /// Solves the rates after the changes of an instant.
  public mutating func settle(at now: SimTime) {
    sharer.solve()
    for flow in sharer.changed {
      let slot = Int(flow.index)
      let elapsed = (now - states[slot].since).seconds
      states[slot].bytesLeft = max(0, states[slot].bytesLeft - states[slot].rate * elapsed)
      states[slot].rate = sharer.rate(of: flow)
      states[slot].since = now
      if states[slot].rate > 0 {
        let span = SimDuration(seconds: states[slot].bytesLeft / states[slot].rate)
        completions.set(slot, to: (now + span).ticks)
      } else {
        completions.remove(slot)
      }
    }
  }
}
