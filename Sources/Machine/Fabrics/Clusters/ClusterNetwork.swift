import Hardware
import Quantities

/// A network of any shape between the nodes of a cluster, sized by the number of their adapters.
///
/// Every node has `adapters` into the network, one for each device unless said otherwise; they take the
/// network's places in order, node by node. What a shape leaves open follows from their number, so that the same
/// cluster can be built with other numbers of nodes.
public struct ClusterNetwork: Sendable, Equatable {
  public enum Plan: Sendable, Equatable {
    /// nil: the smallest even k whose k³/4 places suffice.
    case fatTree(k: Int?)
    /// Leaves and spines of `radix` ports, those of a leaf split as `RailPlan` does it.
    case leafSpine(radix: Int, oversubscription: Double)
    /// Adapter r of every node on rail r. Without a radix each rail is one switch and one spine joins them.
    case railOptimized(radix: Int?, oversubscription: Double)
    /// nil: p hosts a router, 2p routers a group, as many groups as it takes, with the smallest p of which
    /// 2p² + 1 groups suffice.
    case dragonfly(groups: Int?, routers: Int?, hosts: Int?)
    /// The smallest that has the places.
    case hypercube
    /// Lengths whose product is the number of adapters; nil: as near to a cube as it allows, of so many
    /// dimensions.
    case torus([Int]?, dimensions: Int = 3)
    case mesh([Int]?, dimensions: Int = 3)
    /// Levels above the node, whose sizes multiply to the number of nodes: device r of a node is joined with
    /// device r of others.
    case hierarchical([NetworkLevel])
    /// A network as it stands, whose hosts are the devices.
    case described(NetworkGraph)
  }

  public var plan: Plan
  /// Adapters of a node; nil: one for each device.
  public var adapters: Int?
  /// Between devices and the adapters that they share, where these are not one for each.
  public var pcie: LinkClass
  public var routing: NetworkRouting

  public init(_ plan: Plan, adapters: Int? = nil, pcie: LinkClass, routing: NetworkRouting = .shortest) {
    self.plan = plan
    self.adapters = adapters
    self.pcie = pcie
    self.routing = routing
  }

  /// The network of a cluster's nodes.
  ///
  /// The latency between nodes is that from one to another without switches. Networks of switches have half
  /// of it on an adapter's link each way and none between switches; grids and hypercubes have it on every
  /// cable between routers, and levels have their own.
  ///
  /// - Throws: `NetworkError.badShape` where the nodes do not fit the plan.
  /// - Complexity: O(vertices + links).
  public func graph(for cluster: ClusterShape) throws(NetworkError) -> NetworkGraph {
    if case .described(let graph) = plan {
      try check(graph, for: cluster)
      return graph
    }
    let inner = NetworkWire(
      bandwidth: cluster.intraNode.payloadBandwidth, latency: cluster.intraNode.latency.firstHalf)
    if case .hierarchical(let levels) = plan { return try nested(levels, inner, in: cluster) }
    let perNode = adapters ?? cluster.devicesPerNode
    let (count, overflow) = cluster.nodeCount.multipliedReportingOverflow(by: perNode)
    guard perNode >= 1, !overflow, count <= NetworkGraph.largestCount else {
      throw .badShape(
        "\(cluster.nodeCount) nodes of \(perNode) network adapters exceed the limit of "
          + "\(NetworkGraph.largestCount)")
    }
    let shape = try outerShape(places: count, nodes: cluster.nodeCount)
    let isShared = perNode != cluster.devicesPerNode
    let inside = NodeInterior(
      devices: cluster.devicesPerNode, scaleUp: cluster.devicesPerNode > 1 ? inner : nil,
      pcie: isShared
        ? NetworkWire(bandwidth: pcie.payloadBandwidth, latency: pcie.latency.firstHalf) : nil,
      adapters: perNode)
    let latency = cluster.interNode.latency
    let isDirect = shape.isDirect
    return try NetworkGraph(
      .nodes([NodeGroup(count: cluster.nodeCount, inside: inside)], over: shape),
      wire: NetworkWire(
        bandwidth: cluster.interNode.payloadBandwidth, latency: isDirect ? latency : .zero),
      edgeLatency: isDirect ? .zero : latency, switchLatency: cluster.switchLatency, routing: routing)
  }

  private func outerShape(places: Int, nodes: Int) throws(NetworkError) -> NetworkShape {
    switch plan {
    case .fatTree(let k):
      if let k { return .fatTree(k: k) }
      var least = 2
      while least * least * least / 4 < places { least += 2 }
      return .fatTree(k: least)
    case .leafSpine(let radix, let oversubscription):
      // Ports are split as on one rail that all adapters hang on.
      let plan = RailPlan(nodes: places, rails: 1, leafRadix: radix, oversubscription: oversubscription)
      try NetworkShape.rails(plan).check()
      return .leafSpine(
        leaves: plan.leaves.perRail, spines: max(1, plan.leaves.uplinks), hostsPerLeaf: plan.leaves.nodes)
    case .railOptimized(let radix, let oversubscription):
      return .rails(
        RailPlan(
          nodes: nodes, rails: places / nodes, leafRadix: radix, oversubscription: oversubscription))
    case .dragonfly(let groups, let routers, let hosts):
      var p = 1
      while 2 * p * p * (2 * p * p + 1) < places { p += 1 }
      let (perRouter, perGroup) = (hosts ?? p, routers ?? 2 * p)
      let (size, overflow) = perRouter.multipliedReportingOverflow(by: perGroup)
      guard size >= 1, !overflow else {
        throw .badShape("a group of \(perGroup) routers with \(perRouter) hosts each is no group")
      }
      return .dragonfly(
        groups: groups ?? (places + size - 1) / size, routersPerGroup: perGroup, hostsPerRouter: perRouter)
    case .hypercube:
      var dimensions = 0
      while 1 << dimensions < places { dimensions += 1 }
      return .hypercube(dimensions: dimensions)
    case .torus(let lengths, let dimensions):
      return .torus(try grid(lengths, dimensions, places, "torus"))
    case .mesh(let lengths, let dimensions):
      return .mesh(try grid(lengths, dimensions, places, "mesh"))
    case .hierarchical, .described: preconditionFailure("these are built as they are")
    }
  }

