import Quantities

extension Fabric {
  /// The path from one device to another with the fewest hops; ties always fall the same way.
  ///
  /// - Throws: `FabricError.noRoute` if the custom wires do not connect the two nodes, and
  ///   `unknownDevice`.
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
    let (from, to) = (node(of: source), node(of: target))
    let first = path.count
    if devicesPerNode > 1 { path.append(2 * source.index) }
    var crossing = (latency: SimDuration.zero, hopCount: 0)
    if from != to { crossing = try appendCrossing(from: from, to: to, into: &path) }
    if devicesPerNode > 1 { path.append(2 * target.index + 1) }
    for link in path[first...] { crossing.latency += links[Int(link)].latency }
    return crossing
  }

  /// Hops between two nodes.
  public func hopCount(from source: NodeID, to target: NodeID) throws(FabricError) -> Int {
    for node in [source, target] where !(0..<nodeCount).contains(Int(node.index)) {
      throw .unknownNode(node, nodeCount: nodeCount)
    }
    if source == target { return 0 }
    var path: [Int32] = []
    return try appendCrossing(from: source, to: target, into: &path).hopCount
  }

  /// The largest number of hops between any two nodes.
  ///
  /// - Throws: `FabricError.noRoute` naming the first pair that is not connected.
  /// - Complexity: O(nodes · (nodes + wires)).
  public func diameter() throws(FabricError) -> Int {
    if nodeCount == 1 { return 0 }
    guard core.style == .routers else { return try hopCount(from: NodeID(0), to: NodeID(1)) }
    var largest = 0
    for source in 0..<nodeCount {
      guard let farthest = core.eccentricity(of: source) else {
        for target in 0..<nodeCount { _ = try hopCount(from: NodeID(source), to: NodeID(target)) }
        preconditionFailure("a node that cannot be reached has no route to it")
      }
      largest = max(largest, farthest)
    }
    return largest
  }

  /// Appends the port out, the wires and the port in.
  ///
  /// - Returns: the latency of the switches crossed, without that of the links, and the hops.
  private func appendCrossing(
    from source: NodeID, to target: NodeID, into path: inout [Int32]
  ) throws(FabricError) -> (latency: SimDuration, hopCount: Int) {
    path.append(port(of: source).out.index)
    guard let wires = core.appendPath(from: Int(source.index), to: Int(target.index), into: &path) else {
      throw .noRoute(from: source, to: target)
    }
    path.append(port(of: target).in.index)
    switch core.style {
    case .crossbar: return (.zero, 1)
    case .singleSwitch: return (switchLatency, 2)
    case .routers: return (switchLatency * (wires - 1), wires)
    }
  }
}
