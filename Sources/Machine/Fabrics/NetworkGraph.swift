import Quantities

/// A directed graph of hosts, switches and links: any network, whatever its shape.
///
/// Hosts are the vertices 0 to `hostCount` − 1, switches the ones after them. A node is a run of consecutive
/// hosts: of one where nothing else is said. `Fabric` takes hosts for devices.
public struct NetworkGraph: Sendable {
  /// Vertices or links that one graph may have.
  public static let largestCount = 1 << 22

  public let shape: NetworkShape
  public let hostCount: Int
  /// Names of hosts, then of switches; no two are equal.
  public let vertexNames: [String]
  public let links: [Link]
  /// Added to a route for every vertex that it passes on its way.
  public let switchLatency: SimDuration
  /// Whether traffic may pass through a host on its way to another.
  public let hostsForward: Bool

  /// The first host of every node, and the number of hosts.
  let nodeStarts: [Int32]
  let outgoing: Adjacency
  let incoming: Adjacency

  public var vertexCount: Int { vertexNames.count }
  public var switchCount: Int { vertexCount - hostCount }
  public var hosts: [VertexID] { (0..<hostCount).map { VertexID($0) } }
  public var nodeCount: Int { nodeStarts.count - 1 }

  /// The hosts of one node.
  public func hosts(of node: NodeID) -> Range<Int> {
    Int(nodeStarts[Int(node.index)])..<Int(nodeStarts[Int(node.index) + 1])
  }

  /// A readable name, such as `host 3 -> edge 1`.
  public func name(of link: LinkID) -> String {
    let link = links[Int(link.index)]
    return "\(vertexNames[Int(link.from.index)]) -> \(vertexNames[Int(link.to.index)])"
  }

  init(_ parts: NetworkParts, shape: NetworkShape, switchLatency: SimDuration, hostsForward: Bool) {
    self.shape = shape
    hostCount = parts.hostCount
    vertexNames = parts.names
    links = parts.links
    nodeStarts = parts.nodeSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) }
    self.switchLatency = switchLatency
    self.hostsForward = hostsForward
    outgoing = Adjacency(vertexCount: parts.names.count, vertices: parts.links.map(\.from.index))
    incoming = Adjacency(vertexCount: parts.names.count, vertices: parts.links.map(\.to.index))
  }

  /// Whether traffic to `target` may leave a vertex that it has come to.
  func forwards(_ vertex: Int) -> Bool { hostsForward || vertex >= hostCount }
}

/// Hosts, switches and links as a builder puts them down.
struct NetworkParts {
  private(set) var names: [String] = []
  private(set) var links: [Link] = []
  private(set) var hostCount = 0
  /// Hosts of each node.
  private(set) var nodeSizes: [Int] = []

  /// All hosts come before the first switch.
  ///
  /// - Parameter perNode: how many of them share a node; it divides their number.
  mutating func addHosts(_ count: Int, perNode: Int = 1) {
    addHosts((0..<count).map { "host \($0)" }, perNode: perNode)
  }

  mutating func addHosts(_ hosts: [String], perNode: Int = 1) {
    precondition(hostCount == names.count, "hosts come before switches")
    names += hosts
    hostCount = names.count
    nodeSizes += Array(repeating: perNode, count: hosts.count / perNode)
  }

  /// - Returns: the vertex of the first; the others follow it.
  mutating func addSwitches(_ count: Int, _ prefix: String) -> Int {
    addSwitches((0..<count).map { "\(prefix) \($0)" })
  }

  mutating func addSwitches(_ switches: [String]) -> Int {
    names += switches
    return names.count - switches.count
  }

  /// A cable: a link each way.
  mutating func join(_ a: Int, _ b: Int, _ wire: NetworkWire) {
    add(from: a, to: b, wire)
    add(from: b, to: a, wire)
  }

  /// A cable between a host and a switch inside its node.
  mutating func joinInside(_ host: Int, _ inner: Int, _ wire: NetworkWire) {
    add(from: host, to: inner, wire, .deviceUp)
    add(from: inner, to: host, wire, .deviceDown)
  }

  mutating func add(from: Int, to: Int, _ wire: NetworkWire) {
    add(from: from, to: to, wire, from < hostCount ? .nicOut : to < hostCount ? .nicIn : .wire)
  }

  private mutating func add(from: Int, to: Int, _ wire: NetworkWire, _ kind: LinkKind) {
    links.append(
      Link(
        from: VertexID(from), to: VertexID(to), bandwidth: wire.bandwidth, latency: wire.latency, kind: kind))
  }
}
