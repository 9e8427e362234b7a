import Quantities

extension ClusterShape {
  /// The same cluster with another number of nodes; a grid is factored anew.
  public func withNodes(_ count: Int) -> ClusterShape {
    var shape = self
    shape.nodeCount = count
    if count != nodeCount { shape.grid = nil }
    return shape
  }

  /// The same cluster with every link's bandwidth multiplied.
  public func withBandwidth(scaledBy factor: Double) -> ClusterShape {
    var shape = self
    shape.intraNode.bandwidth = intraNode.bandwidth * factor
    shape.interNode.bandwidth = interNode.bandwidth * factor
    shape.wires = wires.map { wire in
      var faster = wire
      faster.bandwidth = wire.bandwidth * factor
      return faster
    }
    return shape
  }
}
