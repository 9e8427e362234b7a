import EventCore

/// Max-min fair rates of flows that come and go.
///
/// Every full link has a level: the rate, for a weight of one, of the flows that it holds. A flow runs at the
/// least level on its route, or at its cap, and that link holds it:
///
///     rateᵢ = wᵢ · uᵢ,   uᵢ = min( min over links l of its route  levelₗ ,  capᵢ / wᵢ )
///     levelₗ = (Cₗ − Σ over flows i on l that it does not hold  wᵢ mᵢ uᵢ) / Σ over those that it holds  wᵢ mᵢ
///
/// A link that holds none has no level. Changes are collected and solved together: `add` and `remove` any
/// number of flows, then `solve()` once for the timestamp. A change moves the levels of some links, these the
/// rates of the flows they hold, and these the levels of further links; only what moves is looked at.
///
/// All flows that a link holds change together, so the owner is told links, not flows: `movedLinks` are those
/// whose level or whose flows have changed, `regrouped` the flows that something else holds than before.
///
/// Slots of removed flows are used again and storage is flat, so that nothing is allocated once the
/// largest number of flows and the longest route have been seen.
///
/// - Source: the vector is that of progressive filling, see `maxMinRates(capacities:flows:)`. That levels depend on
///   lower levels only is the bottleneck ordering of Ros-Giralt et al. 2019, doi:10.1145/3366707.
public struct FlowSharer: Sendable {
  /// A flow's slot. It belongs to another flow after `remove(_:)`.
  public struct FlowID: Hashable, Sendable, BitwiseCopyable {
    public var index: Int32
    @inlinable public init(index: Int32) { self.index = index }
  }

  /// Links whose level, or whose held flows, the last `solve()` found changed; each once.
  public internal(set) var movedLinks: [Int32] = []
  /// Flows that the last `solve()` gave another holder, new ones among them; some more than once.
  public internal(set) var regrouped: [FlowID] = []
  /// The number of flows that are present.
  public private(set) var flowCount = 0
  /// Of them, those with a rate cap.
  private(set) var cappedCount = 0

  var links: [Link]
  /// Of links: infinite where one is not full. Levels, sums and marks lie apart from the rest as they are swept alone.
  var levels: [Double]
  /// Of links: Σ of the rates of flows that are held elsewhere, to the rounding of some additions.
  var used: [Double]
  /// Of links: whether the present mending has changed the sum; of relaxed ones always.
  var isTouched: [Bool]
  /// Of links: whether flows may change without being added up; see `relax`.
  var isRelaxed: [Bool]
  var members: LinkMembers
  var flows: [Flow] = []
  /// The link of a flow's hop h: entry `slot << strideShift + h`, −1 behind the last.
  var hops: [Int32] = []
  /// By entry: the limit of its flow up to which its link, if relaxed, cannot be full.
  var ceilings: [Double] = []
  var strideShift: Int32 = 2
  private var freeSlots: [Int32] = []
  private var arrivals: [Int32] = []
  var repair = Repair()

  struct Link: BitwiseCopyable {
    var capacity: Double
    /// Σ of the demands of the flows that it holds, and of those that nothing holds yet.
    var free = 0.0
    /// No flow that is held elsewhere has a higher limit.
    var reach = 0.0
    /// The level that the last evaluation found.
    var pending = 0.0
    /// No relaxed link that a flow held here crosses can be full while the level is at most this.
    var ceiling = Double.infinity
    /// Flows that nothing holds yet.
    var openCount: Int32 = 0
    /// Mendings that may still change its sum, while it is not full, before it is considered for relaxing.
    var changesLeft: Int32 = 0
    var raiseEpoch: UInt32 = 0
    /// How often the present solve has raised it at once.
    var raiseCount: UInt8 = 0
    /// Evaluations since its sums were last added up anew.
    var age: UInt8 = 0
    var isStale = false
    var isQueued = false
    var isUrgent = false
    var isMoved = false
  }

  struct Flow: BitwiseCopyable {
    /// Weight × multiplicity.
    var demand = 1.0
    var weight = 1.0
    /// Rate cap over weight.
    var capLimit = Double.infinity
    /// Its limit where no link holds it.
    var ownLimit = Double.infinity
    /// The link that holds it, or one of the numbers below zero.
    var holder = FlowSharer.unsolved
    /// Links crossed; negative for a free slot.
    var hopCount: Int32 = -1
  }

  /// Holders that are no link: its cap, or nothing if it has none; not looked at yet; and the capacity of links
  /// that it has to itself, which know nothing of it.
  static let itself: Int32 = -1
  static let unsolved: Int32 = -2
  static let alone: Int32 = -3

  /// A sharer of idle links.
  ///
  /// - Parameter capacities: C ≥ 0 of each link, finite; rates come in the same unit.
  public init(capacities: [Double]) {
    links = capacities.map { Link(capacity: $0) }
    levels = Array(repeating: .infinity, count: capacities.count)
    used = Array(repeating: 0, count: capacities.count)
    isTouched = Array(repeating: false, count: capacities.count)
    isRelaxed = isTouched
    members = LinkMembers(linkCount: capacities.count)
    repair.heap.reserveCapacity(capacities.count)
    repair.touched = Array(repeating: 0, count: capacities.count + 1)
  }

  /// The rate of one flow as of the last `solve()`; 0 before its first.
  public func rate(of flow: FlowID) -> Double {
    let state = flows[Int(flow.index)]
    return state.holder == FlowSharer.unsolved ? 0 : state.weight * limit(of: state)
  }

