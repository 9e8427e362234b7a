import Hardware
import Quantities

extension Fabric {
  /// The fabric of a cluster.
  ///
  /// A hop's latency α is that of the wire between two neighbours. On a switch each of the two cables
  /// takes half of it, so that two nodes are α plus one switch latency apart; a full mesh puts it on the
  /// way out. A full mesh has a wire per pair with the port's own bandwidth, which therefore never holds
  /// anything back and is not kept as a link. Inside a node, up and down link take half of its α each.
  ///
  /// A shape with a network of its own is built over that network's graph.
  ///
  /// - Parameter seed: of the choice among equal shortest paths of a network.
  /// - Throws: `FabricError` for counts, rates, grids or wires that make no sense.
  /// - Complexity: O(devices + wires).
  public init(_ shape: ClusterShape, seed: UInt64 = 0) throws(FabricError) {
    try shape.check()
    if let network = shape.network {
      let graph: NetworkGraph
      do { graph = try network.graph(for: shape) } catch { throw .network(error) }
      self = try Fabric(over: graph, seed: seed)
      return
    }
    nodeCount = shape.nodeCount
    devicesPerNode = shape.devicesPerNode
    nodeOfDevice = []
    deviceCount = shape.nodeCount * shape.devicesPerNode
    let hasInnerSwitch = shape.devicesPerNode > 1
    let coreBase = deviceCount + (hasInnerSwitch ? shape.nodeCount : 0)

    var links: [Link] = []
    if hasInnerSwitch {
      links.reserveCapacity(2 * deviceCount + 2 * shape.nodeCount)
      let bandwidth = shape.intraNode.payloadBandwidth
      let up = shape.intraNode.latency.firstHalf
      let down = shape.intraNode.latency - up
      for device in 0..<deviceCount {
        let inner = VertexID(deviceCount + device / shape.devicesPerNode)
        let outer = VertexID(device)
        links.append(Link(from: outer, to: inner, bandwidth: bandwidth, latency: up, kind: .deviceUp))
        links.append(Link(from: inner, to: outer, bandwidth: bandwidth, latency: down, kind: .deviceDown))
      }
    }
    let nicBase = links.count
    let style = CoreNetwork.Style(shape.topology)
    if shape.nodeCount > 1 {
      let bandwidth = shape.interNode.payloadBandwidth
      let (out, back) = style.portLatencies(shape.interNode.latency)
      for node in 0..<shape.nodeCount {
        let inner = VertexID(hasInnerSwitch ? deviceCount + node : node)
        let outer = VertexID(coreBase + (style == .routers ? node : 0))
        links.append(Link(from: inner, to: outer, bandwidth: bandwidth, latency: out, kind: .nicOut))
        links.append(Link(from: outer, to: inner, bandwidth: bandwidth, latency: back, kind: .nicIn))
      }
    }
    let firstWire = links.count
    if style == .routers && shape.nodeCount > 1 {
      for wire in shape.directedWires() {
        links.append(
          Link(
            from: VertexID(coreBase + Int(wire.from.index)), to: VertexID(coreBase + Int(wire.to.index)),
            bandwidth: wire.bandwidth, latency: wire.latency, kind: .wire))
      }
    }
    self.links = links
    let coreCount = shape.nodeCount == 1 ? 0 : style == .routers ? shape.nodeCount : 1
    vertexCount = coreBase + coreCount
    let core = CoreNetwork(
      style: style, vertexCount: coreCount, base: coreBase, links: links, firstWire: firstWire)
    wiring = .ports(
      PortWiring(coreBase: coreBase, nicBase: nicBase, switchLatency: shape.switchLatency, core: core))
  }

  /// The fabric of any network: its hosts are the devices, in order, and its nodes the nodes.
  ///
  /// Routes are the graph's, those that `MultipathRouter` finds with the same seed.
  ///
  /// - Parameter seed: of the choice among equal shortest paths.
  /// - Throws: `FabricError.countBelowOne` for a graph without hosts.
  /// - Complexity: O(hosts).
  public init(over graph: NetworkGraph, seed: UInt64 = 0) throws(FabricError) {
    if graph.hostCount < 1 { throw .countBelowOne(what: "host count", count: graph.hostCount) }
    nodeCount = graph.nodeCount
    deviceCount = graph.hostCount
    vertexCount = graph.vertexCount
    links = graph.links
    let sizes = (0..<graph.nodeCount).map { graph.hosts(of: NodeID($0)).count }
    devicesPerNode = sizes.max() ?? 1
    let areEqual = sizes.allSatisfy { $0 == sizes[0] }
    nodeOfDevice = areEqual ? [] : sizes.indices.flatMap { Array(repeating: Int32($0), count: sizes[$0]) }
    wiring = .graph(GraphRoutes(graph, seed: seed))
  }
}

