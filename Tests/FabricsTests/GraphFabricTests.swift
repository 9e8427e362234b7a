import Fabrics
import Quantities
import Testing

/// 50 GB/s and 1 µs.
let reach = NetworkWire(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(1))
/// 400 GB/s and 1 µs.
let inside = NetworkWire(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1))

@Suite("Fabrics over networks") struct GraphFabricTests {
  @Test func `hosts are devices and nodes are groups of them`() throws {
    let graph = try NetworkGraph(
      .railOptimized(nodes: 3, devicesPerNode: 4, spines: 2, nodeLink: inside), wire: reach)
    let fabric = try Fabric(over: graph)
    #expect((fabric.nodeCount, fabric.devicesPerNode, fabric.deviceCount) == (3, 4, 12))
    #expect(fabric.devices.map { Int(fabric.node(of: $0).index) } == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    #expect(fabric.linkCount == graph.links.count)
    #expect(!fabric.hasNodePorts)
    let route = try fabric.route(from: DeviceID(1), to: DeviceID(3))
    #expect(route.links.map { fabric.name(of: $0) } == ["host 1 -> node 0", "node 0 -> host 3"])
    #expect(route.hopCount == 0)
    #expect(route.latency == .microseconds(2))
    // Along rail 1, and from rail 1 to rail 2 by a spine.
    #expect(try fabric.route(from: DeviceID(1), to: DeviceID(9)).hopCount == 2)
    #expect(try fabric.route(from: DeviceID(1), to: DeviceID(10)).hopCount == 4)
    #expect(try fabric.hopCount(from: NodeID(0), to: NodeID(2)) == 2)
    #expect(try fabric.diameter() == 2)
    #expect(fabric.name(of: try #require(fabric.uplink(of: DeviceID(6)))) == "host 6 -> node 1")
    #expect(fabric.vertex(VertexID(3)) == .device(DeviceID(3)))
    #expect(fabric.vertex(VertexID(12)) == .named("node 0"))
  }

  @Test func `a host alone is a node`() throws {
    let fabric = try Fabric(over: NetworkGraph(.fatTree(k: 4), wire: reach))
    #expect((fabric.nodeCount, fabric.devicesPerNode) == (16, 1))
    // Up to the core and down again.
    #expect(try fabric.diameter() == 6)
    #expect(try fabric.hopCount(from: NodeID(0), to: NodeID(1)) == 2)
    #expect(try fabric.hopCount(from: NodeID(0), to: NodeID(2)) == 4)
  }

  @Test(arguments: [
    NetworkShape.fatTree(k: 4), .torus([4, 4]), .dragonfly(groups: 3, routersPerGroup: 2, hostsPerRouter: 2),
    .railOptimized(nodes: 4, devicesPerNode: 4, spines: 3, nodeLink: inside),
  ])
  func `routes are the router's, in any order and on many threads`(shape: NetworkShape) async throws {
    let graph = try NetworkGraph(shape, wire: reach, switchLatency: .microseconds(0.3))
    let fabric = try Fabric(over: graph, seed: 7)
    var router = MultipathRouter(graph, seed: 7)
    var expected: [[Int32]] = []
    for target in graph.hosts {
      for source in graph.hosts {
        var path: [Int32] = []
        let latency = try router.appendRoute(from: source, to: target, into: &path)
        let route = try fabric.route(
          from: DeviceID(Int(source.index)), to: DeviceID(Int(target.index)))
        #expect(route.links.map(\.index) == path)
        #expect(route.latency == latency)
        expected.append(path)
      }
    }
    let fresh = try Fabric(over: graph, seed: 7)
    let (known, count) = (expected, graph.hostCount)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for step in 0..<count * count {
            let pair = (step * 7 + worker * 31) % (count * count)
            let route = try fresh.route(from: DeviceID(pair % count), to: DeviceID(pair / count))
            if route.links.map(\.index) != known[pair] { return false }
          }
          return true
        }
      }
      for try await isSame in group { #expect(isSame) }
    }
  }

  @Test func `what is not connected is named`() throws {
    let graph = try NetworkGraph(.edges([NetworkEdge(from: "a", to: "b", wire: reach)]), wire: reach)
    let fabric = try Fabric(over: graph)
    #expect(try fabric.route(from: DeviceID(0), to: DeviceID(1)).links.count == 1)
    #expect(throws: FabricError.unreachable(from: "b", to: "a")) {
      try fabric.route(from: DeviceID(1), to: DeviceID(0))
    }
    #expect(throws: FabricError.unreachable(from: "b", to: "a")) { try fabric.diameter() }
    #expect("\(FabricError.unreachable(from: "b", to: "a"))" == "no route from b to a")
    let switches = try NetworkGraph(
      .edges([NetworkEdge(from: "switch 0", to: "switch 1", wire: reach)]), wire: reach)
    #expect(throws: FabricError.countBelowOne(what: "host count", count: 0)) {
      try Fabric(over: switches)
    }
  }
}
