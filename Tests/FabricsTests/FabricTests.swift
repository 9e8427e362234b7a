import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Fabric") struct FabricTests {
  @Test func `devices of one node meet in its switch`() throws {
    let fabric = try Fabric(.nodesOfEight(2))
    let route = try fabric.route(from: DeviceID(1), to: DeviceID(6))
    #expect(route.links.map { fabric.name(of: $0) } == ["device 1 -> node 0", "node 0 -> device 6"])
    #expect(route.latency == .microseconds(1))
    #expect(route.hopCount == 0)
    #expect(route.links.allSatisfy { !fabric[$0].kind.isInterNode })
  }

  @Test func `all devices of a node leave by one port`() throws {
    let fabric = try Fabric(.nodesOfEight(2))
    let port = fabric.port(of: NodeID(0))
    for local in 0..<8 {
      let route = try fabric.route(from: DeviceID(local), to: DeviceID(8 + local))
      #expect(route.links.contains(port.out))
      #expect(route.links.map { fabric[$0].kind } == [.deviceUp, .nicOut, .nicIn, .deviceDown])
      // Half of 1 µs, 5 µs from node to node, half of 1 µs.
      #expect(route.latency == .microseconds(6))
    }
    #expect(fabric[port.out].bandwidth == .gigabytesPerSecond(50))
  }

  @Test func `a node of one device has no inner switch`() throws {
    let fabric = try Fabric(.flat(4))
    let route = try fabric.route(from: DeviceID(0), to: DeviceID(3))
    #expect(route.links.map { fabric.name(of: $0) } == ["device 0 -> network", "network -> device 3"])
    #expect(route.latency == .microseconds(2))
    #expect(fabric.vertexCount == 5)
  }

  @Test func `payload bandwidth is stated bandwidth times efficiency`() throws {
    let link = LinkClass(bandwidth: .gigabitsPerSecond(400), latency: .zero, efficiency: 0.9)
    let fabric = try Fabric(.flat(2, link: link))
    #expect(fabric.links[0].bandwidth.bytesPerSecond == 45e9)
  }

  @Test func `every switch crossed adds its latency`() throws {
    let one = SimDuration.microseconds(1)
    // 2 µs of cable and one switch.
    #expect(
      try Fabric(.flat(4, .leafSwitch, switchLatency: one)).route(from: DeviceID(0), to: DeviceID(3)).latency
        == .microseconds(3))
    // Three wires of 2 µs and two routers in between.
    #expect(
      try Fabric(.flat(8, .ring, switchLatency: one)).route(from: DeviceID(0), to: DeviceID(3)).latency
        == .microseconds(8))
    // No switch in a full mesh.
    #expect(
      try Fabric(.flat(4, .fullMesh, switchLatency: one)).route(from: DeviceID(0), to: DeviceID(3)).latency
        == .microseconds(2))
  }

  @Test func `custom wires keep their own rates and directions`() throws {
    let slow = CustomWire(
      from: NodeID(0), to: NodeID(1), bandwidth: .gigabytesPerSecond(1), latency: .milliseconds(3))
    let oneWay = CustomWire(
      from: NodeID(1), to: NodeID(2), bandwidth: .gigabytesPerSecond(9), latency: .zero, isOneWay: true)
    let fabric = try Fabric(.flat(3, .custom, wires: [slow, oneWay]))
    let route = try fabric.route(from: DeviceID(0), to: DeviceID(2))
    #expect(route.hopCount == 2)
    #expect(route.latency == .milliseconds(3))
    #expect(fabric[route.links[1]].bandwidth == .gigabytesPerSecond(1))
    #expect(throws: FabricError.noRoute(from: NodeID(2), to: NodeID(0))) {
      try fabric.route(from: DeviceID(2), to: DeviceID(0))
    }
    #expect(throws: FabricError.noRoute(from: NodeID(2), to: NodeID(0))) { try fabric.diameter() }
  }

  @Test func `fewest hops win over wide wires`() throws {
    // 0 - 2 directly at 1 GB/s, or 0 - 1 - 2 at 100 GB/s: the direct wire is taken.
    let wires = [(0, 1, 100.0), (1, 2, 100.0), (0, 2, 1.0)].map {
      CustomWire(
        from: NodeID($0.0), to: NodeID($0.1), bandwidth: .gigabytesPerSecond($0.2), latency: .zero)
    }
    let fabric = try Fabric(.flat(3, .custom, wires: wires))
    #expect(try fabric.route(from: DeviceID(0), to: DeviceID(2)).hopCount == 1)
  }

  @Test func `errors say what and which`() {
    func text(_ shape: ClusterShape) -> String? {
      do throws(FabricError) {
        _ = try Fabric(shape)
        return nil
      } catch { return "\(error)" }
    }
    #expect(text(.flat(0)) == "node count must be at least 1, not 0")
    #expect(
      text(.flat(2, link: LinkClass(bandwidth: Bandwidth(bytesPerSecond: 0), latency: .zero)))
        == "bandwidth of a node's port must be above zero, not 0.0 B/s")
    var grid = ClusterShape.flat(6, .torus2D)
    grid.grid = GridShape(rows: 2, columns: 4)
    #expect(text(grid) == "a grid of 2 x 4 does not hold 6 nodes")
    grid.topology = .ring
    #expect(text(grid) == "topology ring has no rows and columns")
    let wire = CustomWire(from: NodeID(0), to: NodeID(5), bandwidth: .gigabytesPerSecond(1), latency: .zero)
    #expect(text(.flat(3, .custom, wires: [wire])) == "no node 5: nodes are numbered 0 to 2")
    #expect(text(.flat(8, .ring, wires: [wire])) == "topology ring takes no list of wires")
    #expect("\(FabricError.noRoute(from: NodeID(2), to: NodeID(0)))" == "no route from node 2 to node 0")
  }
}
