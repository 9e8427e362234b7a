import Quantities

extension Fabric {
  /// The path from one device to another with the fewest hops; ties always fall the same way.
  ///
  /// - Throws: `FabricError.noRoute` if the custom wires do not connect the two nodes, `unreachable` if a
  ///   graph does not connect the two devices, and `unknownDevice`.
  /// - Complexity: O(path length) once the source has been asked often, else a breadth-first search.
  public func route(from source: DeviceID, to target: DeviceID) throws(FabricError) -> Route {
    var path: [Int32] = []
    let summary = try appendRoute(from: source, to: target, into: &path)
    return Route(
      links: path.map { LinkID(Int($0)) }, latency: summary.latency, hopCount: summary.hopCount)
  }

  /// Appends the link indices of a route to flat storage.
  ///
  /// - Returns: the latency of links and switches, and the hops between nodes.
  @discardableResult
  public func appendRoute(
    from source: DeviceID, to target: DeviceID, into path: inout [Int32]
  ) throws(FabricError) -> (latency: SimDuration, hopCount: Int) {
    for device in [source, target] where !(0..<deviceCount).contains(Int(device.index)) {
      throw .unknownDevice(device, deviceCount: deviceCount)
    }
    if source == target { return (.zero, 0) }
    let ports: PortWiring
    switch wiring {
    case .ports(let wiring): ports = wiring
    case .graph(let routes): return try appendGraphRoute(routes, from: source, to: target, into: &path)
    }
    let (from, to) = (node(of: source), node(of: target))
    let first = path.count
    if devicesPerNode > 1 { path.append(2 * source.index) }
    var crossing = (latency: SimDuration.zero, hopCount: 0)
    if from != to { crossing = try appendCrossing(ports, from: from, to: to, into: &path) }
    if devicesPerNode > 1 { path.append(2 * target.index + 1) }
    for link in path[first...] { crossing.latency += links[Int(link)].latency }
    return crossing
  }

  /// Hops between two nodes, over a graph between the first devices of each.
  public func hopCount(from source: NodeID, to target: NodeID) throws(FabricError) -> Int {
    for node in [source, target] where !(0..<nodeCount).contains(Int(node.index)) {
      throw .unknownNode(node, nodeCount: nodeCount)
    }
    if source == target { return 0 }
    var path: [Int32] = []
    switch wiring {
    case .ports(let ports): return try appendCrossing(ports, from: source, to: target, into: &path).hopCount
    case .graph(let routes):
      let (from, to) = (routes.network.hosts(of: source), routes.network.hosts(of: target))
      return try appendRoute(from: DeviceID(from.lowerBound), to: DeviceID(to.lowerBound), into: &path)
        .hopCount
    }
  }

  /// The largest number of hops between any two nodes.
  ///
  /// - Throws: `FabricError.noRoute` or `unreachable` naming the first pair that is not connected.
  /// - Complexity: O(nodes · (nodes + wires)); over a graph O(pairs of nodes · path length), from one node
  ///   alone where all are alike.
  public func diameter() throws(FabricError) -> Int {
    if nodeCount == 1 { return 0 }
    var largest = 0
    switch wiring {
    case .ports(let ports):
      guard ports.core.style == .routers else { return try hopCount(from: NodeID(0), to: NodeID(1)) }
      for source in 0..<nodeCount {
        guard let farthest = ports.core.eccentricity(of: source) else {
          for target in 0..<nodeCount { _ = try hopCount(from: NodeID(source), to: NodeID(target)) }
          preconditionFailure("a node that cannot be reached has no route to it")
        }
        largest = max(largest, farthest)
      }
    case .graph(let routes):
      for target in 0..<(routes.network.hostsAreAlike ? 1 : nodeCount) {
        for source in 0..<nodeCount where source != target {
          largest = max(largest, try hopCount(from: NodeID(source), to: NodeID(target)))
        }
      }
    }
    return largest
  }

  /// Appends a graph's route; its hops are the links outside the nodes.
  private func appendGraphRoute(
    _ routes: GraphRoutes, from source: DeviceID, to target: DeviceID, into path: inout [Int32]
  ) throws(FabricError) -> (latency: SimDuration, hopCount: Int) {
    let first = path.count
    let (from, to) = (Int(source.index), Int(target.index))
    guard let latency = routes.appendRoute(from: from, to: to, into: &path) else {
      let names = routes.network.vertexNames
      throw .unreachable(from: names[from], to: names[to])
    }
    var hopCount = 0
    for link in path[first...] where links[Int(link)].kind.isInterNode { hopCount += 1 }
    return (latency, hopCount)
  }

  /// Appends the port out, the wires and the port in.
  ///
  /// - Returns: the latency of the switches crossed, without that of the links, and the hops.
  private func appendCrossing(
    _ ports: PortWiring, from source: NodeID, to target: NodeID, into path: inout [Int32]
  ) throws(FabricError) -> (latency: SimDuration, hopCount: Int) {
    path.append(port(of: source).out.index)
    guard let wires = ports.core.appendPath(from: Int(source.index), to: Int(target.index), into: &path)
    else { throw .noRoute(from: source, to: target) }
    path.append(port(of: target).in.index)
    switch ports.core.style {
    case .crossbar: return (.zero, 1)
    case .singleSwitch: return (ports.switchLatency, 2)
    case .routers: return (ports.switchLatency * (wires - 1), wires)
    }
  }
}
