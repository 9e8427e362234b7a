import Quantities

/// How a network is wired. A host has one link unless said otherwise, and all links of a network are alike
/// but for those that a shape gives a rate of their own.
public enum NetworkShape: Sendable, Equatable {
  /// A k-ary fat tree: k pods of k/2 edge and k/2 aggregation switches, k²/4 cores, k³/4 hosts.
  ///
  /// - Source: Al-Fares, Loukissas & Vahdat 2008, doi:10.1145/1402958.1402967.
  case fatTree(k: Int)
  /// Every leaf joined to every spine. With an oversubscription the uplinks of a leaf sum to its hosts'
  /// bandwidth over that number; without one they are like the hosts' links.
  case leafSpine(leaves: Int, spines: Int, hostsPerLeaf: Int, oversubscription: Double? = nil)
  /// Nodes of several devices (the hosts here) on an inner switch; device r of every node hangs on rail
  /// switch r, and the rails are joined by spines as leaves are. Without spines devices forward for one
  /// another.
  ///
  /// - Source: Wang et al. 2023, arXiv:2307.12169.
  case railOptimized(
    nodes: Int, devicesPerNode: Int, spines: Int, nodeLink: NetworkWire, oversubscription: Double? = nil)
  /// Groups of routers, all joined within the group, one cable between any two groups, spread over the
  /// routers in turn.
  ///
  /// - Source: Kim, Dally, Scott & Abts 2008, doi:10.1109/ISCA.2008.19.
  case dragonfly(groups: Int, routersPerGroup: Int, hostsPerRouter: Int)
  /// 2^d routers with a host each, joined where their numbers differ in one bit.
  case hypercube(dimensions: Int)
  /// A grid of routers with a host each whose lines close to rings; a ring of two is one cable.
  case torus([Int])
  /// A grid of routers with a host each.
  case mesh([Int])
  /// Links listed one by one, each in one direction, between named vertices. What is named `switch…` is a
  /// switch, everything else a host that forwards for others.
  case edges([NetworkEdge])
  /// Vertices and links as a file of another tool puts them down.
  case described(NetworkDescription)

  public var name: String {
    switch self {
    case .fatTree: "fat tree"
    case .leafSpine: "leaf-spine"
    case .railOptimized: "rail-optimised"
    case .dragonfly: "dragonfly"
    case .hypercube: "hypercube"
    case .torus: "torus"
    case .mesh: "mesh"
    case .edges: "edge list"
    case .described(let description): description.format
    }
  }
}

/// Bandwidth and latency of one direction of a cable.
public struct NetworkWire: Sendable, Equatable {
  public var bandwidth: Bandwidth
  public var latency: SimDuration

  public init(bandwidth: Bandwidth, latency: SimDuration) {
    self.bandwidth = bandwidth
    self.latency = latency
  }
}

/// A directed link between two named vertices.
public struct NetworkEdge: Sendable, Equatable {
  public var from: String
  public var to: String
  public var wire: NetworkWire

  public init(from: String, to: String, wire: NetworkWire) {
    self.from = from
    self.to = to
    self.wire = wire
  }
}

/// Why a network cannot be built or traffic not cross it.
public enum NetworkError: Error, Equatable, Sendable {
  case badShape(String)
  case noRoute(from: String, to: String)
  case badFlow(index: Int, reason: String)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badShape(let reason): reason
    case .noRoute(let from, let to): "no route from \(from) to \(to)"
    case .badFlow(let index, let reason): "flow \(index): \(reason)"
    }
  }
}
