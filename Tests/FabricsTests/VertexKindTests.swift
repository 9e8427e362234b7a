import Fabrics
import Hardware
import Quantities
import Testing

@Suite("Kinds of vertices") struct VertexKindTests {
  private let wire = NetworkWire(bandwidth: .gigabytesPerSecond(10), latency: .zero)

  private func rows(_ graph: NetworkGraph) -> [String] {
    graph.linkCensus().map {
      "\($0.between.0.rawValue) – \($0.between.1.rawValue): \($0.count), "
        + "\(Int($0.least.bytesPerSecond / 1e9))–\(Int($0.most.bytesPerSecond / 1e9))"
    }
  }

  @Test func `links are counted by what they join`() throws {
    let tree = try NetworkGraph(.fatTree(k: 4), wire: wire)
    #expect(
      rows(tree) == [
        "host – edge: 32, 10–10", "edge – aggregation: 32, 10–10", "aggregation – core: 32, 10–10",
      ])
    // 2 hosts of 10 GB/s over one spine at twice their bandwidth.
    let leaves = try NetworkGraph(
      .leafSpine(leaves: 2, spines: 1, hostsPerLeaf: 4, oversubscription: 2), wire: wire)
    #expect(rows(leaves) == ["host – leaf: 16, 10–10", "leaf – spine: 4, 20–20"])
    let inside = NodeInterior(
      devices: 4, scaleUp: NetworkWire(bandwidth: .gigabytesPerSecond(100), latency: .zero), pcie: wire,
      adapters: 2)
    let nodes = try NetworkGraph(
      .nodes([NodeGroup(count: 2, inside: inside)], over: .star(hosts: 4)), wire: wire)
    #expect(
      rows(nodes) == [
        "device – node switch: 16, 100–100", "device – PCIe switch: 16, 10–10",
        "PCIe switch – adapter: 8, 10–10", "adapter – switch: 8, 10–10",
      ])
  }

  @Test func `every link of every kind is counted once`() throws {
    for shape: NetworkShape in [
      .dragonfly(groups: 5, routersPerGroup: 2, hostsPerRouter: 2), .torus([3, 3]), .ring(hosts: 5),
      .rails(RailPlan(nodes: 8, rails: 4, leafRadix: 8)),
      .wideArea([NetworkSite(name: "edge of the world", hosts: 3, wire: wire)], spans: []),
    ] {
      let graph = try NetworkGraph(shape, wire: wire)
      #expect(graph.linkCensus().reduce(0) { $0 + $1.count } == graph.links.count)
    }
  }

  @Test(arguments: TopologyKind.allCases.filter { $0 != .custom })
  func `a cluster's fabric is a network of the same links`(topology: TopologyKind) throws {
    let fabric = try Fabric(
      ClusterShape(
        nodeCount: 8, devicesPerNode: 4,
        intraNode: LinkClass(bandwidth: .gigabytesPerSecond(100), latency: .microseconds(1)),
        interNode: LinkClass(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(2)),
        topology: topology))
    let graph = try NetworkGraph(of: fabric, named: topology.rawValue)
    #expect(graph.hostCount == 32 && graph.nodeCount == 8)
    #expect(graph.links.map(\.from) == fabric.links.map(\.from))
    #expect(graph.links.map(\.to) == fabric.links.map(\.to))
    #expect(graph.links.map(\.bandwidth) == fabric.links.map(\.bandwidth))
    #expect(graph.vertexKinds().filter { $0 == .nodeSwitch }.count == 8)
    // From a device to another node's: its switch, the node's port, the network, and back.
    if topology == .leafSwitch { #expect(try graph.diameter() == 4) }
  }

  @Test func `a fabric over a network is that network`() throws {
    let graph = try NetworkGraph(.torus([4, 4]), wire: wire)
    #expect(try NetworkGraph(of: try Fabric(over: graph), named: "x") == graph)
  }
}
