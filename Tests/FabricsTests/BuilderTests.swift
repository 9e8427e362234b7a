import Fabrics
import Quantities
import Testing

/// Bisection bandwidth as multiples of the 50 GB/s of `reach`.
private func bisection(_ graph: NetworkGraph) -> Double {
  graph.bisectionBandwidth().bandwidth.bytesPerSecond / 50e9
}

func network(
  _ shape: NetworkShape, routing: NetworkRouting = .shortest, broken: [NetworkCable] = []
) throws -> NetworkGraph {
  try NetworkGraph(shape, wire: reach, routing: routing, broken: broken)
}

func refusal(_ work: () throws -> NetworkGraph) -> String {
  do {
    _ = try work()
    return "taken"
  } catch { return "\(error)" }
}

@Suite("Network builders") struct BuilderTests {
  @Test func `hosts joined directly`() throws {
    func figures(_ shape: NetworkShape) throws -> [Int] {
      let graph = try network(shape)
      return [graph.hostCount, graph.switchCount, graph.links.count, try graph.diameter()]
    }
    #expect(try figures(.fullMesh(hosts: 5)) == [5, 0, 2 * 10, 1])
    #expect(try figures(.ring(hosts: 6)) == [6, 0, 2 * 6, 3])
    #expect(try figures(.ring(hosts: 2)) == [2, 0, 2, 1])
    #expect(try figures(.ring(hosts: 1)) == [1, 0, 0, 0])
    // From leaf 3 by 1 and 0 to leaf 6 by 2.
    #expect(try figures(.binaryTree(hosts: 7)) == [7, 0, 2 * 6, 4])
    #expect(try figures(.star(hosts: 4)) == [4, 1, 2 * 4, 2])
    // Groups of 3 by 3, two by two, and one of 1.
    #expect(bisection(try network(.fullMesh(hosts: 6))) == 9)
    #expect(bisection(try network(.fullMesh(hosts: 5))) == 6)
    #expect(bisection(try network(.ring(hosts: 6))) == 2)
    #expect(bisection(try network(.ring(hosts: 2))) == 1)
    #expect(bisection(try network(.star(hosts: 6))) == 3)
  }

