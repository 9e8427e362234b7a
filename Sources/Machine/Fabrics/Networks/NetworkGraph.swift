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
  public internal(set) var links: [Link]
  /// Added to a route for every vertex that it passes on its way, but those inside of nodes.
  public internal(set) var switchLatency: SimDuration
  /// Whether traffic may pass through a host on its way to another.
  public let hostsForward: Bool

  /// The first host of every node, and the number of hosts.
  let nodeStarts: [Int32]
  let nodeOfHost: [Int32]
  /// The first of the switches inside of nodes, which come last.
  let firstInner: Int
  /// By what rule routes are made.
  public let routing: NetworkRouting
  /// Cables that are broken and not among the links.
  public let brokenCableCount: Int
  var outgoing: Adjacency
  var incoming: Adjacency

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

  init(
    _ parts: NetworkParts, shape: NetworkShape, switchLatency: SimDuration, routing: NetworkRouting,
    brokenCableCount: Int
  ) {
    self.shape = shape
    self.routing = routing
    self.brokenCableCount = brokenCableCount
    hostCount = parts.hostCount
    vertexNames = parts.names
    links = parts.links
    firstInner = parts.firstInner ?? parts.names.count
    nodeStarts = parts.nodeSizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1)) }
    self.switchLatency = switchLatency
    hostsForward = parts.hostsForward
    nodeOfHost = parts.nodeSizes.indices.flatMap {
      Array(repeating: Int32($0), count: parts.nodeSizes[$0])
    }
    outgoing = Adjacency(vertexCount: parts.names.count, vertices: parts.links.map(\.from.index))
    incoming = Adjacency(vertexCount: parts.names.count, vertices: parts.links.map(\.to.index))
  }

  /// Whether traffic to `target` may leave a vertex that it has come to.
  func forwards(_ vertex: Int) -> Bool { hostsForward || vertex >= hostCount }
}

extension NetworkGraph: Equatable {
  /// Whether two graphs are wired alike and make their routes by one rule.
  public static func == (a: NetworkGraph, b: NetworkGraph) -> Bool {
    a.vertexNames == b.vertexNames && a.links == b.links && a.nodeStarts == b.nodeStarts
      && a.switchLatency == b.switchLatency && a.routing == b.routing && a.hostsForward == b.hostsForward
      && a.shape == b.shape
  }

  /// The same some times as fast: bandwidths multiplied, latencies divided.
  public func withSpeed(scaledBy factor: Double) -> NetworkGraph {
    var copy = self
    for link in links.indices {
      copy.links[link].bandwidth = links[link].bandwidth * factor
      copy.links[link].latency = links[link].latency.scaled(by: 1 / factor)
    }
    copy.switchLatency = switchLatency.scaled(by: 1 / factor)
    return copy
  }
}
