/// Max-min fair rates of flows that come and go.
///
/// Changes are collected and solved together: `add` and `remove` any number of flows, then `solve()`
/// once for the timestamp and read which rates it `changed`. Only the connected components (flows
/// that share links, transitively) of what was touched are solved again, and a flow that shares no
/// link with another costs no more than its route.
///
/// Slots of removed flows are used again and storage is flat, so that nothing is allocated once the
/// largest number of flows and the longest route have been seen.
///
/// - Source: progressive filling as in `maxMinRates(capacities:flows:)`; recomputing only what was
///   touched is the selective update of SimGrid (Casanova et al. 2014, doi:10.1016/j.jpdc.2014.06.008).
public struct FlowSharer: Sendable {
  /// A flow's slot. It belongs to another flow after `remove(_:)`.
  public struct FlowID: Hashable, Sendable, BitwiseCopyable {
    public var index: Int32
    @inlinable public init(index: Int32) { self.index = index }
  }

  /// Flows whose rate the last `solve()` changed, new ones among them.
  public private(set) var changed: [FlowID] = []
  /// The number of flows that are present.
  public private(set) var flowCount = 0

  var links: [Link]
  var flows: [Flow] = []
  /// A flow's passage over its hop h: entry `slot << strideShift + h`, in its link's list.
  var entries: [Entry] = []
  var strideShift: Int32 = 2
  private var freeSlots: [Int32] = []
  private var arrivals: [Int32] = []
  private var touchedLinks: [Int32] = []
  var epoch: UInt64 = 0
  var filling = Filling()

  struct Link: BitwiseCopyable {
    var capacity: Double
    var firstEntry: Int32 = -1
    var occupancy: Int32 = 0
    // Of the component being filled:
    var mark: UInt64 = 0
    var unfrozen: Int32 = 0
    var left = 0.0
    var demand = 0.0
  }

  struct Flow: BitwiseCopyable {
    var rate = FlowSharer.unsolved
    var weight = 1.0
    var rateCap = Double.infinity
    var multiplicity = 1.0
    /// Links crossed; negative for a free slot.
    var hopCount: Int32 = -1
    var mark: UInt64 = 0
    var isFrozen = false
  }

  struct Entry: BitwiseCopyable {
    var link: Int32 = -1
    var next: Int32 = -1
    var previous: Int32 = -1
  }

  static let unsolved = -1.0

  /// A sharer of idle links.
  ///
  /// - Parameter capacities: C ≥ 0 of each link, finite; rates come in the same unit.
  public init(capacities: [Double]) {
    links = capacities.map { Link(capacity: $0) }
  }

  /// The rate of one flow as of the last `solve()`; 0 before its first.
  public func rate(of flow: FlowID) -> Double {
    max(0, flows[Int(flow.index)].rate)
  }

  /// Puts a flow on its links. Its rate is known after the next `solve()`.
  ///
  /// - Parameters:
  ///   - route: flat storage of links.
  ///   - hops: where in `route` the links lie that the flow crosses.
  ///   - weight: relative share of a contended link, above zero.
  ///   - rateCap: a rate it never exceeds.
  ///   - multiplicity: how many identical flows it stands for.
  /// - Complexity: O(route length).
  public mutating func add(
    route: [Int32], hops: Range<Int>, weight: Double = 1, rateCap: Double = .infinity,
    multiplicity: Double = 1
  ) -> FlowID {
    precondition(weight > 0 && multiplicity > 0 && rateCap >= 0, "a flow needs a weight and a multiplicity")
    if hops.count > 1 << strideShift { widenStride(to: hops.count) }
    let slot = freeSlots.popLast() ?? newSlot()
    flows[Int(slot)].rate = FlowSharer.unsolved
    flows[Int(slot)].weight = weight
    flows[Int(slot)].rateCap = rateCap
    flows[Int(slot)].multiplicity = multiplicity
    flows[Int(slot)].hopCount = Int32(hops.count)
    var entry = slot << strideShift
    for hop in hops {
      insert(entry: entry, into: route[hop])
      entry += 1
    }
    arrivals.append(slot)
    flowCount += 1
    return FlowID(index: slot)
  }

  /// Puts a flow on its links.
  public mutating func add(_ flow: SharedFlow) -> FlowID {
    add(
      route: flow.route, hops: flow.route.indices, weight: flow.weight, rateCap: flow.rateCap,
      multiplicity: flow.multiplicity)
  }

