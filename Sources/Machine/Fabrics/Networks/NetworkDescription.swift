import Quantities

/// A network put down vertex by vertex and link by link, as files of other tools describe theirs.
///
///     var network = NetworkDescription("NCCL topology")
///     let gpu = network.addHost("GPU 0")
///     let bridge = network.addSwitch("PCI 0000:01:00.0", .pcieSwitch)
///     network.join(gpu, bridge, NetworkWire(bandwidth: .gigabytesPerSecond(24), latency: .zero))
///
/// Several links may join two vertices, and a link may go one way alone.
public struct NetworkDescription: Sendable, Equatable {
  /// What a vertex that is no host is. Interior parts lie inside a node.
  public enum Role: Sendable, Equatable {
    case pcieEndpoint, pcieSwitch, processor, nodeSwitch
    /// The card behind which ports lie; a port, or a card whose ports are not told, is where the node ends.
    case card, port
    case networkSwitch
  }

  /// A vertex of this description.
  public enum Place: Sendable, Equatable {
    case host(Int)
    case other(Int)
  }

  public struct Vertex: Sendable, Equatable {
    public var name: String
    public var role: Role
  }

  public struct Edge: Sendable, Equatable {
    public var from: Place
    public var to: Place
    public var wire: NetworkWire
  }

  /// What the file is, for people.
  public var format: String
  public private(set) var hosts: [String] = []
  /// Every vertex that is no host; they follow the hosts.
  public private(set) var others: [Vertex] = []
  public private(set) var edges: [Edge] = []
  /// Hosts of each node, in order; none where every host is a node of its own.
  public var nodeSizes: [Int] = []
  /// Whether traffic may pass through a host. Where hosts are joined to one another, it may.
  public var hostsForward = false

  public init(_ format: String) { self.format = format }

  public mutating func addHost(_ name: String) -> Place {
    hosts.append(name)
    return .host(hosts.count - 1)
  }

  public mutating func addSwitch(_ name: String, _ role: Role) -> Place {
    others.append(Vertex(name: name, role: role))
    return .other(others.count - 1)
  }

  /// A link in one direction.
  public mutating func add(from: Place, to: Place, _ wire: NetworkWire) {
    edges.append(Edge(from: from, to: to, wire: wire))
    if case .host = from, case .host = to { hostsForward = true }
  }

  /// A cable: a link each way.
  public mutating func join(_ a: Place, _ b: Place, _ wire: NetworkWire) {
    add(from: a, to: b, wire)
    add(from: b, to: a, wire)
  }

  /// The vertex of the graph.
  func vertex(_ place: Place) -> Int {
    switch place {
    case .host(let index): index
    case .other(let index): hosts.count + index
    }
  }

  /// What a vertex of the graph is; nil for hosts.
  func role(ofVertex vertex: Int) -> Role? { vertex < hosts.count ? nil : others[vertex - hosts.count].role }

  private func name(_ place: Place) -> String {
    switch place {
    case .host(let index): hosts[index]
    case .other(let index): others[index].name
    }
  }

  /// - Throws: `NetworkError.badShape` for a network without hosts, for two vertices of one name, and for links
  ///   that join a vertex to itself or have no rate.
  func check() throws(NetworkError) {
    if hosts.isEmpty { throw .badShape("the \(format) describes no host") }
    if hosts.count + others.count > NetworkGraph.largestCount || edges.count > NetworkGraph.largestCount {
      throw .badShape("a network of this size exceeds the limit of \(NetworkGraph.largestCount) parts")
    }
    var seen: Set<String> = []
    for name in hosts + others.map(\.name) where !seen.insert(name).inserted {
      throw .badShape("two parts are named '\(name)'")
    }
    for edge in edges {
      if edge.from == edge.to { throw .badShape("a link joins \(name(edge.from)) to itself") }
      try edge.wire.check("link \(name(edge.from)) -> \(name(edge.to))")
    }
    if !nodeSizes.isEmpty && (nodeSizes.reduce(0, +) != hosts.count || nodeSizes.contains { $0 < 1 }) {
      throw .badShape("the nodes do not add up to the hosts")
    }
  }
}

extension NetworkDescription.Role {
  /// Whether the part lies inside a node, so that a link to it is none into the network.
  var isInterior: Bool {
    switch self {
    case .pcieEndpoint, .pcieSwitch, .processor, .nodeSwitch, .card: true
    case .port, .networkSwitch: false
    }
  }
}

extension NetworkGraph {
  /// - Throws: `NetworkError.badShape`.
  public init(_ description: NetworkDescription) throws(NetworkError) {
    // Every link has a rate of its own: the common one is not used.
    let unused = NetworkWire(bandwidth: .gigabytesPerSecond(1), latency: .zero)
    try self.init(.described(description), wire: unused)
  }
}

extension NetworkParts {
  mutating func build(_ description: NetworkDescription) {
    if description.nodeSizes.isEmpty {
      addHosts(description.hosts)
    } else {
      addHosts(description.hosts, inNodesOf: description.nodeSizes)
    }
    _ = addSwitches(description.others.map(\.name))
    hostsForward = description.hostsForward
    let nodes = description.nodeSizes.indices.flatMap {
      Array(repeating: $0, count: description.nodeSizes[$0])
    }
    for edge in description.edges {
      let from = description.vertex(edge.from)
      let to = description.vertex(edge.to)
      if let kind = description.kind(from, to, nodes) {
        add(from: from, to: to, edge.wire, kind)
      } else {
        add(from: from, to: to, edge.wire)
      }
    }
  }
}

extension NetworkDescription {
  /// What a link is part of; nil where nothing lies inside nodes.
  ///
  /// - Parameter nodes: the node of every host; empty where each is its own.
  fileprivate func kind(_ from: Int, _ to: Int, _ nodes: [Int]) -> LinkKind? {
    switch (role(ofVertex: from), role(ofVertex: to)) {
    case (nil, nil): nodes.isEmpty || nodes[from] != nodes[to] ? nil : .deviceUp
    case (nil, let far?): far.isInterior ? .deviceUp : nil
    case (let near?, nil): near.isInterior ? .deviceDown : nil
    case (let near?, let far?):
      if near.isInterior && far.isInterior {
        from < to ? .deviceUp : .deviceDown
      } else if near.isInterior || far.isInterior {
        near.isInterior ? .nicOut : .nicIn
      } else {
        nil
      }
    }
  }
}
