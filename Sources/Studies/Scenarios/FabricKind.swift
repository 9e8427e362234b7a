import Fabrics
import Quantities

/// How the nodes of a cluster are joined, by the words of documents.
public enum FabricKind: String, DocumentChoice {
  case fullMesh = "full_mesh"
  case ring
  case binaryTree = "tree"
  case torus2D = "torus_2d"
  case mesh2D = "mesh_2d"
  case leafSwitch = "switch"
  case custom
  case fatTree = "fat_tree"
  case leafSpine = "leaf_spine"
  case railOptimized = "rail_optimized"
  case dragonfly, hypercube, torus, mesh, hierarchical
  /// A network that a file describes.
  case file

  /// The kind of a cluster whose nodes share one port each; nil for networks of the devices' own adapters.
  public var topology: TopologyKind? { TopologyKind(rawValue: rawValue) }

  /// Reads a word in any usual spelling, or another name for it.
  init?(spelling: String) {
    let word = documentWord(spelling)
    if let kind = FabricKind(rawValue: word) {
      self = kind
    } else if let topology = TopologyKind(spelling: word), let kind = FabricKind(rawValue: topology.rawValue)
    {
      self = kind
    } else {
      return nil
    }
  }

  /// Whether the nodes stand on a grid of rows and columns.
  var isGrid: Bool { self == .torus2D || self == .mesh2D }

  /// Keys that belong to some kinds alone, and those kinds.
  static let ownKeys: [(key: String, kinds: [FabricKind])] = [
    ("k", [.fatTree]), ("leaf_radix", [.leafSpine, .railOptimized]),
    ("oversubscription", [.leafSpine, .railOptimized]), ("dimensions", [.torus, .mesh]),
    ("groups", [.dragonfly]), ("routers_per_group", [.dragonfly]), ("hosts_per_router", [.dragonfly]),
    ("levels", [.hierarchical]), ("file", [.file]),
    ("nics", [.fatTree, .leafSpine, .railOptimized, .dragonfly, .hypercube, .torus, .mesh]),
    (
      "routing",
      [.fatTree, .leafSpine, .railOptimized, .dragonfly, .hypercube, .torus, .mesh, .hierarchical]
    ),
  ]
  /// Keys that a network's file says itself, and levels say for themselves.
  static let saidElsewhere: [(key: String, kind: FabricKind)] = [
    ("nic", .file), ("nic_latency", .file), ("switch_latency", .file), ("intra_node.bandwidth", .file),
    ("intra_node.latency", .file), ("nic", .hierarchical), ("nic_latency", .hierarchical),
  ]
}

/// The rule of routes of a network, by the words of documents.
public enum FabricRouting: String, DocumentChoice {
  case auto, shortest, weighted
  case dimensionOrder = "dimension_order"
  case minimal, valiant
  case alongRails = "pxn"
}

/// One level of a hierarchical fabric.
public struct LevelDeclaration: Sendable, Equatable {
  public var kind = LevelKind.fullMesh
  public var size = 0
  /// Of one device's link, per direction.
  public var bandwidth = Bandwidth(bytesPerSecond: 0)
  public var latency = SimDuration.microseconds(1)

  public init() {}
}

/// How the nodes of one level are joined.
public enum LevelKind: String, DocumentChoice {
  case ring
  case fullMesh = "full_mesh"
  case leafSwitch = "switch"
}

extension FabricDeclaration {
  /// Leaves open what belongs to another number of adapters.
  mutating func resize(adapters: Int) {
    k = nil
    groups = nil
    if !dimensions.isEmpty { dimensions = nearCube(of: adapters, dimensions: dimensions.count) }
  }
}
