import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

/// Nodes of devices on 400 GB/s and 1 µs, adapters of 50 GB/s and 5 µs, switches of 0.3 µs.
private func cluster(_ nodes: Int, _ devices: Int, _ plan: ClusterNetwork.Plan, adapters: Int? = nil)
  -> ClusterShape
{
  let pcie = LinkClass(bandwidth: .gigabytesPerSecond(25), latency: .microseconds(2))
  return ClusterShape(
    nodeCount: nodes, devicesPerNode: devices,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1)),
    interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(5)),
    switchLatency: .microseconds(0.3),
    network: ClusterNetwork(
      plan, adapters: adapters, pcie: pcie, routing: .shortest))
}

private func refusal(_ shape: ClusterShape) -> String {
  do {
    _ = try Fabric(shape)
    return "built"
  } catch { return "\(error)" }
}

@Suite("Networks of clusters") struct ClusterNetworkTests {
  @Test func `what is left open follows from the adapters`() throws {
    func outer(_ nodes: Int, _ plan: ClusterNetwork.Plan) throws -> NetworkShape {
      let shape = cluster(nodes, 8, plan)
      guard case .nodes(_, let outer) = try #require(shape.network).graph(for: shape).shape else {
        return .edges([])
      }
      return outer
    }
    // 64 and 136 adapters: k = 6 has 54 places, 8 has 128, 10 has 250.
    #expect(try outer(8, .fatTree(k: nil)) == .fatTree(k: 8))
    #expect(try outer(17, .fatTree(k: nil)) == .fatTree(k: 10))
    // 64 ports are 32 down and 32 up; 128 adapters take 4 leaves.
    #expect(
      try outer(16, .leafSpine(radix: 64, oversubscription: 1))
        == .leafSpine(leaves: 4, spines: 32, hostsPerLeaf: 32))
    #expect(
      try outer(8, .leafSpine(radix: 64, oversubscription: 3))
        == .leafSpine(leaves: 1, spines: 1, hostsPerLeaf: 64))
    #expect(
      try outer(8, .railOptimized(radix: nil, oversubscription: 2))
        == .rails(RailPlan(nodes: 8, rails: 8, oversubscription: 2)))
    // p = 2 has 72 places, 8 of them a group.
    #expect(
      try outer(8, .dragonfly(groups: nil, routers: nil, hosts: nil))
        == .dragonfly(groups: 8, routersPerGroup: 4, hostsPerRouter: 2))
    #expect(try outer(5, .hypercube) == .hypercube(dimensions: 6))
    #expect(try outer(8, .torus(nil)) == .torus([4, 4, 4]))
    #expect(try outer(3, .mesh(nil, dimensions: 2)) == .mesh([4, 6]))
  }

  @Test func `factors near a cube`() {
    #expect(nearCube(of: 1, dimensions: 3) == [1, 1, 1])
    #expect(nearCube(of: 24, dimensions: 3) == [2, 3, 4])
    #expect(nearCube(of: 36, dimensions: 2) == [6, 6])
    #expect(nearCube(of: 7, dimensions: 2) == [1, 7])
    for count in 1...200 {
      for dimensions in 1...4 {
        let lengths = nearCube(of: count, dimensions: dimensions)
        #expect(lengths.count == dimensions && lengths.reduce(1, *) == count)
      }
    }
  }

  @Test func `latencies are from node to node and per switch`() throws {
    func latency(_ plan: ClusterNetwork.Plan, _ from: Int, _ to: Int, adapters: Int? = nil) throws
      -> SimDuration
    {
      try Fabric(cluster(8, 8, plan, adapters: adapters)).route(from: DeviceID(from), to: DeviceID(to))
        .latency
    }
    let rails = ClusterNetwork.Plan.railOptimized(radix: nil, oversubscription: 1)
    // Inside a node NVLink alone; along a rail one switch, across rails three.
    #expect(try latency(rails, 0, 5) == .microseconds(1))
    #expect(try latency(rails, 0, 8) == .microseconds(5.3))
    #expect(try latency(rails, 0, 9) == .microseconds(5.9))
    // A tree of k = 8: 4 adapters an edge, 16 a pod.
    #expect(try latency(.fatTree(k: nil), 0, 8) == .microseconds(5.9))
    #expect(try latency(.fatTree(k: nil), 0, 16) == .microseconds(6.5))
    // Three hops of 5 µs between four routers.
    #expect(try latency(.torus([4, 4, 4]), 0, 1 + 4 + 16) == .microseconds(16.2))
    // Shared adapters: half of PCIe's 2 µs on each of its links, two at each end.
    #expect(try latency(rails, 0, 8, adapters: 1) == .microseconds(5.3 + 4))
  }

  @Test func `one switch is the switch of a cluster shape`() throws {
    let network = cluster(4, 1, .fatTree(k: 8))
    var plain = network
    plain.network = nil
    for pair in [(0, 1), (3, 2)] {
      let (a, b) = (DeviceID(pair.0), DeviceID(pair.1))
      #expect(
        try Fabric(network).route(from: a, to: b).latency == Fabric(plain).route(from: a, to: b).latency)
    }
  }

  @Test func `another number of nodes is another network`() throws {
    let torus = cluster(8, 8, .torus([4, 16]))
    guard case .torus(let lengths, let dimensions) = torus.withNodes(16).network?.plan else {
      Issue.record("a torus stays a torus")
      return
    }
    #expect(lengths == nil && dimensions == 2)
    #expect(try Fabric(torus.withNodes(16)).deviceCount == 128)
    #expect(try Fabric(cluster(8, 8, .fatTree(k: 8)).withNodes(100)).nodeCount == 100)
    #expect(torus.withNodes(8) == torus)
    let levels = cluster(8, 2, .hierarchical([NetworkLevel(.ring, size: 8, wire: reach)]))
    #expect(try Fabric(levels).deviceCount == 16)
    #expect(refusal(levels.withNodes(4)) == "levels of 8 make 8 nodes, not 4")
    let described = cluster(2, 4, .described(try network(.rails(RailPlan(nodes: 2, rails: 4)))))
    #expect(try Fabric(described).linkCount == 2 * (8 + 4))
    #expect(
      refusal(described.withNodes(3))
        == "the network described has 2 nodes of 4 devices, the cluster 3 of 4")
    #expect(
      refusal(cluster(3, 2, .torus([4, 2])))
        == "a torus of 4 x 2 has 8 places for 6 network adapters")
    #expect(
      refusal(cluster(32, 8, .leafSpine(radix: 8, oversubscription: 1)))
        == "64 leaves do not fit a spine of 8 ports: use a larger leaf_radix")
  }

  @Test func `twice as fast halves latencies and doubles rates`() throws {
    let plans: [ClusterNetwork.Plan] = [
      .railOptimized(radix: 16, oversubscription: 2), .torus([2, 2, 4]),
      .hierarchical([NetworkLevel(.fullMesh, size: 8, wire: reach)]),
      .described(try network(.rails(RailPlan(nodes: 8, rails: 2)))),
    ]
    for plan in plans {
      let shape = cluster(8, 2, plan)
      let (slow, fast) = (try Fabric(shape), try Fabric(shape.withSpeed(scaledBy: 2)))
      #expect(slow.linkCount == fast.linkCount)
      for (one, other) in zip(slow.links, fast.links) {
        #expect(other.bandwidth.bytesPerSecond == 2 * one.bandwidth.bytesPerSecond)
        #expect(other.latency * 2 == one.latency)
      }
    }
  }
}
