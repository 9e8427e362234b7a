extension Fabric {
  /// Lengths of the dimensions whose product is the number of devices, the innermost first: a device's number
  /// is its place in the first dimension, plus that length times its place in the second, and so on.
  ///
  /// A torus has its own, a hypercube twos, levels theirs; elsewhere equal nodes and their devices are two.
  /// Dimensions of one place are left out.
  ///
  /// - Parameter cluster: what the fabric was built from, where it is one.
  public func dimensionLengths(of cluster: ClusterShape?) -> [Int] {
    var lengths: [Int]?
    if case .graph(let routes) = wiring {
      lengths = routes.network.shape.dimensionLengths
    } else if let cluster, cluster.topology == .torus2D {
      let grid = cluster.grid ?? GridShape(nearSquareOf: cluster.nodeCount)
      lengths = [cluster.devicesPerNode, grid.columns, grid.rows]
    }
    let byNodes = nodeCount * devicesPerNode == deviceCount ? [devicesPerNode, nodeCount] : [deviceCount]
    // Places of a network may be left over.
    if lengths?.reduce(1, *) != deviceCount { lengths = nil }
    return (lengths ?? byNodes).filter { $0 > 1 }
  }
}

extension NetworkShape {
  /// The innermost first; nil for shapes without dimensions of their own.
  fileprivate var dimensionLengths: [Int]? {
    switch self {
    case .torus(let lengths): lengths.reversed()
    case .hypercube(let dimensions): Array(repeating: 2, count: dimensions)
    case .hierarchical(let levels): levels.map(\.size)
    case .nodes(let groups, let outer) where groups.allSatisfy { $0.inside.adapters == $0.inside.devices }:
      outer.dimensionLengths
    default: nil
    }
  }
}
