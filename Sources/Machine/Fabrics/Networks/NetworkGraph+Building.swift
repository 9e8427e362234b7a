import Quantities

extension NetworkGraph {
  /// Builds a network.
  ///
  /// - Parameters:
  ///   - shape: how it is wired.
  ///   - wire: every link that has no rate of its own; edges, levels and sites have theirs.
  ///   - edgeLatency: of a host's or an adapter's link into the network and back together, half each way;
  ///     nil: as the other links have it.
  ///   - switchLatency: added to a route for every vertex that it passes on its way, but those inside of
  ///     nodes.
  ///   - routing: by what rule routes are made.
  ///   - broken: pairs of names of vertices between which all cables are broken.
  /// - Throws: `NetworkError.badShape` for counts that make no network, for rates that are not above zero, for
  ///   graphs beyond `largestCount`, for a rule that the shape has no meaning for, and for broken cables that
  ///   are not there or cut hosts off.
  /// - Complexity: O(vertices + links).
  public init(
    _ shape: NetworkShape, wire: NetworkWire, edgeLatency: SimDuration? = nil,
    switchLatency: SimDuration = .zero, routing: NetworkRouting = .shortest, broken: [NetworkCable] = []
  ) throws(NetworkError) {
    try wire.check("a link")
    if switchLatency < .zero { throw .badShape("latency of a switch must not be negative") }
    try shape.check()
    try shape.check(routing)
    var parts = NetworkParts()
    parts.build(shape, wire)
    if let edgeLatency { parts.setEdgeLatency(edgeLatency) }
    try parts.checkLatencies(switchLatency)
    try parts.breakCables(broken)
    self.init(
      parts, shape: shape, switchLatency: switchLatency, routing: routing, brokenCableCount: broken.count)
    if !broken.isEmpty {
      if routing.isFixed {
        throw .badShape(
          "\(routing.name) does not go round broken links: use shortest or weighted")
      }
      try checkConnected()
    }
  }
}

extension NetworkParts {
  /// A route passes no vertex twice on any of its legs, so that its latency stays within the clock's range.
  fileprivate func checkLatencies(_ switchLatency: SimDuration) throws(NetworkError) {
    let longest = (links.map(\.latency).max() ?? .zero) + switchLatency
    if longest.seconds * Double(names.count) > 4e6 {
      throw .badShape("latencies of \(longest.seconds) s a hop could add up beyond the simulated clock")
    }
  }

  mutating func build(_ shape: NetworkShape, _ wire: NetworkWire) {
    switch shape {
    case .fatTree(let k): buildFatTree(k, wire)
    case .leafSpine(let leaves, let spines, let hosts, let oversubscription):
      addHosts(leaves * hosts)
      let leaf = addSwitches(leaves, "leaf")
      for host in 0..<leaves * hosts { join(host, leaf + host / hosts, wire) }
      joinSpines(spines, above: leaf..<(leaf + leaves), wire.uplink(hosts, spines, oversubscription))
    case .railOptimized(let nodes, let devices, let spines, let nodeLink, let oversubscription):
      addHosts(nodes * devices, perNode: devices)
      let inner = addSwitches(nodes, "node")
      let rail = addSwitches(devices, "rail")
      for host in 0..<nodes * devices {
        joinInside(host, inner + host / devices, nodeLink)
        join(host, rail + host % devices, wire)
      }
      joinSpines(spines, above: rail..<(rail + devices), wire.uplink(nodes, spines, oversubscription))
      hostsForward = spines == 0
    case .dragonfly(let groups, let routers, let hosts):
      buildDragonfly(groups: groups, routers: routers, hosts: hosts, wire)
    case .hypercube(let dimensions):
      let router = addRouters(1 << dimensions, wire)
      for vertex in 0..<1 << dimensions {
        for bit in 0..<dimensions where vertex & (1 << bit) == 0 {
          join(router + vertex, router + vertex | (1 << bit), wire)
        }
      }
    case .torus(let lengths): buildGrid(lengths, closes: true, wire)
    case .mesh(let lengths): buildGrid(lengths, closes: false, wire)
    case .fullMesh(let hosts): buildFullMesh(hosts, wire)
    case .ring(let hosts): buildRing(hosts, wire)
    case .binaryTree(let hosts): buildTree(hosts, wire)
    case .star(let hosts): buildStar(hosts, wire)
    case .hierarchical(let levels): build(levels)
    case .wideArea(let sites, let spans): build(sites, spans)
    case .rails(let plan): build(plan, wire)
    case .nodes(let groups, let outer): build(groups, over: outer, wire)
    case .edges(let edges):
      build(edges)
      hostsForward = true
    case .described(let description): build(description)
    }
  }
}