  /// The link that holds a flow; nil for one at its cap.
  public func holder(of flow: FlowID) -> Int32? {
    let holder = flows[Int(flow.index)].holder
    return holder < 0 ? nil : holder
  }

  /// The rate of flows of weight one that a link holds.
  public func level(of link: Int32) -> Double { levels[Int(link)] }

  /// The number of passages of flows that a link holds; a flow may cross it twice.
  public func heldCount(by link: Int32) -> Int { members.heldCount(of: Int(link)) }

  /// The flow of one of the passages that a link holds.
  public func flow(heldBy link: Int32, passage: Int) -> FlowID {
    FlowID(index: members[members.held(by: Int(link)).lowerBound + passage] >> strideShift)
  }

  /// uᵢ: the rate for a weight of one; infinite before anything holds the flow.
  @inline(__always) func limit(of flow: Flow) -> Double {
    flow.holder >= 0 ? levels[Int(flow.holder)] : flow.ownLimit
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
    route: [Int32], hops range: Range<Int>, weight: Double = 1, rateCap: Double = .infinity,
    multiplicity: Double = 1
  ) -> FlowID {
    precondition(weight > 0 && multiplicity > 0 && rateCap >= 0, "a flow needs a weight and a multiplicity")
    if range.count > 1 << strideShift { widenStride(to: range.count) }
    let slot = freeSlots.popLast() ?? newSlot()
    flows[Int(slot)] = Flow(
      demand: weight * multiplicity, weight: weight, capLimit: rateCap / weight, ownLimit: rateCap / weight,
      hopCount: Int32(range.count))
    var entry = slot << strideShift
    for position in range {
      hops[Int(entry)] = route[position]
      members.add(entry, weight * multiplicity, to: Int(route[position]))
      entry += 1
    }
    while entry < (slot + 1) << strideShift {
      hops[Int(entry)] = -1
      entry += 1
    }
    if rateCap < .infinity { cappedCount += 1 }
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
  /// - Complexity: O(route length), and O(log links) for links that it shared.
  public mutating func remove(_ flow: FlowID) {
    let state = flows[Int(flow.index)]
    precondition(state.hopCount >= 0, "the flow has been removed before")
    if state.holder >= 0 { noteMoved(Int(state.holder)) }
    let limit = limit(of: state)
    let base = flow.index << strideShift
    for entry in base..<(base + state.hopCount) {
      let link = Int(hops[Int(entry)])
      members.remove(entry, from: link)
      if state.holder == FlowSharer.alone { continue }
      if members.count(of: link) == 0 {
        levels[link] = .infinity
        (used[link], links[link].free, links[link].reach) = (0, 0, 0)
        links[link].openCount = 0
        isRelaxed[link] = false
        isTouched[link] = false
      } else if state.holder != FlowSharer.unsolved {
        leave(link, state, limit)
      }
    }
    if state.capLimit < .infinity { cappedCount -= 1 }
    flows[Int(flow.index)].hopCount = -1
    freeSlots.append(flow.index)
    flowCount -= 1
  }

  /// Changes what a link can carry: zero stalls its flows.
  public mutating func setCapacity(_ capacity: Double, ofLink link: Int32) {
    if isRelaxed[Int(link)] { tighten(Int(link)) }
    links[Int(link)].capacity = capacity
    if let slot = loneFlow(on: Int(link)) {
      flows[Int(slot)].holder = FlowSharer.unsolved
      flows[Int(slot)].ownLimit = flows[Int(slot)].capLimit
      arrivals.append(slot)
    } else {
      noteMayFall(Int(link))
    }
  }

  /// Solves everything that changed since the last call.
  ///
  /// - Complexity: for every link whose level moves, the routes of the flows that it holds, and O(log links); where a
  ///   flow changes its holder, all members of the two.
  public mutating func solve() {
    regrouped.removeAll(keepingCapacity: true)
    for slot in arrivals
    where flows[Int(slot)].hopCount >= 0 && flows[Int(slot)].holder == FlowSharer.unsolved {
      if !settleAlone(slot) { join(slot) }
    }
    arrivals.removeAll(keepingCapacity: true)
    runRepair()
    movedLinks.removeAll(keepingCapacity: true)
    swap(&movedLinks, &repair.moved)
    for link in movedLinks { links[Int(link)].isMoved = false }
  }

  private mutating func newSlot() -> Int32 {
    flows.append(Flow())
    for _ in 0..<(1 << strideShift) {
      hops.append(-1)
      ceilings.append(.infinity)
    }
    members.reserve(entryCount: hops.count)
    return Int32(flows.count - 1)
  }

  /// Makes room for longer routes: every entry moves.
  private mutating func widenStride(to hopCount: Int) {
    let old = strideShift
    while hopCount > 1 << strideShift { strideShift += 1 }
    let new = strideShift
    var wider = [Int32](repeating: -1, count: flows.count << Int(new))
    var widerCeilings = [Double](repeating: .infinity, count: wider.count)
    for slot in flows.indices where flows[slot].hopCount > 0 {
      for hop in 0..<Int(flows[slot].hopCount) {
        let (here, there) = (slot << Int(old) + hop, slot << Int(new) + hop)
        wider[there] = hops[here]
        widerCeilings[there] = ceilings[here]
      }
    }
    (hops, ceilings) = (wider, widerCeilings)
    members.rename(entryCount: hops.count) { entry in ((entry >> old) << new) + (entry & ((1 << old) - 1)) }
  }
}
