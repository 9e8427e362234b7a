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
  ///   - isCalibrated: measured constants of the generation in place of NCCL's own.
  /// - Returns: nil for devices that NCCL does not run on, for a lone rank, where ranks do not fill nodes
  ///   equally, and between nodes without ports.
  public static func derived(
    from cluster: ClusterShape, device: Accelerator, rankCount: Int? = nil, portCount: Int? = nil,
    hasCollNet: Bool = false, isCalibrated: Bool = true
  ) -> NCCLSystem? {
    let ranks = rankCount ?? cluster.nodeCount * cluster.devicesPerNode
    let nodes = (ranks + cluster.devicesPerNode - 1) / cluster.devicesPerNode
    guard let generation = NCCLGeneration(of: device), ranks >= 2, ranks % nodes == 0 else { return nil }
    let path = path(of: device, ranksPerNode: ranks / nodes)
    let stated = cluster.intraNode.bandwidth.bytesPerSecond / 1e9
    let nodePorts = cluster.nodePorts
    if nodes > 1, nodePorts == nil { return nil }
    let ports = portCount ?? nodePorts?.count ?? cluster.devicesPerNode
    let channels = nodes > 1 ? 2 * max(ports, 1) : path == .nvlink ? generation.channelCount : 2
    let inside = stated * (path == .nvlink ? nvlinkShare : pciShare)
    // The plugin for Elastic Fabric Adapter turns LL and LL128 off: stores may arrive out of order.
    let isUnordered = nodes > 1 && cluster.interNode.name.hasPrefix("efa")
    return NCCLSystem(
      generation: generation, rankCount: ranks, nodeCount: nodes, insidePath: path, channelCount: channels,
      insideRate: inside / Double(channels),
      betweenRate: (nodePorts?.bandwidth.bytesPerSecond ?? 0) / 1e9 / Double(channels),
      portCount: max(ports, 1), networkLatency: cluster.hopLatency.seconds * 1e6,
      messageCost: nodes > 1 ? NCCLMessageCost(of: cluster.interNode) : nil,
      hasNVLS: generation >= .hopper && path == .nvlink && !hasBridge(device), hasCollNet: hasCollNet,
      protocols: isUnordered ? [.simple] : NCCLProtocol.allCases,
      calibration: isCalibrated ? .measured(generation) : nil)
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
