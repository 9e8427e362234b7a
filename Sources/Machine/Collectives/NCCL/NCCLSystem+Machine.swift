import Fabrics
import Hardware
import Quantities

extension NCCLGeneration {
  /// The generation of a device of the catalogue; nil for devices that are not NVIDIA's or older than
  /// Volta. Turing counts as Volta and Ada as Ampere, as in NCCL, by compute capability.
  public init?(of device: Accelerator) {
    guard device.vendor == "NVIDIA" else { return nil }
    let families: [(NCCLGeneration, [String])] = [
      (.volta, ["V100", "T4", "RTX-20"]),
      (.ampere, ["A10", "A30", "A40", "A800", "L4", "RTX-30", "RTX-40", "RTX-A", "RTX-5000-", "RTX-6000-"]),
      (.hopper, ["H100", "H200", "H800", "H20", "GH200"]),
      (.blackwell, ["B100", "B200", "B300", "GB", "RTX-50", "RTX-PRO"]),
    ]
    let name = device.name.uppercased()
    // The longest of the beginnings that fit: `RTX-5000-` before `RTX-50`.
    var best: (length: Int, generation: NCCLGeneration)?
    for (generation, beginnings) in families {
      for beginning in beginnings where name.hasPrefix(beginning) && beginning.count > best?.length ?? 0 {
        best = (beginning.count, generation)
      }
    }
    guard let best else { return nil }
    self = best.generation
  }

  /// Links among a group of consecutive devices over the six of each, in a mesh of eight without a switch.
  ///
  /// Two devices have one link at least; three have one ring, both ways round, and four have two. Eight use
  /// all.
  ///
  /// - Source: NVIDIA DGX-1 with Tesla V100 System Architecture, WP-08437, the hybrid cube mesh.
  static func meshShare(ranksPerNode: Int) -> Double {
    switch ranksPerNode {
    case 2: 1.0 / 6
    case 3: 2.0 / 6
    case 4...7: 4.0 / 6
    default: 1
    }
  }

  /// Channels that NCCL opens over NVLink. Volta's hybrid cube mesh: six links, twice each.
  var channelCount: Int { self == .volta ? 12 : 24 }
}

extension NCCLSystem {
  /// Share of NVLink's stated rate that NCCL counts with: 20 of 25 GB/s on every link, 40 of 50 from
  /// Blackwell.
  static let nvlinkShare = 0.8
  /// The same of a PCIe switch.
  static let pciShare = 0.64

  /// The system that NCCL finds on a cluster of one kind of device.
  ///
  /// Inside a node, channels share 0.8 of NVLink's stated rate (A100 240 GB/s, H100 360, B200 720), or
  /// 0.64 of PCIe's. Between nodes, they share the payload rate of the node's ports, two channels to a
  /// port. NVLS is there from Hopper on, where an NVLink switch is.
  ///
  /// - Parameters:
  ///   - rankCount: ranks of the group, node by node; at least two.
  ///   - portCount: a node's ports to the network; nil takes its adapters, else one for each device.
  ///   - hasCollNet: whether the network's switches reduce.
  ///   - isCalibrated: measured constants, of the device or else of its generation, in place of NCCL's own.
  /// - Returns: nil for devices that NCCL does not run on, for a lone rank, where ranks do not fill nodes
  ///   equally, and between nodes without ports.
  public static func derived(
    from cluster: ClusterShape, device: Accelerator, rankCount: Int? = nil, portCount: Int? = nil,
    hasCollNet: Bool = false, isCalibrated: Bool = true
  ) -> NCCLSystem? {
    let ranks = rankCount ?? cluster.nodeCount * cluster.devicesPerNode
    let nodes = (ranks + cluster.devicesPerNode - 1) / cluster.devicesPerNode
    guard ranks >= 1, ranks % nodes == 0 else { return nil }
    let ports = portCount ?? cluster.nodePorts?.count ?? cluster.devicesPerNode
    return derived(
      from: cluster, device: device,
      GroupShape(ranksPerNode: ranks / nodes, nodeCount: nodes, portCount: ports, portShare: 1),
      hasCollNet: hasCollNet, isCalibrated: isCalibrated)
  }

  /// The system that NCCL finds for a group that is a part of the cluster, others being at work beside it.
  ///
  /// Channels between nodes are two to each port of the group's own devices, and share what the group has of
  /// the node's ports. Inside a node every device has its whole NVLink, whoever else is at work; a mesh of
  /// links without a switch has only those among the group.
  ///
  /// - Returns: nil as `derived(from:device:rankCount:)`.
  static func derived(
    from cluster: ClusterShape, device: Accelerator, _ shape: GroupShape, hasCollNet: Bool = false,
    isCalibrated: Bool = true
  ) -> NCCLSystem? {
    let (nodes, ports) = (shape.nodeCount, shape.portCount)
    guard let generation = NCCLGeneration(of: device), shape.rankCount >= 2 else { return nil }
    let path = path(of: device, ranksPerNode: shape.ranksPerNode)
    let nodePorts = cluster.nodePorts
    if nodes > 1, nodePorts == nil { return nil }
    let isMesh =
      generation == .volta && path == .nvlink && shape.isPartOfNodes
      && !device.scaleUpLink.contains("NVSwitch") && !hasBridge(device)
    let stated =
      cluster.intraNode.bandwidth.bytesPerSecond / 1e9
      * (isMesh ? NCCLGeneration.meshShare(ranksPerNode: shape.ranksPerNode) : 1)
    let channels = nodes > 1 ? 2 * max(ports, 1) : path == .nvlink ? generation.channelCount : 2
    let inside = stated * (path == .nvlink ? nvlinkShare : pciShare)
    // The plugin for Elastic Fabric Adapter turns LL and LL128 off: stores may arrive out of order.
    let isUnordered = nodes > 1 && cluster.interNode.name.hasPrefix("efa")
    return NCCLSystem(
      generation: generation, rankCount: shape.rankCount, nodeCount: nodes, insidePath: path,
      channelCount: channels,
      insideRate: inside / Double(channels),
      betweenRate: (nodePorts?.bandwidth.bytesPerSecond ?? 0) * shape.portShare / 1e9 / Double(channels),
      portCount: max(ports, 1), networkLatency: cluster.hopLatency.seconds * 1e6,
      messageCost: nodes > 1 ? NCCLMessageCost(of: cluster, portShare: shape.portShare) : nil,
      hasNVLS: generation >= .hopper && path == .nvlink && !hasBridge(device), hasCollNet: hasCollNet,
      protocols: isUnordered ? [.simple] : NCCLProtocol.allCases,
      calibration: isCalibrated ? device.calibration.nccl ?? .measured(generation) : nil)
  }

  /// Bridges join devices in pairs only.
  private static func path(of device: Accelerator, ranksPerNode: Int) -> NCCLPath {
    let link = device.scaleUpLink
    guard link.hasPrefix("NVLink") else { return .pci }
    return hasBridge(device) && ranksPerNode > 2 ? .pci : .nvlink
  }

  private static func hasBridge(_ device: Accelerator) -> Bool {
    device.scaleUpLink.split(separator: " ").contains { $0.hasPrefix("bridge") }
  }
}
