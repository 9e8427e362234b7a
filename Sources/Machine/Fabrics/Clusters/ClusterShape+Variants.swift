import Hardware
import Quantities

extension ClusterShape {
  /// The same cluster with another number of nodes; a grid is factored and a network sized anew.
  public func withNodes(_ count: Int) -> ClusterShape {
    var shape = self
    shape.nodeCount = count
    if count != nodeCount {
      shape.grid = nil
      shape.network = network?.resized()
    }
    return shape
  }

  /// The same cluster with a network some times as fast: bandwidths multiplied, latencies divided.
  public func withSpeed(scaledBy factor: Double) -> ClusterShape {
    func faster(_ link: LinkClass) -> LinkClass {
      var link = link
      link.bandwidth = link.bandwidth * factor
      link.latency = link.latency.scaled(by: 1 / factor)
      return link
    }
    var shape = self
    shape.intraNode = faster(intraNode)
    shape.interNode = faster(interNode)
    shape.switchLatency = switchLatency.scaled(by: 1 / factor)
    shape.network = network?.withSpeed(scaledBy: factor)
    shape.wires = wires.map { wire in
      var wire = wire
      wire.bandwidth = wire.bandwidth * factor
      wire.latency = wire.latency.scaled(by: 1 / factor)
      return wire
    }
    return shape
  }
}
