import Fabrics
import FlowSharing
import Quantities
import RandomStreams
import Testing
import Traffic

/// Flows on a ring of five hosts whose cables fail, slow down and recover, followed from change to change with
/// everything worked out anew: which way round works, and all rates by progressive filling.
private struct RingReference {
  enum Phase: Equatable {
    case unborn, waiting, moving, done
    case stopped(Double)
    case travelling(Double)
  }

  struct Flow {
    var from: Int
    var to: Int
    var left: Double
    var start: Double
    var cap = Double.infinity
    /// When background traffic stops.
    var until = Double.infinity
    var isUp = true
    var phase = Phase.unborn
    var end = 0.0
    var isBackground: Bool { left == .infinity }
  }

  static let size = 5
  static let rate = 10e9
  static let latency = 1e-6
  let delay: Double
  var flows: [Flow]
  /// Of links upwards from each host, and downwards from each.
  var up = Array(repeating: rate, count: size)
  var down = Array(repeating: rate, count: size)
  var downSince: [Bool: [Double]] = [
    true: Array(repeating: 0, count: size), false: Array(repeating: 0, count: size),
  ]
  var looks: [Double] = []

  init(_ flows: [Flow], delay: Double) {
    self.flows = flows
    self.delay = delay
  }

  func hops(_ flow: Flow, isUp: Bool) -> [Int] {
    let count = (isUp ? flow.to - flow.from : flow.from - flow.to) + Self.size
    return (0..<count % Self.size).map { (flow.from + (isUp ? $0 : -$0) + Self.size) % Self.size }
  }

  func works(_ flow: Flow, isUp: Bool) -> Bool {
    hops(flow, isUp: isUp).allSatisfy { (isUp ? up[$0] : down[$0]) > 0 }
  }

  func homeIsUp(_ flow: Flow) -> Bool { hops(flow, isUp: true).count < hops(flow, isUp: false).count }

  mutating func take(_ index: Int, isUp: Bool, at now: Double) {
    flows[index].isUp = isUp
    flows[index].phase = .travelling(now + Self.latency * Double(hops(flows[index], isUp: isUp).count))
  }

  mutating func reroute(_ index: Int, at now: Double) {
    let home = homeIsUp(flows[index])
    if works(flows[index], isUp: home) {
      take(index, isUp: home, at: now)
    } else if works(flows[index], isUp: !home) {
      take(index, isUp: !home, at: now)
    } else {
      flows[index].phase = .waiting
    }
  }

  mutating func begin(_ index: Int, at now: Double) {
    let home = homeIsUp(flows[index])
    if works(flows[index], isUp: home) {
      take(index, isUp: home, at: now)
      return
    }
    let broken = hops(flows[index], isUp: home).filter { (home ? up[$0] : down[$0]) == 0 }
    flows[index].isUp = home
    flows[index].phase = .stopped(max(now, broken.map { downSince[home]![$0] + delay }.max()!))
  }

  mutating func set(_ host: Int, isUp: Bool, to capacity: Double, at now: Double) {
    let old = isUp ? up[host] : down[host]
    if isUp { up[host] = capacity } else { down[host] = capacity }
    if capacity == 0, old > 0 { downSince[isUp]![host] = now }
    if capacity > 0, old == 0, !looks.contains(now + delay) { looks.append(now + delay) }
  }

  mutating func stopBroken(at now: Double) {
    for index in flows.indices where !works(flows[index], isUp: flows[index].isUp) {
      switch flows[index].phase {
      case .moving, .travelling: flows[index].phase = .stopped(now + delay)
      default: break
      }
    }
  }

  func rates() -> [Double] {
    let moving = flows.indices.filter { flows[$0].phase == .moving }
    let solved = maxMinRates(
      capacities: up + down,
      flows: moving.map { index in
        let flow = flows[index]
        return SharedFlow(
          route: hops(flow, isUp: flow.isUp).map { Int32(flow.isUp ? $0 : $0 + Self.size) }, rateCap: flow.cap
        )
      })
    var all = Array(repeating: 0.0, count: flows.count)
    for (index, rate) in zip(moving, solved) { all[index] = rate }
    return all
  }

  /// What happens when.
  enum Change {
    case capacity(host: Int, isUp: Bool, Double)
    case begin(flow: Int)
  }

