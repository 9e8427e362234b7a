import Fabrics
import Quantities
import RandomStreams
import Testing
import Traffic

/// An event, its time in seconds.
func event(_ seconds: Double, _ change: NetworkEvent.Change, _ target: NetworkEvent.Target) -> NetworkEvent {
  NetworkEvent(at: .zero + SimDuration(seconds: seconds), change, target)
}

func link(_ from: Int, _ to: Int) -> NetworkEvent.Target { .link(from: VertexID(from), to: VertexID(to)) }
func both(_ a: Int, _ b: Int) -> NetworkEvent.Target { .cable(VertexID(a), VertexID(b)) }

/// Two hosts, 12 GB/s each way, no latency.
let twoHosts = NetworkShape.edges([edge("a", "b", 12), edge("b", "a", 12)])

func run(
  _ flows: [TrafficFlow], _ network: NetworkGraph, _ events: [NetworkEvent],
  delay: SimDuration = .zero
) throws -> TrafficOutcome {
  try simulate(flows, on: network, during: NetworkTimeline(events, rerouteDelay: delay))
}

func ends(_ outcome: TrafficOutcome) -> [Int64] { outcome.flows.map(\.end.ticks) }

@Suite("Network events") struct NetworkEventTests {
  @Test(arguments: [NetworkEvent.Change.slow(share: 0.5), .limit(.gigabytesPerSecond(6))])
  func `a link halves under two flows`(change: NetworkEvent.Change) throws {
    // 12 GB/s; 12 and 24 MB. To 1 ms 6 GB/s each: 6 and 18 MB left. At 6 GB/s in all 3 GB/s each: the first
    // ends at 3 ms, the second has 12 MB left at 6 GB/s: 5 ms. The link could carry 12 + 4 · 6 = 36 MB.
    let outcome = try run(
      [flow(0, 1, 12e6), flow(0, 1, 24e6)], network(twoHosts), [event(1e-3, change, link(0, 1))])
    #expect(ends(outcome) == [3_000_000_000, 5_000_000_000])
    #expect(outcome.links[0].bytes == 36e6)
    #expect((outcome.links[0].meanUtilization - 1).magnitude < 1e-12)
    #expect(outcome.links[1].meanUtilization == 0)
    #expect(outcome.events.map(\.time.ticks) == [1_000_000_000] && outcome.events[0].stoppedCount == 0)
  }

  @Test func `a degraded link comes back`() throws {
    // 12 MB in 1 ms, 12 MB at a third from 1 to 4 ms, 12 MB in the last ms.
    let outcome = try run(
      [flow(0, 1, 36e6)], network(twoHosts),
      [event(1e-3, .slow(share: 1.0 / 3), both(0, 1)), event(4e-3, .recover, both(1, 0))])
    #expect(ends(outcome) == [5_000_000_000])
    #expect((outcome.links[0].meanUtilization - 1).magnitude < 1e-12)
  }