  /// Takes a flow off its links and frees its slot.
  ///
  /// - Complexity: O(route length).
  public mutating func remove(_ flow: FlowID) {
    let hopCount = flows[Int(flow.index)].hopCount
    precondition(hopCount >= 0, "the flow has been removed before")
    let base = flow.index << strideShift
    for hop in 0..<hopCount {
      let link = unlink(entry: base + hop)
      if links[Int(link)].firstEntry >= 0 { touchedLinks.append(link) }
    }
    flows[Int(flow.index)].hopCount = -1
    freeSlots.append(flow.index)
    flowCount -= 1
  }

  /// Changes what a link can carry: zero stalls its flows.
  public mutating func setCapacity(_ capacity: Double, ofLink link: Int32) {
    links[Int(link)].capacity = capacity
    touchedLinks.append(link)
  }

  /// Solves everything that changed since the last call.
  ///
  /// - Complexity: O((F R + L) log L) over the touched components: F flows of R hops on L links.
  public mutating func solve() {
    changed.removeAll(keepingCapacity: true)
    epoch += 1
    for slot in arrivals where flows[Int(slot)].hopCount >= 0 && flows[Int(slot)].mark != epoch {
      if let rate = rateIfAlone(slot) {
        flows[Int(slot)].mark = epoch
        setRate(rate, of: slot)
      } else {
        fillComponent(ofFlow: slot)
      }
    }
    for link in touchedLinks where links[Int(link)].firstEntry >= 0 && links[Int(link)].mark != epoch {
      fillComponent(ofLink: link)
    }
    arrivals.removeAll(keepingCapacity: true)
    touchedLinks.removeAll(keepingCapacity: true)
  }

  /// The rate of a flow that has its links to itself; nil if it shares one.
  private func rateIfAlone(_ slot: Int32) -> Double? {
    let base = slot << strideShift
    let flow = flows[Int(slot)]
    var narrowest = Double.infinity
    for hop in 0..<flow.hopCount {
      let link = Int(entries[Int(base + hop)].link)
      if links[link].occupancy > 1 { return nil }
      narrowest = min(narrowest, links[link].capacity)
    }
    return min(narrowest / flow.multiplicity, flow.rateCap)
  }

  mutating func setRate(_ rate: Double, of slot: Int32) {
    if flows[Int(slot)].rate != rate {
      flows[Int(slot)].rate = rate
      changed.append(FlowID(index: slot))
    }
  }

  private mutating func newSlot() -> Int32 {
    flows.append(Flow())
    for _ in 0..<(1 << strideShift) { entries.append(Entry()) }
    return Int32(flows.count - 1)
  }

  private mutating func insert(entry: Int32, into link: Int32) {
    let first = links[Int(link)].firstEntry
    entries[Int(entry)] = Entry(link: link, next: first, previous: -1)
    if first >= 0 { entries[Int(first)].previous = entry }
    links[Int(link)].firstEntry = entry
    links[Int(link)].occupancy += 1
  }

  private mutating func unlink(entry: Int32) -> Int32 {
    let gone = entries[Int(entry)]
    if gone.previous >= 0 {
      entries[Int(gone.previous)].next = gone.next
    } else {
      links[Int(gone.link)].firstEntry = gone.next
    }
    if gone.next >= 0 { entries[Int(gone.next)].previous = gone.previous }
    links[Int(gone.link)].occupancy -= 1
    return gone.link
  }

  /// Makes room for longer routes: every entry moves, lists are kept in order.
  private mutating func widenStride(to hopCount: Int) {
    let old = strideShift
    while hopCount > 1 << strideShift { strideShift += 1 }
    let (oldShift, newShift) = (old, strideShift)
    func moved(_ entry: Int32) -> Int32 {
      entry < 0 ? entry : ((entry >> oldShift) << newShift) + (entry & ((1 << oldShift) - 1))
    }
    var wider = [Entry](repeating: Entry(), count: flows.count << Int(newShift))
    for (index, entry) in entries.enumerated() where entry.link >= 0 {
      wider[Int(moved(Int32(index)))] = Entry(
        link: entry.link, next: moved(entry.next), previous: moved(entry.previous))
    }
    entries = wider
    for link in links.indices { links[link].firstEntry = moved(links[link].firstEntry) }
  }
}
