import Fabrics
import Quantities
import Testing

/// 64 GB/s and 0.5 µs.
private let pcie = NetworkWire(bandwidth: .gigabytesPerSecond(64), latency: .microseconds(0.5))

private func names(_ fabric: Fabric, _ from: Int, _ to: Int) throws -> [String] {
  try fabric.route(from: DeviceID(from), to: DeviceID(to)).links.map { "\(fabric.vertex(fabric[$0].to))" }
}

@Suite("Nodes with an inside") struct NodeInteriorTests {
  private func railed(_ interior: NodeInterior, routing: NetworkRouting = .shortest) throws -> Fabric {
    let plan = RailPlan(nodes: 2, rails: interior.adapters)
    return try Fabric(
      over: network(.nodes([NodeGroup(count: 2, inside: interior)], over: .rails(plan)), routing: routing))
  }

  @Test func `a device leaves by the adapter next to it`() throws {
    let fabric = try railed(NodeInterior(devices: 4, scaleUp: inside, pcie: pcie))
    #expect((fabric.nodeCount, fabric.devicesPerNode) == (2, 4))
    #expect(try names(fabric, 1, 2) == ["node 0", "device 2"])
    #expect(
      try names(fabric, 1, 5) == [
        "node 0 pcie 1", "node 0 nic 1", "rail 1", "node 1 nic 1", "node 1 pcie 1", "device 5",
      ])
    // From 64 GB/s of PCIe at each end and 50 GB/s of network: two devices' NICs are not shared.
    let route = try fabric.route(from: DeviceID(1), to: DeviceID(5))
    #expect(route.hopCount == 2)
    #expect(route.latency == .microseconds(4 * 0.5 + 2 * 1))
    // To another rail over the spine.
    #expect(
      try names(fabric, 1, 6) == [
        "node 0 pcie 1", "node 0 nic 1", "rail 1", "spine 0", "rail 2", "node 1 nic 2", "node 1 pcie 2",
        "device 6",
      ])
  }

  @Test func `PXN goes over the node's switch to the target's rail`() throws {
    let fabric = try railed(NodeInterior(devices: 4, scaleUp: inside, pcie: pcie), routing: .alongRails)
    #expect(
      try names(fabric, 1, 6) == [
        "node 0", "device 2", "node 0 pcie 2", "node 0 nic 2", "rail 2", "node 1 nic 2", "node 1 pcie 2",
        "device 6",
      ])
    #expect(try names(fabric, 1, 5).contains("node 0") == false)
    #expect(try names(fabric, 1, 3) == ["node 0", "device 3"])
    // Without anything in between a device is its own adapter, and no spine is crossed.
    let bare = try railed(NodeInterior(devices: 4, scaleUp: inside), routing: .alongRails)
    #expect(try names(bare, 0, 7) == ["node 0", "device 3", "rail 3", "device 7"])
    for from in 0..<8 {
      for to in 0..<8 where from != to { #expect(try !names(bare, from, to).contains("spine 0")) }
    }
  }

  @Test func `devices under one PCIe switch share its adapters`() throws {
    // 8 devices, two under a switch, 4 adapters.
    let interior = NodeInterior(devices: 8, scaleUp: inside, pcie: pcie, adapters: 4, devicesPerSwitch: 2)
    let fabric = try railed(interior)
    for device in 0..<8 {
      #expect(try names(fabric, device, 8 + device)[1] == "node 0 nic \(device / 2)")
    }
    // 16 devices up and down NVLink and PCIe, 8 adapters under PCIe and on rails, 4 rails on a spine.
    #expect(fabric.linkCount == 2 * (16 + 16 + 8 + 8 + 4))
    // A node's own switch, 4 PCIe switches and 4 adapters each, 4 rails, 1 spine.
    #expect(fabric.vertexCount == 16 + 2 * (1 + 4 + 4) + 4 + 1)
  }

  @Test func `nodes of unlike insides`() throws {
    let groups = [
      NodeGroup(count: 2, inside: NodeInterior(devices: 4, scaleUp: inside)),
      NodeGroup(count: 1, inside: NodeInterior(devices: 2, scaleUp: inside, pcie: pcie, adapters: 1)),
      NodeGroup(count: 3, inside: NodeInterior(devices: 1)),
    ]
    let fabric = try Fabric(over: network(.nodes(groups, over: .fatTree(k: 4))))
    #expect((fabric.nodeCount, fabric.devicesPerNode, fabric.deviceCount) == (6, 4, 13))
    #expect(
      fabric.devices.map { Int(fabric.node(of: $0).index) } == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 5])
    // Places 8, 9, 10 and 11 of the tree: the one adapter, then a host each.
    #expect(
      try names(fabric, 8, 10) == [
        "node 2 pcie 0", "node 2 nic 0", "edge 4", "device 10",
      ])
    #expect(try names(fabric, 8, 9) == ["node 2", "device 9"])
    // Places 12 to 15 stay empty.
    #expect(fabric.links.filter { $0.kind == .nicOut }.count == 4 + 4 + 1 + 3)
  }

  @Test func `insides that cannot be are refused`() {
    func refused(_ interior: NodeInterior, over outer: NetworkShape = .star(hosts: 64)) -> String {
      refusal { try network(.nodes([NodeGroup(count: 2, inside: interior)], over: outer)) }
    }
    #expect(
      refused(NodeInterior(devices: 8, adapters: 4))
        == "8 devices share 4 network adapters: say over what, with pcie")
    #expect(
      refused(NodeInterior(devices: 8, pcie: pcie, adapters: 2, devicesPerSwitch: 2))
        == "4 PCIe switches of a node share 2 network adapters: put more devices under each")
    #expect(
      refused(NodeInterior(devices: 8, devicesPerSwitch: 2))
        == "2 devices under a PCIe switch need pcie, the rate of its links")
    #expect(
      refused(NodeInterior(devices: 33)) == "66 network adapters do not find a place in a switch of 64")
    #expect(
      refused(NodeInterior(devices: 2), over: .rails(RailPlan(nodes: 2, rails: 4)))
        == "nodes with 2 network adapters do not hang on 4 rails")
    #expect(
      refused(NodeInterior(devices: 2), over: .hierarchical([NetworkLevel(.ring, size: 4, wire: reach)]))
        == "a hierarchical network has hosts of its own and takes no nodes with an inside")
    #expect(
      refusal {
        try network(
          .nodes([NodeGroup(count: 2, inside: NodeInterior(devices: 2, pcie: pcie))], over: .torus([4])),
          routing: .dimensionOrder)
      } == "dimension_order starts at a device's own router: leave out what lies between, pcie")
  }

  @Test func `dimension order between nodes, the node's switch inside`() throws {
    let groups = [NodeGroup(count: 4, inside: NodeInterior(devices: 2, scaleUp: inside))]
    let fabric = try Fabric(
      over: network(.nodes(groups, over: .torus([4, 2])), routing: .dimensionOrder))
    #expect(try names(fabric, 0, 1) == ["node 0", "device 1"])
    #expect(try names(fabric, 0, 3) == ["router 0", "router 2", "router 3", "device 3"])
  }
}
