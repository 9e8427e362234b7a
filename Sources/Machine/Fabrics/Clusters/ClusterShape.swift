import Hardware
import Quantities

/// What a fabric is built from: equal nodes and the way they are wired.
public struct ClusterShape: Sendable, Equatable {
  public var nodeCount: Int
  public var devicesPerNode: Int
  /// A device's connection inside its node, per direction. The latency is from device to device.
  public var intraNode: LinkClass
  /// A NODE's connection to the network, one way, shared by its devices; with `network`, the connection of
  /// one of its adapters. The latency is that of one hop between neighbouring nodes.
  public var interNode: LinkClass
  public var topology: TopologyKind
  /// Rows and columns of a mesh or torus; nil takes the factorisation closest to a square.
  public var grid: GridShape?
  /// The wires of a custom topology.
  public var wires: [CustomWire]
  /// Added for every network switch, or router of a node in between, that a route crosses.
  public var switchLatency: SimDuration
  /// A network of any other shape, in place of `topology`.
  public var network: ClusterNetwork?

  public init(
    nodeCount: Int, devicesPerNode: Int, intraNode: LinkClass, interNode: LinkClass,
    topology: TopologyKind = .leafSwitch, grid: GridShape? = nil, wires: [CustomWire] = [],
    switchLatency: SimDuration = .zero, network: ClusterNetwork? = nil
  ) {
    self.nodeCount = nodeCount
    self.devicesPerNode = devicesPerNode
    self.intraNode = intraNode
    self.interNode = interNode
    self.topology = topology
    self.grid = grid
    self.wires = wires
    self.switchLatency = switchLatency
    self.network = network
  }
}

extension ClusterShape {
  /// What the network is called in reports.
  public var networkName: String {
    switch network?.plan {
    case nil: topology.rawValue
    case .fatTree: "fat_tree"
    case .leafSpine: "leaf_spine"
    case .railOptimized: "rail_optimized"
    case .dragonfly: "dragonfly"
    case .hypercube: "hypercube"
    case .torus: "torus"
    case .mesh: "mesh"
    case .hierarchical: "hierarchical"
    case .described(let graph): graph.shape.name
    }
  }
}

/// One wire of a custom topology.
public struct CustomWire: Sendable, Equatable {
  public var from: NodeID
  public var to: NodeID
  /// Per direction.
  public var bandwidth: Bandwidth
  public var latency: SimDuration
  /// Whether bytes go only from `from` to `to`.
  public var isOneWay: Bool

  public init(
    from: NodeID, to: NodeID, bandwidth: Bandwidth, latency: SimDuration, isOneWay: Bool = false
  ) {
    self.from = from
    self.to = to
    self.bandwidth = bandwidth
    self.latency = latency
    self.isOneWay = isOneWay
  }
}
