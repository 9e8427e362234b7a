import EventCore
import Quantities

/// Bytes sent over a network whose links fail, slow down and come back.
///
/// Every parcel has a route of its own, that of the network as built. Where one of its links is down it stops,
/// and after the reroute delay it goes on over what works, with the bytes that its target lacks and after the
/// latency of the new route: what was on its way is sent again. Without a route it waits for a recovery. The
/// reroute delay after a recovery parcels that wait look again, and those on a detour whose own route works go
/// back to it without stopping.
///
/// The owner of the clock calls `advance` once for an instant, then `send` as often as needed and `settle`,
/// which may be repeated. What happens at one instant does so in this order: last bytes arrive; events act, in
/// the order of the timeline; the owner sends; first bytes, new routes and ends of background traffic follow in
/// the order in which they were set.
///
/// - Complexity: O(parcels · route length) for a failure or a recovery, and a search for each detour.
public struct DisturbedTransfers: ~Copyable {
  private enum EventKind {
    static let firstByte: UInt32 = 1
    static let lastByte: UInt32 = 2
    static let stop: UInt32 = 3
    static let network: UInt32 = 4
    static let reroute: UInt32 = 5
  }

  let network: NetworkGraph
  let timeline: NetworkTimeline
  let seed: UInt64
  var conditions: NetworkConditions
  var transfers: Transfers
  var timers = RadixHeap<Timer>()
  var parcels: [Parcel] = []
  private var freeParcels: [Int32] = []
  private var eventOrder: [Int]
  private var nextEvent = 0
  var detours: MultipathRouter?
  var loads: LinkLoads
  private var arrived: [Arrival] = []
  public private(set) var fingerprint = Fingerprint()
  /// The events that have happened.
  public private(set) var history: [Happening] = []

  /// An undisturbed network until the first event.
  ///
  /// - Parameter seed: of the choice among equal routes.
  /// - Throws: `NetworkError` for an event that makes no sense on the network.
  public init(
    over network: NetworkGraph, during timeline: NetworkTimeline, seed: UInt64 = 0
  ) throws(NetworkError) {
    try timeline.check(on: network)
    self.network = network
    self.timeline = timeline
    self.seed = seed
    conditions = NetworkConditions(network)
    transfers = Transfers(over: network.links)
    loads = LinkLoads(conditions.capacities, from: .zero)
    let events = timeline.events
    eventOrder = events.indices.sorted { (events[$0].time, $0) < (events[$1].time, $1) }
  }

  /// When the next of anything happens; nil if nothing will.
  public var nextInstant: SimTime? {
    let event = nextEvent < eventOrder.count ? timeline.events[eventOrder[nextEvent]].time : nil
    let timer = timers.nextKey.map { SimTime(ticks: $0) }
    let next = [event, timer, transfers.nextCompletion].compactMap { $0 }.min()
    return next == .endOfClock ? nil : next
  }

  /// Sends a parcel.
  ///
  /// - Parameters:
  ///   - bytes: zero or more.
  ///   - tag: zero or more, handed back by `popArrived`.
  ///   - home: its route over the network as built.
  ///   - latency: of that route.
  public mutating func send(
    from source: VertexID, to target: VertexID, bytes: Double, tag: Int32, weight: Double = 1,
    rateCap: Double = .infinity, home: [Int32], latency: SimDuration, at now: SimTime
  ) {
    precondition(tag >= 0 && bytes >= 0, "a parcel has a tag and bytes")
    let parcel = Parcel(
      tag: tag, source: source, target: target, bytesLeft: bytes, weight: weight, rateCap: rateCap,
      home: home, homeLatency: latency, route: home)
    depart(add(parcel), at: now)
  }

  mutating func add(_ parcel: Parcel) -> Int {
    guard let free = freeParcels.popLast() else {
      parcels.append(parcel)
      return parcels.count - 1
    }
    let epoch = parcels[Int(free)].epoch
    parcels[Int(free)] = parcel
    parcels[Int(free)].epoch = epoch
    return Int(free)
  }

  mutating func free(_ parcel: Int) {
    parcels[parcel].phase = .free
    parcels[parcel].epoch += 1
    freeParcels.append(Int32(parcel))
  }

