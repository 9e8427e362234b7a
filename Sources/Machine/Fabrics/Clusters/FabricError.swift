/// Why a fabric cannot be built or a route not be found.
public enum FabricError: Error, Equatable, Sendable {
  case countBelowOne(what: String, count: Int)
  case tooLarge(deviceCount: Int)
  case badBandwidth(what: String, bytesPerSecond: Double)
  case negativeLatency(what: String)
  case gridMismatch(GridShape, nodeCount: Int)
  case gridUnused(TopologyKind)
  case wiresUnused(TopologyKind)
  case unknownNode(NodeID, nodeCount: Int)
  case selfWire(NodeID)
  case unknownDevice(DeviceID, deviceCount: Int)
  case noRoute(from: NodeID, to: NodeID)
  /// Over a graph, by the names of its hosts.
  case unreachable(from: String, to: String)
  /// A cluster's network that cannot be built.
  case network(NetworkError)
}

extension FabricError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .countBelowOne(let what, let count): "\(what) must be at least 1, not \(count)"
    case .tooLarge(let count): "\(count) devices exceed the limit of \(Fabric.largestDeviceCount)"
    case .badBandwidth(let what, let rate): "bandwidth of \(what) must be above zero, not \(rate) B/s"
    case .negativeLatency(let what): "latency of \(what) must not be negative"
    case .gridMismatch(let grid, let count):
      "a grid of \(grid.rows) x \(grid.columns) does not hold \(count) nodes"
    case .gridUnused(let kind): "topology \(kind.rawValue) has no rows and columns"
    case .wiresUnused(let kind): "topology \(kind.rawValue) takes no list of wires"
    case .unknownNode(let node, let count): "no node \(node.index): nodes are numbered 0 to \(count - 1)"
    case .selfWire(let node): "a wire joins node \(node.index) to itself"
    case .unknownDevice(let device, let count):
      "no device \(device.index): devices are numbered 0 to \(count - 1)"
    case .noRoute(let from, let to): "no route from node \(from.index) to node \(to.index)"
    case .network(let error): "\(error)"
    case .unreachable(let from, let to): "no route from \(from) to \(to)"
    }
  }
}