extension NetworkWire {
  /// A cable from a leaf to a spine.
  func uplink(_ hosts: Int, _ spines: Int, _ oversubscription: Double?) -> NetworkWire {
    guard let oversubscription, spines > 0 else { return self }
    var wire = self
    wire.bandwidth = bandwidth * (Double(hosts) / (Double(spines) * oversubscription))
    return wire
  }

  func check(_ what: String) throws(NetworkError) {
    guard bandwidth.bytesPerSecond > 0, bandwidth.bytesPerSecond.isFinite else {
      throw .badShape("bandwidth of \(what) must be above zero, not \(bandwidth.bytesPerSecond) B/s")
    }
    if latency < .zero { throw .badShape("latency of \(what) must not be negative") }
  }
}

extension NetworkParts {
  fileprivate mutating func buildFatTree(_ k: Int, _ wire: NetworkWire) {
    let half = k / 2
    addHosts(k * half * half)
    let edge = addSwitches(k * half, "edge")
    let aggregation = addSwitches(k * half, "aggregation")
    let core = addSwitches(half * half, "core")
    for host in 0..<k * half * half { join(host, edge + host / half, wire) }
    for pod in 0..<k {
      for up in 0..<half {
        let middle = aggregation + pod * half + up
        for down in 0..<half { join(edge + pod * half + down, middle, wire) }
        for top in 0..<half { join(middle, core + up * half + top, wire) }
      }
    }
  }

  mutating func joinSpines(_ spines: Int, above leaves: Range<Int>, _ wire: NetworkWire) {
    let spine = addSwitches(spines, "spine")
    for leaf in leaves {
      for index in 0..<spines { join(leaf, spine + index, wire) }
    }
  }

  fileprivate mutating func buildDragonfly(groups: Int, routers: Int, hosts: Int, _ wire: NetworkWire) {
    addHosts(groups * routers * hosts)
    let first = addSwitches(groups * routers, "router")
    for host in 0..<groups * routers * hosts { join(host, first + host / hosts, wire) }
    for group in 0..<groups {
      for a in 0..<routers {
        for b in (a + 1)..<max(a + 1, routers) {
          join(first + group * routers + a, first + group * routers + b, wire)
        }
      }
    }
    // The cable to the group that is d further on sits on router d − 1, taken in turn.
    for group in 0..<groups {
      for other in (group + 1)..<max(group + 1, groups) {
        let there = (other - group - 1) % routers
        let back = (groups - (other - group) - 1) % routers
        join(first + group * routers + there, first + other * routers + back, wire)
      }
    }
  }

  /// Routers with a host each, of the same number.
  fileprivate mutating func addRouters(_ count: Int, _ wire: NetworkWire) -> Int {
    addHosts(count)
    let router = addSwitches(count, "router")
    for host in 0..<count { join(host, router + host, wire) }
    return router
  }

  /// Routers are numbered with the last coordinate running fastest.
  fileprivate mutating func buildGrid(_ lengths: [Int], closes: Bool, _ wire: NetworkWire) {
    let count = lengths.reduce(1, *)
    let router = addRouters(count, wire)
    var stride = count
    for length in lengths {
      stride /= length
      for vertex in 0..<count {
        let coordinate = vertex / stride % length
        if coordinate + 1 < length {
          join(router + vertex, router + vertex + stride, wire)
        } else if closes && length > 2 {
          join(router + vertex, router + vertex - (length - 1) * stride, wire)
        }
      }
    }
  }

  fileprivate mutating func build(_ edges: [NetworkEdge]) {
    var hosts: [String] = []
    var switches: [String] = []
    var seen: Set<String> = []
    for edge in edges {
      for name in [edge.from, edge.to] where seen.insert(name).inserted {
        if name.hasPrefix("switch") { switches.append(name) } else { hosts.append(name) }
      }
    }
    addHosts(hosts)
    _ = addSwitches(switches)
    var positions: [String: Int] = [:]
    for (position, name) in names.enumerated() { positions[name] = position }
    for edge in edges {
      guard let from = positions[edge.from], let to = positions[edge.to] else { continue }
      add(from: from, to: to, edge.wire)
    }
  }
}