  /// Ends what ends now, then lets the network's events act.
  public mutating func advance(to now: SimTime) {
    while let parcel = transfers.popCompleted(at: now) { arrive(Int(parcel), at: now) }
    while nextEvent < eventOrder.count, timeline.events[eventOrder[nextEvent]].time == now {
      act(eventOrder[nextEvent], at: now)
      nextEvent += 1
    }
  }

  private mutating func act(_ index: Int, at now: SimTime) {
    let event = timeline.events[index]
    fingerprint.combine(time: now, kind: EventKind.network, subject: Int32(truncatingIfNeeded: index))
    if case .background(let rate, let until) = event.change {
      startBackground(event.target, rate, until, at: now)
      history.append(Happening(event: index, time: now, stoppedCount: 0))
      return
    }
    let effect = conditions.apply(event, at: now)
    for link in effect.changed {
      let capacity = conditions.capacities[Int(link)]
      loads.setCapacity(capacity, of: Int(link), at: now)
      transfers.setBandwidth(Bandwidth(bytesPerSecond: capacity), of: LinkID(Int(link)))
    }
    if effect.hasFailures || effect.hasRecoveries { detours = nil }
    let stopped = effect.hasFailures ? stopBroken(at: now) : 0
    if effect.hasRecoveries {
      timers.push(Timer(kind: .lookAgain), at: (now + timeline.rerouteDelay).ticks)
    }
    history.append(Happening(event: index, time: now, stoppedCount: stopped))
  }

  /// Brings first bytes and new routes on the way, then solves the rates.
  public mutating func settle(at now: SimTime) {
    while let (_, timer) = timers.pop(through: now.ticks) {
      let parcel = Int(timer.parcel)
      switch timer.kind {
      case .lookAgain: lookAgain(at: now)
      case .backgroundEnd: endBackground(parcel, at: now)
      case .firstByte where parcels[parcel].epoch == timer.epoch: move(parcel, at: now)
      case .reroute where parcels[parcel].epoch == timer.epoch: reroute(parcel, at: now)
      case .firstByte, .reroute: break
      }
    }
    transfers.settle(at: now)
  }

  /// Removes one parcel that has arrived.
  public mutating func popArrived() -> Arrival? { arrived.popLast() }

  /// Puts a parcel's bytes on its links.
  mutating func move(_ index: Int, at now: SimTime) {
    let parcel = parcels[index]
    note(EventKind.firstByte, index, at: now)
    if parcel.bytesLeft == 0 {
      arrive(index, at: now)
      return
    }
    parcels[index].phase = .moving
    parcels[index].transfer = transfers.start(
      route: parcel.route, hops: parcel.route.indices, bytes: parcel.bytesLeft, tag: Int32(index),
      weight: parcel.weight, rateCap: parcel.rateCap, at: now)
    if parcel.isBackground { return }
    for link in parcel.route where !parcel.counted.contains(link) {
      parcels[index].counted.append(link)
      loads.countFlow(on: link)
    }
  }

  /// Takes a parcel's bytes off its links.
  mutating func halt(_ index: Int, at now: SimTime) {
    let parcel = parcels[index]
    let (left, carried) = transfers.withdraw(parcel.transfer, at: now)
    if parcel.isBackground {
      loads.addBackground(carried, on: parcel.route)
    } else {
      loads.addBytes(parcel.bytesLeft - left, on: parcel.route)
    }
    parcels[index].bytesLeft = left
  }

  mutating func noteStop(_ index: Int, at now: SimTime) { note(EventKind.stop, index, at: now) }

  mutating func noteReroute(_ index: Int, at now: SimTime) { note(EventKind.reroute, index, at: now) }

  private mutating func note(_ kind: UInt32, _ index: Int, at now: SimTime) {
    fingerprint.combine(
      time: now, kind: kind, subject: parcels[index].tag, value: parcels[index].bytesLeft)
  }

  mutating func arrive(_ index: Int, at now: SimTime) {
    let parcel = parcels[index]
    loads.addBytes(parcel.bytesLeft, on: parcel.route)
    note(EventKind.lastByte, index, at: now)
    arrived.append(Arrival(tag: parcel.tag, route: parcel.route, rerouteCount: parcel.rerouteCount))
    free(index)
  }
}
