import Fabrics
import Quantities
import Testing

private func path(_ graph: NetworkGraph, _ from: Int, _ to: Int, seed: UInt64 = 0) throws -> [Int32] {
  var router = MultipathRouter(graph, seed: seed)
  var path: [Int32] = []
  _ = try router.appendRoute(from: VertexID(from), to: VertexID(to), into: &path)
  return path
}

/// The vertices after the source.
private func names(_ graph: NetworkGraph, _ path: [Int32]) -> [String] {
  path.map { graph.vertexNames[Int(graph.links[Int($0)].to.index)] }
}

@Suite("Routing rules") struct RoutingTests {
  @Test func `dimension order goes the textbook way`() throws {
    // Rows first, round the shorter way; of 4 two steps are upwards.
    let torus = try network(.torus([4, 5]), routing: .dimensionOrder)
    #expect(
      try names(torus, path(torus, 0, 14)) == [
        "router 0", "router 5", "router 10", "router 14", "host 14",
      ])
    #expect(try names(torus, path(torus, 15, 0)) == ["router 15", "router 0", "host 0"])
    let mesh = try network(.mesh([3, 3]), routing: .dimensionOrder)
    #expect(
      try names(mesh, path(mesh, 8, 0)) == [
        "router 8", "router 5", "router 2", "router 1", "router 0", "host 0",
      ])
    let cube = try network(.hypercube(dimensions: 3), routing: .dimensionOrder)
    #expect(
      try names(cube, path(cube, 0, 6)) == ["router 0", "router 2", "router 6", "host 6"])
    // As short as the shortest.
    for shape in [
      NetworkShape.torus([4, 3, 2]), .torus([6, 6]), .mesh([4, 2, 3]), .hypercube(dimensions: 4),
    ] {
      let ordered = try network(shape, routing: .dimensionOrder)
      let shortest = try network(shape)
      for from in 0..<ordered.hostCount {
        for to in 0..<ordered.hostCount where from != to {
          #expect(try path(ordered, from, to).count == path(shortest, from, to).count)
        }
      }
    }
  }

  @Test func `minimal crosses one cable between groups and valiant two`() throws {
    let shape = NetworkShape.dragonfly(groups: 9, routersPerGroup: 4, hostsPerRouter: 2)
    let minimal = try network(shape, routing: .minimal)
    let valiant = try network(shape, routing: .valiant)
    func groups(_ graph: NetworkGraph, _ path: [Int32]) -> [Int] {
      var list: [Int] = []
      for link in path.dropLast() {
        let router = Int(graph.links[Int(link)].to.index) - graph.hostCount
        if list.last != router / 4 { list.append(router / 4) }
      }
      return list
    }
    var thirds: Set<Int> = []
    for from in 0..<72 {
      for to in 0..<72 where from != to {
        let (a, b) = (from / 8, to / 8)
        let short = try path(minimal, from, to)
        #expect(groups(minimal, short) == (a == b ? [a] : [a, b]))
        #expect(short.count <= 5)
        let long = try path(valiant, from, to, seed: 5)
        let passed = groups(valiant, long)
        #expect(Set(long).count == long.count)
        #expect(long.count <= 8)
        if a == b {
          #expect(passed == [a])
        } else {
          #expect(passed.count == 3 && passed[0] == a && passed[2] == b)
          if (a, b) == (0, 1) { thirds.insert(passed[1]) }
        }
        // A chain of links from host to host.
        var vertex = from
        for link in long {
          #expect(Int(valiant.links[Int(link)].from.index) == vertex)
          vertex = Int(valiant.links[Int(link)].to.index)
        }
        #expect(vertex == to)
      }
    }
    // 64 pairs spread over the 7 other groups.
    #expect(thirds == [2, 3, 4, 5, 6, 7, 8])
    #expect(try path(valiant, 0, 70, seed: 1) == path(valiant, 0, 70, seed: 1))
  }

  @Test func `weighted goes round a slow link`() throws {
    // a to c by one cable of 1 GB/s, or by b over two of 100 GB/s. 1 MB: 1 ms against 20 µs.
    func edge(_ a: String, _ b: String, _ rate: Double) -> [NetworkEdge] {
      let wire = NetworkWire(bandwidth: .gigabytesPerSecond(rate), latency: .microseconds(2))
      return [NetworkEdge(from: a, to: b, wire: wire), NetworkEdge(from: b, to: a, wire: wire)]
    }
    let shape = NetworkShape.edges(edge("a", "b", 100) + edge("b", "c", 100) + edge("a", "c", 1))
    let hosts = try network(shape).vertexNames
    let (a, c) = (try #require(hosts.firstIndex(of: "a")), try #require(hosts.firstIndex(of: "c")))
    #expect(try path(network(shape), a, c).count == 1)
    let large = try network(shape, routing: .weighted(reference: ByteCount(1_000_000)))
    #expect(try names(large, path(large, a, c)) == ["b", "c"])
    // 1 kB: 2 + 1 µs against 4.02 µs.
    let small = try network(shape, routing: .weighted(reference: ByteCount(1000)))
    #expect(try path(small, a, c).count == 1)
    // The fabric takes the same ways, asked in any order.
    let fabric = try Fabric(over: large)
    for _ in 0..<12 {
      #expect(try fabric.route(from: DeviceID(a), to: DeviceID(c)).links.count == 2)
      #expect(try fabric.route(from: DeviceID(c), to: DeviceID(a)).links.count == 2)
    }
  }

  @Test func `weighted is never slower than any other way`() throws {
    // Against Bellman-Ford's relaxation on a network of unlike links.
    let levels = [
      NetworkLevel(.ring, size: 4, wire: inside),
      NetworkLevel(.fullMesh, size: 3, wire: reach),
    ]
    let graph = try network(.hierarchical(levels), routing: .weighted(reference: .mebibytes(1)))
    func cost(_ link: Link) -> Double { link.latency.seconds + 1_048_576 / link.bandwidth.bytesPerSecond }
    for target in 0..<graph.hostCount {
      var best = [Double](repeating: .infinity, count: graph.vertexCount)
      best[target] = 0
      for _ in 0..<graph.vertexCount {
        for link in graph.links {
          best[Int(link.from.index)] = min(best[Int(link.from.index)], best[Int(link.to.index)] + cost(link))
        }
      }
      for source in 0..<graph.hostCount where source != target {
        let total = try path(graph, source, target).reduce(0) { $0 + cost(graph.links[Int($1)]) }
        #expect((total - best[source]).magnitude < 1e-10)
      }
    }
  }

  @Test func `rules are refused where they mean nothing`() {
    let dragonfly = NetworkShape.dragonfly(groups: 2, routersPerGroup: 2, hostsPerRouter: 2)
    #expect(
      refusal { try network(.fatTree(k: 4), routing: .dimensionOrder) }
        == "dimension_order needs a torus, a mesh or a hypercube, not a fat tree")
    #expect(
      refusal { try network(.torus([3]), routing: .minimal) } == "minimal needs a dragonfly, not a torus")
    #expect(
      refusal { try network(dragonfly, routing: .valiant) }
        == "valiant needs a third group, and the dragonfly has 2")
    #expect(
      refusal { try network(.star(hosts: 2), routing: .alongRails) }
        == "pxn needs rails and a switch inside every node, which a switch here does not have")
    #expect(
      refusal { try network(.star(hosts: 2), routing: .weighted(reference: .zero)) }
        == "the reference message of weighted routes must be at least 1 byte, not 0")
    #expect(
      refusal {
        try network(.torus([4]), routing: .dimensionOrder, broken: [NetworkCable("router 0", "router 1")])
      }
        == "dimension_order does not go round broken links: use shortest or weighted")
  }

  @Test func `broken links are gone round`() throws {
    let graph = try network(.ring(hosts: 6), broken: [NetworkCable("host 0", "host 1")])
    #expect(try names(graph, path(graph, 0, 1)) == ["host 5", "host 4", "host 3", "host 2", "host 1"])
    #expect(try graph.diameter() == 5)
    // One of two spines: the bisection is what is left of it, not the formula's.
    let spine = NetworkShape.leafSpine(leaves: 2, spines: 2, hostsPerLeaf: 2)
    #expect(try network(spine).bisectionBandwidth().bandwidth == .gigabytesPerSecond(100))
    let less = try network(spine, broken: [NetworkCable("spine 0", "leaf 1")])
    #expect(less.bisectionBandwidth().bandwidth == .gigabytesPerSecond(50))
    #expect(try less.links.count == network(spine).links.count - 2)
  }

  @Test func `a cut is reported with the hosts that it cuts off`() {
    func cut(_ shape: NetworkShape, _ cables: [(String, String)]) -> String {
      refusal { try network(shape, broken: cables.map { NetworkCable($0.0, $0.1) }) }
    }
    #expect(
      cut(.ring(hosts: 6), [("host 1", "host 0"), ("host 3", "host 4")])
        == "the broken links cut host 1, host 2 and host 3 off from the other 3 hosts")
    #expect(
      cut(.star(hosts: 4), [("switch", "host 2")])
        == "the broken links cut host 2 off from the other 3 hosts")
    #expect(
      cut(.star(hosts: 2), [("switch", "host 1")]) == "the broken links cut host 1 off from host 0")
    #expect(
      cut(.leafSpine(leaves: 2, spines: 1, hostsPerLeaf: 12), [("leaf 0", "spine 0")])
        == "the broken links cut host 12, host 13, host 14, host 15, host 16, host 17, host 18, host 19 and 4 more "
        + "off from the other 12 hosts")
    #expect(
      cut(.star(hosts: 2), [("switch", "host 7")])
        == "a broken link names 'host 7', and there is no such host or switch")
    #expect(
      cut(.ring(hosts: 5), [("host 0", "host 2")]) == "no link between host 0 and host 2 is left to break")
  }
}
