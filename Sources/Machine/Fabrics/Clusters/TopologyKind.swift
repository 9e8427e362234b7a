/// How the nodes of a cluster are wired to each other. Raw values are those of scenario documents.
public enum TopologyKind: String, Sendable, CaseIterable {
  /// Every pair of nodes is one hop apart.
  case fullMesh = "full_mesh"
  /// Node i is wired to i ± 1, round the ring.
  case ring
  /// A binary tree: node i is wired to 2 i + 1 and 2 i + 2.
  case binaryTree = "tree"
  /// A grid whose rows and columns close to rings.
  case torus2D = "torus_2d"
  /// A grid.
  case mesh2D = "mesh_2d"
  /// All nodes on one non-blocking switch.
  case leafSwitch = "switch"
  /// Wires listed one by one.
  case custom

  /// Reads a raw value or one of its aliases, whatever the case and with `-` for `_`.
  public init?(spelling: String) {
    let name = String(spelling.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    if let kind = TopologyKind(rawValue: name) {
      self = kind
    } else if let kind = TopologyKind.aliases.first(where: { $0.name == name })?.kind {
      self = kind
    } else {
      return nil
    }
  }

  /// Other names that documents may use.
  public static let aliases: [(name: String, kind: TopologyKind)] = [
    ("fully_connected", .fullMesh), ("mesh", .fullMesh), ("binary_tree", .binaryTree),
    ("torus", .torus2D), ("2d_torus", .torus2D), ("grid", .mesh2D), ("2d_mesh", .mesh2D),
    ("star", .leafSwitch), ("leaf", .leafSwitch),
  ]
}

/// Rows and columns of a mesh or torus; nodes are numbered row by row.
public struct GridShape: Sendable, Equatable {
  public var rows: Int
  public var columns: Int

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The factorisation closest to a square, rows ≤ columns; a prime count gives one row.
  public init(nearSquareOf nodeCount: Int) {
    var rows = 1
    for divisor in 1...max(1, nodeCount) {
      if divisor * divisor > nodeCount { break }
      if nodeCount % divisor == 0 { rows = divisor }
    }
    self.init(rows: rows, columns: nodeCount / rows)
  }
}
