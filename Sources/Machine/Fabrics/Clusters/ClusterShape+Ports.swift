import Hardware
import Quantities

/// What a node has into the network, and whether the network has as much for it.
extension ClusterShape {
  /// A node's ports into the network: how many, and the payload rate of all together, one direction.
  ///
  /// A shared port counts as one for each device, as nodes have them. nil where a node has none: devices of
  /// levels and of a described network are joined one by one.
  public var nodePorts: (count: Int, bandwidth: Bandwidth)? {
    switch network?.plan {
    case nil: return (devicesPerNode, interNode.payloadBandwidth)
    case .hierarchical, .described: return nil
    default:
      let count = network?.adapters ?? devicesPerNode
      return (count, interNode.payloadBandwidth * Double(count))
    }
  }

  /// Latency from a node to the next, through one switch where nodes hang on switches.
  public var hopLatency: SimDuration {
    network == nil && topology == .fullMesh ? interNode.latency : interNode.latency + switchLatency
  }

  /// Whether nodes can all send at the rate of their ports at once, whoever receives: on one switch, a full
  /// mesh, and rails of one switch each without oversubscription. Where several switches share the paths, hashed
  /// routes collide.
  public var isNonBlocking: Bool {
    if nodeCount == 1 { return true }
    switch network?.plan {
    case nil: return topology == .leafSwitch || topology == .fullMesh
    case .railOptimized(radix: nil, let oversubscription): return oversubscription <= 1
    default: return false
    }
  }
}