  @Test func `a ring goes the longer side round`() throws {
    // 10 MB over 0 -> 1 at 10 GB/s from 1 us on. Cut at 501 us, 5 MB are there. At 601 us the new route is
    // known, its 3 links take 3 us, and the rest 500 us: 1104 us.
    let ring = try network(.ring(hosts: 4))
    let outcome = try run(
      [flow(0, 1, 10e6)], ring, [event(501e-6, .fail, both(0, 1))], delay: .microseconds(100))
    #expect(ends(outcome) == [1_104_000_000])
    let end = outcome.flows[0]
    #expect(
      end.route.map { ring.name(of: $0) } == ["host 0 -> host 3", "host 3 -> host 2", "host 2 -> host 1"])
    #expect(end.rerouteCount == 1 && !end.isCut)
    #expect(outcome.events.map(\.stoppedCount) == [1])
    var carried: [String: Double] = [:]
    for load in outcome.links where load.bytes > 0 { carried[ring.name(of: load.link)] = load.bytes }
    #expect(carried.count == 4)
    #expect(carried.values.allSatisfy { ($0 - 5e6).magnitude < 1e-3 })
    // Open for 501 of 1104 us and full for 500 of them.
    let broken = try #require(outcome.links.first { ring.name(of: $0.link) == "host 0 -> host 1" })
    #expect((broken.meanUtilization - 500.0 / 501).magnitude < 1e-9)
  }

  @Test func `flows that start on a broken route go round it once that is known`() throws {
    // Cut at 500 us, known at 600 us. Started at 550 us it goes at 600 us, started at 800 us at once: 3 us of
    // latency and 100 us for 1 MB.
    let ring = try network(.ring(hosts: 4))
    for (start, end) in [(550e-6, Int64(703_000_000)), (800e-6, 903_000_000)] {
      let outcome = try run(
        [flow(0, 1, 1e6, at: start)], ring, [event(500e-6, .fail, link(0, 1))], delay: .microseconds(100))
      #expect(ends(outcome) == [end])
      #expect(outcome.flows[0].rerouteCount == 1)
    }
  }

  @Test func `a flow on a detour goes home without stopping`() throws {
    // 10 MB by 1001 us, cut, 3 us of latency, 10 MB over the detour by 2004 us, the last 10 MB at home: 3004 us.
    let ring = try network(.ring(hosts: 4))
    let outcome = try run(
      [flow(0, 1, 30e6)], ring,
      [event(1001e-6, .fail, both(0, 1)), event(2004e-6, .recover, both(0, 1))])
    #expect(ends(outcome) == [3_004_000_000])
    #expect(outcome.flows[0].rerouteCount == 2)
    #expect(outcome.flows[0].route.map { ring.name(of: $0) } == ["host 0 -> host 1"])
  }

  @Test func `without another route a flow waits for the recovery`() throws {
    // 12 MB in 1 ms, nothing to 5 ms (6 ms where it takes 1 ms to be known), 12 MB in 1 ms.
    let events = [event(1e-3, .fail, link(0, 1)), event(5e-3, .recover, link(0, 1))]
    let graph = try network(twoHosts)
    #expect(try ends(run([flow(0, 1, 24e6)], graph, events)) == [6_000_000_000])
    let outcome = try run([flow(0, 1, 24e6)], graph, events, delay: .milliseconds(1))
    #expect(ends(outcome) == [7_000_000_000])
    #expect(outcome.flows[0].rerouteCount == 0)
    // It carried 24 MB of what it could in 1 + 2 ms.
    #expect((outcome.links[0].meanUtilization - 2.0 / 3).magnitude < 1e-12)
  }

  @Test func `what is cut off for ever is named with what is left`() throws {
    let outcome = try run(
      [flow(0, 1, 24e6), flow(1, 0, 24e6), flow(0, 1, 1e6, at: 5e-3)], network(twoHosts),
      [event(1e-3, .fail, link(0, 1))])
    #expect(outcome.flows.map(\.isCut) == [true, false, true])
    #expect(outcome.flows.map(\.bytesLeft) == [12e6, 0, 1e6])
    #expect(outcome.flows[1].end == SimTime(ticks: 2_000_000_000))
    #expect(outcome.cutCount == 2)
    // The last that could have helped was the start of the third flow.
    #expect(outcome.makespan == .milliseconds(5))
  }

  @Test func `a spine that fails leaves its flows to the other`() throws {
    let leaves = try network(.leafSpine(leaves: 2, spines: 2, hostsPerLeaf: 1, oversubscription: nil))
    let plain = try simulate([flow(0, 1, 10e6)], on: leaves)
    let spine = leaves.links[Int(plain.flows[0].route[1].index)].to
    let outcome = try run([flow(0, 1, 10e6)], leaves, [event(504e-6, .fail, .vertex(spine))])
    // 5 MB by 504 us, 4 us of latency again, 5 MB.
    #expect(ends(outcome) == [1_008_000_000])
    #expect(outcome.flows[0].route.allSatisfy { leaves.links[Int($0.index)].to != spine })
    // A host that fails has no other way.
    let host = try run([flow(0, 1, 10e6)], leaves, [event(504e-6, .fail, .vertex(VertexID(0)))])
    #expect(host.flows[0].isCut && (host.flows[0].bytesLeft - 5e6).magnitude < 1e-3)
  }

  @Test func `rules that fix a route wait where others go round`() throws {
    let events = [event(0.1e-3, .fail, both(4, 5)), event(2e-3, .recover, both(4, 5))]
    for (routing, end) in [(NetworkRouting.shortest, 1), (.dimensionOrder, 2)] {
      let graph = try NetworkGraph(.torus([4]), wire: cable, routing: routing)
      let outcome = try run([flow(0, 1, 10e6)], graph, events)
      #expect(Int(outcome.flows[0].end.seconds * 1e3) == end)
      #expect(outcome.flows[0].rerouteCount == (routing == .shortest ? 1 : 0))
    }
  }

  @Test func `a link is up when it and both its ends are`() throws {
    // The link fails at 1 ms, its end at 2 ms; the end recovers at 3 ms, the link at 4 ms.
    let end = NetworkEvent.Target.vertex(VertexID(1))
    let outcome = try run(
      [flow(0, 1, 24e6)], network(twoHosts),
      [
        event(1e-3, .fail, link(0, 1)), event(2e-3, .fail, end), event(3e-3, .recover, end),
        event(4e-3, .recover, link(0, 1)),
      ])
    #expect(ends(outcome) == [5_000_000_000])
    // Of a slow link at a slower end the slower counts; the last word on a link holds.
    let slow = try run(
      [flow(0, 1, 24e6)], network(twoHosts),
      [
        event(0, .slow(share: 0.5), link(0, 1)), event(0, .slow(share: 0.25), end),
        event(4e-3, .recover, end), event(6e-3, .slow(share: 1), link(0, 1)),
      ])
    #expect(ends(slow) == [6_000_000_000])
  }

  @Test func `at one instant ends come first, then events, then starts`() throws {
    let graph = try network(twoHosts)
    // The last byte arrives as the link fails.
    let ended = try run([flow(0, 1, 12e6)], graph, [event(1e-3, .fail, link(0, 1))])
    #expect(!ended.flows[0].isCut && ended.events.map(\.stoppedCount) == [0])
    // A flow that starts then meets the failure.
    let met = try run([flow(0, 1, 12e6, at: 1e-3)], graph, [event(1e-3, .fail, link(0, 1))])
    #expect(met.flows[0].isCut && met.events.map(\.stoppedCount) == [0])
    // Events act in their order: a failure undone in the same instant stops the flow, and it goes on at once.
    let blink = [event(1e-3, .fail, link(0, 1)), event(1e-3, .recover, link(0, 1))]
    let blinked = try run([flow(0, 1, 24e6)], graph, blink)
    #expect(ends(blinked) == [2_000_000_000])
    #expect(blinked.events.map(\.stoppedCount) == [1, 0])
    let dead = try run([flow(0, 1, 24e6)], graph, blink.reversed())
    #expect(dead.flows[0].isCut)
    // The same again is the same run; another order is another.
    #expect(try run([flow(0, 1, 24e6)], graph, blink) == blinked)
    #expect(dead.fingerprint != blinked.fingerprint)
  }

  @Test func `an event without effect changes no end`() throws {
    let tree = try network(.fatTree(k: 4))
    var random = SplitMix64(seed: 11)
    let flows = (0..<200).map { _ in
      let source = Int.random(in: 0..<16, using: &random)
      return flow(
        source, (source + Int.random(in: 1..<16, using: &random)) % 16,
        Double(Int.random(in: 1...20_000_000, using: &random)),
        at: Double(Int.random(in: 0...5000, using: &random)) * 1e-6)
    }
    let plain = try simulate(flows, on: tree, seed: 3)
    let timed = try simulate(
      flows, on: tree, during: NetworkTimeline([event(2e-3, .recover, .vertex(VertexID(0)))]), seed: 3)
    for (one, other) in zip(plain.flows, timed.flows) {
      #expect((one.end.ticks - other.end.ticks).magnitude <= 2)
      #expect(one.route == other.route)
    }
  }

  @Test func `events that make no sense are refused`() throws {
    let graph = try network(twoHosts)
    func refusal(_ event: NetworkEvent) -> String {
      do { _ = try run([flow(0, 1, 1)], graph, [event]) } catch { return "\(error)" }
      return "taken"
    }
    #expect(refusal(event(-1, .fail, link(0, 1))) == "event 0: it happens before time zero")
    #expect(refusal(event(9e6, .fail, link(0, 1))) == "event 0: it happens after 8000000 s")
    #expect(refusal(event(0, .fail, link(0, 7))) == "event 0: there is no vertex 7 among 2")
    #expect(refusal(event(0, .fail, link(0, 0))) == "event 0: no link leads from a to a")
    #expect(
      refusal(event(0, .slow(share: 0), link(0, 1)))
        == "event 0: a share must be above 0 and at most 1, not 0.0")
    #expect(
      refusal(event(0, .limit(Bandwidth(bytesPerSecond: 0)), link(0, 1)))
        == "event 0: its rate must be above zero")
    #expect(
      refusal(event(1, .background(.gigabytesPerSecond(1), until: .zero), link(0, 1)))
        == "event 0: it ends before it begins")
    #expect(
      refusal(event(1, .background(.gigabytesPerSecond(1), until: nil), .vertex(VertexID(0))))
        == "event 0: background traffic needs a link or two hosts, not one vertex")
    // So slow that the clock does not reach its end.
    #expect(
      refusal(event(0, .slow(share: 1e-300), link(0, 1)))
        == "flow 0: it may outlast the simulated clock's 106 days")
  }
}
