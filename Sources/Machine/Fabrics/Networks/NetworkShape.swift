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
  /// Hosts joined to each other, a cable for every pair.
  case fullMesh(hosts: Int)
  /// Hosts joined to the one before and the one after, round; they forward for others. A ring of two is one
  /// cable.
  case ring(hosts: Int)
  /// Host i joined to 2 i + 1 and 2 i + 2; they forward for others.
  case binaryTree(hosts: Int)
  /// Hosts on one switch.
  case star(hosts: Int)
  /// Levels within levels, the innermost first: hosts that differ in their place of one level alone are
  /// joined as that level says, and forward for others. The innermost level is a node.
  ///
  /// - Source: Rashidi, Sridharan, Srinivasan & Krishna 2020, doi:10.1109/ISPASS48437.2020.00018.
  case hierarchical([NetworkLevel])
  /// Sites, each with its hosts on one switch, and cables between the switches.
  case wideArea([NetworkSite], spans: [NetworkSpan])
  /// Rails without what is inside the nodes: host n · rails + r is adapter r of node n.
  case rails(RailPlan)
  /// Nodes with an inside whose adapters take the places of another network's hosts, in order. Places left
  /// over stay empty.
  indirect case nodes([NodeGroup], over: NetworkShape)
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
    case .fullMesh: "full mesh"
    case .ring: "ring"
    case .binaryTree: "binary tree"
    case .star: "switch"
    case .hierarchical: "hierarchical network"
    case .wideArea: "wide-area network"
    case .rails: "rail-optimised"
    case .nodes(_, let outer): outer.name
    case .edges: "edge list"
    case .described(let description): description.format
    }
  }
}

/// Why a network cannot be built or traffic not cross it.
public enum NetworkError: Error, Equatable, Sendable {
  case badShape(String)
  case noRoute(from: String, to: String)
  case badFlow(index: Int, reason: String)
  case badEvent(index: Int, reason: String)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badShape(let reason): reason
    case .noRoute(let from, let to): "no route from \(from) to \(to)"
    case .badFlow(let index, let reason): "flow \(index): \(reason)"
    case .badEvent(let index, let reason): "event \(index): \(reason)"
    }
  }
}