  private func grid(
    _ lengths: [Int]?, _ dimensions: Int, _ places: Int, _ name: String
  ) throws(NetworkError) -> [Int] {
    guard let lengths else { return nearCube(of: places, dimensions: dimensions) }
    let shape: NetworkShape = .mesh(lengths)
    try shape.check()
    guard shape.placeCount == places else {
      let text = lengths.map(String.init).joined(separator: " x ")
      throw .badShape(
        "a \(name) of \(text) has \(shape.placeCount ?? 0) places for \(places) network adapters")
    }
    return lengths
  }

  private func nested(
    _ levels: [NetworkLevel], _ inner: NetworkWire, in cluster: ClusterShape
  ) throws(NetworkError) -> NetworkGraph {
    let node = NetworkLevel(.star, size: cluster.devicesPerNode, wire: inner)
    let shape = NetworkShape.hierarchical([node] + levels)
    try shape.check()
    let nodes = levels.reduce(1) { $0 * $1.size }
    guard nodes == cluster.nodeCount else {
      let text = levels.map { "\($0.size)" }.joined(separator: " x ")
      throw .badShape("levels of \(text) make \(nodes) nodes, not \(cluster.nodeCount)")
    }
    return try NetworkGraph(
      shape, wire: inner, switchLatency: cluster.switchLatency, routing: routing)
  }

  private func check(_ graph: NetworkGraph, for cluster: ClusterShape) throws(NetworkError) {
    let isAlike =
      graph.nodeCount == cluster.nodeCount
      && (0..<graph.nodeCount).allSatisfy { graph.hosts(of: NodeID($0)).count == cluster.devicesPerNode }
    if isAlike { return }
    let sizes = Set((0..<graph.nodeCount).map { graph.hosts(of: NodeID($0)).count }).sorted()
    throw .badShape(
      "the network described has \(graph.nodeCount) nodes of "
        + sizes.map(String.init).joined(separator: " or ")
        + (sizes == [1] ? " device" : " devices")
        + ", the cluster \(cluster.nodeCount) of \(cluster.devicesPerNode)")
  }

  /// The same with every number of its own that belongs to another number of nodes left open.
  func resized() -> ClusterNetwork {
    var copy = self
    switch plan {
    case .fatTree: copy.plan = .fatTree(k: nil)
    case .dragonfly(_, let routers, let hosts):
      copy.plan = .dragonfly(groups: nil, routers: routers, hosts: hosts)
    case .torus(let lengths, let dimensions):
      copy.plan = .torus(nil, dimensions: lengths?.count ?? dimensions)
    case .mesh(let lengths, let dimensions): copy.plan = .mesh(nil, dimensions: lengths?.count ?? dimensions)
    case .leafSpine, .railOptimized, .hypercube, .hierarchical, .described: break
    }
    return copy
  }

  /// The same some times as fast, what the cluster's link classes do not hold.
  func withSpeed(scaledBy factor: Double) -> ClusterNetwork {
    var copy = self
    switch plan {
    case .hierarchical(let levels):
      copy.plan = .hierarchical(
        levels.map { level in
          var level = level
          level.wire.bandwidth = level.wire.bandwidth * factor
          level.wire.latency = level.wire.latency.scaled(by: 1 / factor)
          return level
        })
    case .described(let graph): copy.plan = .described(graph.withSpeed(scaledBy: factor))
    default: break
    }
    return copy
  }
}

/// Factors of a number as near to each other as it allows, ascending.
///
/// - Complexity: O(√n · dimensions).
public func nearCube(of count: Int, dimensions: Int) -> [Int] {
  precondition(count >= 1 && dimensions >= 1, "a grid has places and dimensions")
  var rest = count
  var lengths: [Int] = []
  for left in stride(from: dimensions, to: 1, by: -1) {
    // The largest divisor that is no larger than the root for the dimensions left.
    var best = 1
    var divisor = 1
    while power(divisor, left) <= rest {
      if rest % divisor == 0 { best = divisor }
      divisor += 1
    }
    lengths.append(best)
    rest /= best
  }
  return lengths + [rest]
}

private func power(_ base: Int, _ exponent: Int) -> Int {
  var product = 1
  for _ in 0..<exponent {
    let (next, overflow) = product.multipliedReportingOverflow(by: base)
    if overflow { return .max }
    product = next
  }
  return product
}

extension NetworkShape {
  /// Whether its routers are neighbours of each other, without switches in between.
  var isDirect: Bool {
    switch places {
    case .torus, .mesh, .hypercube: true
    default: false
    }
  }
}
