import Fabrics
import Quantities
import RandomStreams
import Testing
import Traffic

/// What holds on any network, whatever happens to it.
@Suite("Invariants under network events") struct EventInvariantTests {
  static let inside = NodeInterior(devices: 2, scaleUp: cable, pcie: cable, adapters: 1)
  static let networks: [(NetworkShape, NetworkRouting)] = [
    (.fatTree(k: 4), .shortest), (.fatTree(k: 4), .weighted(reference: .mebibytes(1))),
    (.leafSpine(leaves: 3, spines: 2, hostsPerLeaf: 3, oversubscription: 2), .shortest),
    (.torus([3, 3]), .shortest), (.torus([3, 3]), .dimensionOrder),
    (.hypercube(dimensions: 3), .dimensionOrder),
    (.dragonfly(groups: 4, routersPerGroup: 2, hostsPerRouter: 2), .minimal),
    (.dragonfly(groups: 4, routersPerGroup: 2, hostsPerRouter: 2), .valiant),
    (.binaryTree(hosts: 9), .shortest),
    (.railOptimized(nodes: 3, devicesPerNode: 3, spines: 2, nodeLink: cable), .alongRails),
    (.nodes([NodeGroup(count: 4, inside: inside)], over: .ring(hosts: 4)), .shortest),
  ]

  struct Case {
    let graph: NetworkGraph
    var flows: [TrafficFlow] = []
    var timeline: NetworkTimeline

    /// Random flows, and events on random links and vertices in the first 10 ms.
    init(_ network: (shape: NetworkShape, routing: NetworkRouting), seed: Int) throws {
      graph = try NetworkGraph(network.shape, wire: cable, routing: network.routing)
      var random = SplitMix64(seed: UInt64(seed))
      func seconds(_ most: Int) -> Double { Double(Int.random(in: 0...most, using: &random)) * 1e-5 }
      let hosts = graph.hostCount
      for _ in 0..<40 {
        let from = Int.random(in: 0..<hosts, using: &random)
        flows.append(
          flow(
            from, (from + Int.random(in: 1..<hosts, using: &random)) % hosts,
            Double(Int.random(in: 1...20_000_000, using: &random)), at: seconds(800)))
      }
      var events: [NetworkEvent] = []
      for _ in 0..<12 {
        let link = graph.links.randomElement(using: &random)!
        let isVertex = Int.random(in: 0..<3, using: &random) == 0
        let target: NetworkEvent.Target =
          isVertex ? .vertex(link.to) : .link(from: link.from, to: link.to)
        let change: NetworkEvent.Change =
          switch Int.random(in: 0..<6, using: &random) {
          case 0, 1: .fail
          case 2: .slow(share: 0.3)
          case 3: .limit(.gigabytesPerSecond(4))
          case 4: .recover
          default:
            isVertex ? .fail : .background(.gigabytesPerSecond(3), until: SimTime(ticks: 20_000_000_000))
          }
        events.append(event(seconds(1000), change, target))
      }
      timeline = NetworkTimeline(events, rerouteDelay: seed % 2 == 0 ? .zero : .microseconds(70))
    }

    func run(_ timeline: NetworkTimeline) throws -> TrafficOutcome {
      try simulate(flows, on: graph, during: timeline, seed: 5)
    }
  }

  @Test(arguments: networks, 0..<6)
  func `bytes leave and arrive once, and a run repeats`(
    network: (shape: NetworkShape, routing: NetworkRouting), seed: Int
  ) throws {
    let random = try Case(network, seed: seed)
    let outcome = try random.run(random.timeline)
    #expect(try random.run(random.timeline) == outcome)
    #expect(outcome.events.map(\.time) == outcome.events.map(\.time).sorted())
    // What a host sends and what it is sent crosses its links once, over whatever routes.
    var sent = [Double](repeating: 0, count: random.graph.vertexCount)
    var received = sent
    for (flow, end) in zip(random.flows, outcome.flows) {
      #expect((0...flow.bytes).contains(end.bytesLeft) && end.end >= flow.start)
      sent[Int(flow.source.index)] += flow.bytes - end.bytesLeft
      received[Int(flow.target.index)] += flow.bytes - end.bytesLeft
    }
    // Along rails, traffic of others passes the hosts.
    if !random.graph.hostsForward && network.routing != .alongRails {
      for load in outcome.links {
        let link = random.graph.links[Int(load.link.index)]
        sent[Int(link.from.index)] -= load.bytes
        received[Int(link.to.index)] -= load.bytes
      }
      for host in 0..<random.graph.hostCount {
        #expect(sent[host].magnitude < 1 && received[host].magnitude < 1, "host \(host), seed \(seed)")
      }
    }
    for (flow, end) in zip(random.flows, outcome.flows) where !end.isCut {
      let route = end.route.map { random.graph.links[Int($0.index)] }
      #expect(route.first?.from == flow.source && route.last?.to == flow.target)
      for (one, next) in zip(route, route.dropFirst()) { #expect(one.to == next.from) }
    }
  }

  @Test(arguments: networks, 0..<6)
  func `a network that is mended brings every byte`(
    network: (shape: NetworkShape, routing: NetworkRouting), seed: Int
  ) throws {
    let random = try Case(network, seed: seed)
    var timeline = random.timeline
    for vertex in 0..<random.graph.vertexCount {
      timeline.events.append(event(0.1, .recover, .vertex(VertexID(vertex))))
    }
    for link in random.graph.links {
      timeline.events.append(event(0.1, .recover, .link(from: link.from, to: link.to)))
    }
    let outcome = try random.run(timeline)
    #expect(outcome.cutCount == 0)
    // What happens after the last end is not waited for, and changes nothing.
    var longer = timeline
    longer.events.append(event(7e6, .fail, .vertex(VertexID(0))))
    #expect(try random.run(longer) == outcome)
  }
}
