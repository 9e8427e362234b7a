import Hardware

/// The group of devices that NCCL tunes for.
///
/// Rates are GB/s (10⁹ bytes per second, one direction), as in NCCL's tables.
public struct NCCLSystem: Sendable, Equatable {
  public var generation: NCCLGeneration
  public var rankCount: Int
  public var nodeCount: Int
  /// What joins the devices of a node.
  public var insidePath: NCCLPath
  /// Rings or trees that share the links.
  public var channelCount: Int
  /// Rate of a channel inside a node.
  public var insideRate: Double
  /// Rate of a channel between nodes: the node's ports over the channels.
  public var betweenRate: Double
  /// Ports of a node to the network.
  public var portCount: Int
  /// What the network adds to a hop between nodes, µs.
  public var networkLatency: Double
  /// What messages between nodes cost beside their bytes; nil where that was not measured.
  public var messageCost: NCCLMessageCost?
  public var hostProcessor: NCCLHostProcessor
  /// Whether an NVLink switch that reduces joins the devices.
  public var hasNVLS: Bool
  /// Whether the network's switches reduce.
  public var hasCollNet: Bool
  /// Whether ports read device memory across PCIe switches at most, which LL128 needs.
  public var hasDirectNetwork: Bool
  /// Protocols that the network permits.
  public var protocols: [NCCLProtocol]
  /// Measured constants; nil keeps to NCCL's own tables.
  public var calibration: NCCLCalibration?

  /// - Precondition: at least two ranks, equally many on each of the nodes.
  public init(
    generation: NCCLGeneration, rankCount: Int, nodeCount: Int = 1, insidePath: NCCLPath = .nvlink,
    channelCount: Int, insideRate: Double, betweenRate: Double = 0, portCount: Int = 1,
    networkLatency: Double = 0, messageCost: NCCLMessageCost? = nil,
    hostProcessor: NCCLHostProcessor = .intel, hasNVLS: Bool = false,
    hasCollNet: Bool = false, hasDirectNetwork: Bool = true,
    protocols: [NCCLProtocol] = NCCLProtocol.allCases, calibration: NCCLCalibration? = nil
  ) {
    precondition(rankCount >= 2, "a collective is among two ranks at least")
    precondition(nodeCount >= 1 && rankCount % nodeCount == 0, "nodes hold equally many ranks")
    self.generation = generation
    self.rankCount = rankCount
    self.nodeCount = nodeCount
    self.insidePath = insidePath
    self.channelCount = channelCount
    self.insideRate = insideRate
    self.betweenRate = betweenRate
    self.portCount = portCount
    self.networkLatency = networkLatency
    self.messageCost = messageCost
    self.hostProcessor = hostProcessor
    self.hasNVLS = hasNVLS
    self.hasCollNet = hasCollNet
    self.hasDirectNetwork = hasDirectNetwork
    self.protocols = protocols
    self.calibration = calibration
  }

  /// r, ranks on each node.
  public var ranksPerNode: Int { rankCount / nodeCount }

  /// All channels together inside a node, GB/s.
  public var insideBandwidth: Double { Double(channelCount) * insideRate }

  /// A node's ports together, GB/s.
  public var betweenBandwidth: Double { Double(channelCount) * betweenRate }

  /// The calibration where it holds: it was measured among the devices of one node.
  var applied: NCCLCalibration? { nodeCount == 1 && insidePath == .nvlink ? calibration : nil }
}