extension SimDuration {
  var firstHalf: SimDuration { SimDuration(ticks: ticks / 2) }
}

extension ClusterShape {
  func check() throws(FabricError) {
    if nodeCount < 1 { throw .countBelowOne(what: "node count", count: nodeCount) }
    if devicesPerNode < 1 { throw .countBelowOne(what: "devices per node", count: devicesPerNode) }
    let (deviceCount, overflow) = nodeCount.multipliedReportingOverflow(by: devicesPerNode)
    if overflow || deviceCount > Fabric.largestDeviceCount { throw .tooLarge(deviceCount: deviceCount) }
    if devicesPerNode > 1 {
      try check(intraNode.payloadBandwidth, intraNode.latency, of: "the link inside a node")
    }
    if nodeCount > 1 { try check(interNode.payloadBandwidth, interNode.latency, of: "a node's port") }
    if switchLatency < .zero { throw .negativeLatency(what: "a switch") }
    if topology != .custom && !wires.isEmpty { throw .wiresUnused(topology) }
    if let grid {
      guard topology == .torus2D || topology == .mesh2D else { throw .gridUnused(topology) }
      guard grid.rows >= 1, grid.columns >= 1, grid.rows * grid.columns == nodeCount else {
        throw .gridMismatch(grid, nodeCount: nodeCount)
      }
    }
    for wire in wires {
      for node in [wire.from, wire.to] where !(0..<nodeCount).contains(Int(node.index)) {
        throw .unknownNode(node, nodeCount: nodeCount)
      }
      if wire.from == wire.to { throw .selfWire(wire.from) }
      try check(wire.bandwidth, wire.latency, of: "wire \(wire.from.index) -> \(wire.to.index)")
    }
  }

  private func check(_ bandwidth: Bandwidth, _ latency: SimDuration, of what: String) throws(FabricError) {
    guard bandwidth.bytesPerSecond > 0, bandwidth.bytesPerSecond.isFinite else {
      throw .badBandwidth(what: what, bytesPerSecond: bandwidth.bytesPerSecond)
    }
    if latency < .zero { throw .negativeLatency(what: what) }
  }

  /// The wires between nodes, each direction by itself, in a fixed order.
  func directedWires() -> [CustomWire] {
    var all: [CustomWire] = []
    func join(_ a: Int, _ b: Int) {
      all.append(wire(a, b))
      all.append(wire(b, a))
    }
    func wire(_ a: Int, _ b: Int) -> CustomWire {
      CustomWire(
        from: NodeID(a), to: NodeID(b), bandwidth: interNode.payloadBandwidth, latency: interNode.latency)
    }
    switch topology {
    case .fullMesh, .leafSwitch: break
    case .ring:
      for node in 1..<nodeCount { join(node - 1, node) }
      if nodeCount > 2 { join(nodeCount - 1, 0) }
    case .binaryTree:
      for node in 1..<nodeCount { join((node - 1) / 2, node) }
    case .torus2D, .mesh2D:
      let grid = grid ?? GridShape(nearSquareOf: nodeCount)
      let wraps = topology == .torus2D
      for row in 0..<grid.rows {
        for column in 0..<grid.columns {
          let node = row * grid.columns + column
          // Across a ring of two, there and back are one wire.
          if column + 1 < grid.columns {
            join(node, node + 1)
          } else if wraps && grid.columns > 2 {
            join(node, row * grid.columns)
          }
          if row + 1 < grid.rows {
            join(node, node + grid.columns)
          } else if wraps && grid.rows > 2 {
            join(node, column)
          }
        }
      }
    case .custom:
      for wire in wires {
        all.append(wire)
        if wire.isOneWay { continue }
        var back = wire
        (back.from, back.to) = (wire.to, wire.from)
        all.append(back)
      }
    }
    return all
  }
}
