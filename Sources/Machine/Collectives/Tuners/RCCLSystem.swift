import Fabrics
import Hardware

/// Generations of devices that RCCL's newest tables are made for.
public enum RCCLGeneration: String, Sendable, CaseIterable {
  /// MI300A, MI300X, MI325X.
  case gfx942
  /// MI350X, MI355X.
  case gfx950
}

/// The group of devices that RCCL tunes for. Rates are GB/s, one direction.
public struct RCCLSystem: Sendable, Equatable {
  public var generation: RCCLGeneration
  public var rankCount: Int
  public var nodeCount: Int
  /// All channels together inside a node.
  public var insideBandwidth: Double
  /// All channels together between nodes.
  public var betweenBandwidth: Double
  /// What the network adds to a hop between nodes, µs.
  public var networkLatency: Double
  public var hostProcessor: NCCLHostProcessor
  /// Whether the library is built with LL128, as AMD's releases for these devices are.
  public var hasLL128: Bool

  /// - Precondition: at least two ranks, equally many on each of the nodes.
  public init(
    generation: RCCLGeneration, rankCount: Int, nodeCount: Int = 1, insideBandwidth: Double,
    betweenBandwidth: Double = 0, networkLatency: Double = 0, hostProcessor: NCCLHostProcessor = .amd,
    hasLL128: Bool = true
  ) {
    precondition(rankCount >= 2, "a collective is among two ranks at least")
    precondition(nodeCount >= 1 && rankCount % nodeCount == 0, "nodes hold equally many ranks")
    self.generation = generation
    self.rankCount = rankCount
    self.nodeCount = nodeCount
    self.insideBandwidth = insideBandwidth
    self.betweenBandwidth = betweenBandwidth
    self.networkLatency = networkLatency
    self.hostProcessor = hostProcessor
    self.hasLL128 = hasLL128
  }

  /// r, ranks on each node.
  public var ranksPerNode: Int { rankCount / nodeCount }

  /// Links of a device to the others of its node, one to each: a platform is a full mesh of eight.
  static let linkCount = 7

  /// The system that RCCL finds on a cluster of one kind of device: 0.75 of what Infinity Fabric states
  /// inside a node, as RCCL counts 48 of 64 GB/s on every link, and the ports' payload rate between nodes.
  ///
  /// Among r devices of a node, each has r − 1 of its seven links to the others.
  ///
  /// - Returns: nil for devices that the tables do not cover, for a lone rank, where ranks do not fill nodes
  ///   equally, and between nodes without ports.
  public static func derived(
    from cluster: ClusterShape, device: Accelerator, rankCount: Int? = nil
  ) -> RCCLSystem? {
    let ranks = rankCount ?? cluster.nodeCount * cluster.devicesPerNode
    let nodes = (ranks + cluster.devicesPerNode - 1) / cluster.devicesPerNode
    guard ranks >= 1, ranks % nodes == 0 else { return nil }
    return derived(
      from: cluster, device: device,
      GroupShape(
        ranksPerNode: ranks / nodes, nodeCount: nodes, portCount: cluster.nodePorts?.count ?? 1, portShare: 1)
    )
  }

  /// The same for a group that is a part of the cluster, others being at work beside it.
  static func derived(from cluster: ClusterShape, device: Accelerator, _ shape: GroupShape) -> RCCLSystem? {
    guard let generation = RCCLGeneration(of: device), shape.rankCount >= 2 else { return nil }
    let ports = cluster.nodePorts
    if shape.nodeCount > 1, ports == nil { return nil }
    return RCCLSystem(
      generation: generation, rankCount: shape.rankCount, nodeCount: shape.nodeCount,
      insideBandwidth: 0.75 * cluster.intraNode.bandwidth.bytesPerSecond / 1e9
        * Double(min(max(shape.ranksPerNode - 1, 1), linkCount)) / Double(linkCount),
      betweenBandwidth: (ports?.bandwidth.bytesPerSecond ?? 0) * shape.portShare / 1e9,
      networkLatency: cluster.hopLatency.seconds * 1e6)
  }
}

extension RCCLGeneration {
  /// The generation of a device of the catalogue; nil for all others.
  public init?(of device: Accelerator) {
    guard device.vendor == "AMD" else { return nil }
    let name = device.name.uppercased()
    if ["MI300", "MI325"].contains(where: { name.hasPrefix($0) }) {
      self = .gfx942
    } else if ["MI350", "MI355"].contains(where: { name.hasPrefix($0) }) {
      self = .gfx950
    } else {
      return nil
    }
  }
}