  mutating func run(_ changes: [(time: Double, change: Change)]) {
    var events = changes.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)[...]
    var now = 0.0
    while flows.contains(where: { !$0.isBackground && $0.phase != .done }) {
      let rates = rates()
      var next = min(events.first?.time ?? .infinity, looks.min() ?? .infinity)
      for (flow, rate) in zip(flows, rates) where flow.phase != .done {
        next = min(next, flow.until)
        switch flow.phase {
        case .unborn: next = min(next, flow.start)
        case .moving: if !flow.isBackground { next = min(next, now + flow.left / rate) }
        case .stopped(let time), .travelling(let time): next = min(next, time)
        case .waiting, .done: break
        }
      }
      if next == .infinity { return }
      for (index, rate) in zip(flows.indices, rates) where flows[index].phase == .moving {
        let isOver = now + flows[index].left / rate <= next * (1 + 1e-12)
        flows[index].left -= rate * (next - now)
        if isOver { (flows[index].left, flows[index].phase, flows[index].end) = (0, .done, next) }
      }
      now = next
      while let first = events.first, first.time == now {
        switch first.change {
        case .capacity(let host, let isUp, let capacity): set(host, isUp: isUp, to: capacity, at: now)
        case .begin(let flow): begin(flow, at: now)
        }
        events.removeFirst()
        stopBroken(at: now)
      }
      for index in flows.indices where flows[index].phase == .unborn && flows[index].start == now {
        begin(index, at: now)
      }
      for index in flows.indices where flows[index].until == now { flows[index].phase = .done }
      for index in flows.indices where flows[index].phase == .stopped(now) { reroute(index, at: now) }
      if looks.contains(now) {
        looks.removeAll { $0 == now }
        for index in flows.indices {
          let home = homeIsUp(flows[index])
          switch flows[index].phase {
          case .waiting: reroute(index, at: now)
          case .moving, .travelling: if works(flows[index], isUp: home) { flows[index].isUp = home }
          default: break
          }
        }
      }
      for index in flows.indices where flows[index].phase == .travelling(now) { flows[index].phase = .moving }
    }
  }
}

@Suite("Random network events") struct RandomEventTests {
  @Test(arguments: 0..<40)
  func `a disturbed ring is as a plain recomputation says`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let size = RingReference.size
    let ring = try network(.ring(hosts: size))
    func time() -> Double { Double(Int.random(in: 0...12, using: &random)) * 1e-3 }
    let delay = seed % 3 == 0 ? 0 : Double(Int.random(in: 1...1500, using: &random)) * 1e-6
    var flows: [TrafficFlow] = []
    var reference: [RingReference.Flow] = []
    for _ in 0..<25 {
      let from = Int.random(in: 0..<size, using: &random)
      let to = (from + Int.random(in: 1..<size, using: &random)) % size
      let (bytes, start) = (Double(Int.random(in: 1...30_000_000, using: &random)), time())
      flows.append(flow(from, to, bytes, at: start))
      reference.append(.init(from: from, to: to, left: bytes, start: start))
    }
    var events: [NetworkEvent] = []
    var changes: [(time: Double, change: RingReference.Change)] = []
    for _ in 0..<Int.random(in: 4...14, using: &random) {
      let (at, a) = (time(), Int.random(in: 0..<size, using: &random))
      let b = (a + 1) % size
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1:
        events.append(event(at, .fail, both(a, b)))
        changes += [(at, .capacity(host: a, isUp: true, 0)), (at, .capacity(host: b, isUp: false, 0))]
        // Most are mended while what they stopped is on its way round.
        if Int.random(in: 0..<4, using: &random) > 0 {
          let mended = at + Double(Int.random(in: 1...3, using: &random)) * 0.9e-3
          let rate = RingReference.rate
          events.append(event(mended, .recover, both(a, b)))
          changes += [
            (mended, .capacity(host: a, isUp: true, rate)), (mended, .capacity(host: b, isUp: false, rate)),
          ]
        }
      case 2:
        events.append(event(at, .fail, link(b, a)))
        changes.append((at, .capacity(host: b, isUp: false, 0)))
      case 3:
        let share = Double(Int.random(in: 1...9, using: &random)) / 10
        events.append(event(at, .slow(share: share), link(a, b)))
        changes.append((at, .capacity(host: a, isUp: true, RingReference.rate * share)))
      case 4:
        let rate = RingReference.rate
        events.append(event(at, .recover, both(a, b)))
        changes += [(at, .capacity(host: a, isUp: true, rate)), (at, .capacity(host: b, isUp: false, rate))]
      default:
        let to = (a + Int.random(in: 1..<size, using: &random)) % size
        let (rate, until) = (Double(Int.random(in: 1...5, using: &random)) * 1e9, at + 2.5e-3)
        events.append(
          event(
            at,
            .background(Bandwidth(bytesPerSecond: rate), until: .zero + SimDuration(seconds: until)),
            link(a, to)))
        changes.append((at, .begin(flow: reference.count)))
        // The event starts it.
        reference.append(.init(from: a, to: to, left: .infinity, start: .infinity, cap: rate, until: until))
      }
    }
    var expected = RingReference(reference, delay: delay)
    expected.run(changes)
    let outcome = try simulate(
      flows, on: ring, during: NetworkTimeline(events, rerouteDelay: SimDuration(seconds: delay)))
    for (one, other) in zip(outcome.flows, expected.flows) {
      #expect((one.bytesLeft - other.left).magnitude <= 1, "seed \(seed)")
      if !one.isCut { #expect((one.end.seconds - other.end).magnitude <= 1e-9, "seed \(seed)") }
    }
    // Every byte that arrived crossed the links of some route, and none is lost between routes.
    let arrived = zip(flows, outcome.flows).reduce(0) { $0 + $1.0.bytes - $1.1.bytesLeft }
    #expect(outcome.links.reduce(0) { $0 + $1.bytes } >= arrived * (1 - 1e-9))
  }
}