  @Test func `levels within levels`() throws {
    // Rings of 4 in a node, nodes in pairs all joined, pairs on switches of 3.
    let levels = [
      NetworkLevel(.ring, size: 4, wire: inside), NetworkLevel(.fullMesh, size: 2, wire: reach),
      NetworkLevel(.star, size: 3, wire: reach),
    ]
    let graph = try network(.hierarchical(levels))
    #expect((graph.hostCount, graph.nodeCount) == (24, 6))
    // A switch for each of the 8 places within a pair of nodes.
    #expect(graph.switchCount == 8)
    // 6 rings of 4 cables, 12 cables between the nodes of pairs, 24 to the switches.
    #expect(graph.links.count == 2 * (24 + 12 + 24))
    // Half the ring, across the pair, and over a switch.
    #expect(try graph.diameter() == 2 + 1 + 2)
    #expect(graph.links.filter { !$0.kind.isInterNode }.count == 2 * 24)
    #expect(graph.links.filter { !$0.kind.isInterNode }.allSatisfy { $0.bandwidth == inside.bandwidth })
    // One level alone is hosts, not one node.
    #expect(try network(.hierarchical([NetworkLevel(.ring, size: 4, wire: reach)])).nodeCount == 4)
    #expect(
      refusal { try network(.hierarchical([])) } == "a hierarchical network needs at least one level")
  }

  @Test func `sites and the cables between them`() throws {
    let far = NetworkWire(bandwidth: .gigabitsPerSecond(10), latency: .milliseconds(40))
    let sites = [
      NetworkSite(name: "oslo", hosts: 3, wire: reach), NetworkSite(name: "rome", hosts: 1, wire: reach),
      NetworkSite(name: "lima", hosts: 2, wire: reach),
    ]
    let spans = [
      NetworkSpan(from: "oslo", to: "rome", wire: far), NetworkSpan(from: "rome", to: "lima", wire: far),
    ]
    let graph = try network(.wideArea(sites, spans: spans))
    #expect([graph.hostCount, graph.switchCount, graph.links.count] == [6, 3, 2 * (6 + 2)])
    #expect(try graph.diameter() == 4)
    var router = MultipathRouter(graph)
    var path: [Int32] = []
    // From Oslo to Lima: 1 µs, two spans, 1 µs.
    let latency = try router.appendRoute(from: VertexID(0), to: VertexID(5), into: &path)
    #expect(latency == .milliseconds(80) + .microseconds(2))
    #expect(
      path.map { graph.name(of: LinkID(Int($0))) } == [
        "host 0 -> site oslo", "site oslo -> site rome", "site rome -> site lima", "site lima -> host 5",
      ])
    // Half of the hosts, Oslo's, over one span of 1.25 GB/s.
    #expect(graph.bisectionBandwidth().bandwidth == far.bandwidth)
    #expect(
      refusal { try network(.wideArea(sites, spans: [NetworkSpan(from: "oslo", to: "bonn", wire: far)])) }
        == "a span ends at site 'bonn', and there is none of that name")
    #expect(
      refusal { try network(.wideArea([sites[0], sites[0]], spans: [])) } == "two sites are named 'oslo'")
  }

  @Test func `rails split over leaves`() throws {
    // 64 ports at 2 : 1 are 42 down and 21 up, so that 64 nodes take two leaves a rail.
    let graph = try network(.rails(RailPlan(nodes: 64, rails: 8, leafRadix: 64, oversubscription: 2)))
    #expect((graph.hostCount, graph.nodeCount) == (512, 64))
    #expect(graph.switchCount == 16 + 21)
    #expect(graph.links.count == 2 * (512 + 16 * 21))
    #expect(try graph.diameter() == 4)
    // Node 0 and node 41 share the leaves, node 42 does not.
    var search = MultipathRouter(graph)
    func hops(_ a: Int, _ b: Int) throws -> Int {
      var path: [Int32] = []
      _ = try search.appendRoute(from: VertexID(a), to: VertexID(b), into: &path)
      return path.count
    }
    #expect(try hops(0, 41 * 8) == 2)
    #expect(try hops(0, 42 * 8) == 4)
    #expect(try hops(0, 1) == 4)
    // One switch a rail, whose one spine carries what the nodes send over 4.
    let small = try network(.rails(RailPlan(nodes: 16, rails: 2, oversubscription: 4)))
    #expect(small.links.last?.bandwidth == .gigabytesPerSecond(200))
    #expect(try network(.rails(RailPlan(nodes: 16, rails: 1, leafRadix: 16))).switchCount == 1)
    #expect(
      refusal { try network(.rails(RailPlan(nodes: 64, rails: 8, leafRadix: 16))) }
        == "64 leaves do not fit a spine of 16 ports: use a larger leaf_radix")
    #expect(
      refusal { try network(.rails(RailPlan(nodes: 8, rails: 2, leafRadix: 4, oversubscription: 0.1))) }
        == "1 ports down and 10 up do not fit a leaf of 4")
  }

  @Test(arguments: [
    NetworkShape.fullMesh(hosts: 3000), .ring(hosts: .max), .star(hosts: 0),
    .rails(RailPlan(nodes: .max, rails: 9)),
    .hierarchical((0..<40).map { _ in NetworkLevel(.fullMesh, size: 9, wire: reach) }),
    .nodes([NodeGroup(count: .max, inside: NodeInterior(devices: 1))], over: .star(hosts: 4)),
    .nodes([NodeGroup(count: 1, inside: NodeInterior(devices: .max, adapters: .min))], over: .star(hosts: 4)),
    .nodes([], over: .star(hosts: 4)), .nodes([], over: .edges([])),
  ])
  func `sizes that make no network are refused`(shape: NetworkShape) {
    #expect(refusal { try network(shape) } != "taken")
  }
}
