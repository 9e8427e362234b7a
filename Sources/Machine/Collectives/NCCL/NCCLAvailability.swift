/// Which algorithms and protocols NCCL may take.
extension NCCLSystem {
  /// Whether NCCL has the algorithm and protocol for a collective on this group.
  ///
  /// - Source: NVIDIA NCCL 2.30.7, `src/graph/tuning.cc`.
  func isAvailable(_ kind: CollectiveKind, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol) -> Bool {
    guard protocols.contains(proto), proto != .ll128 || hasLL128 else { return false }
    let isGather = kind == .allGather || kind == .reduceScatter
    switch algorithm {
    case .ring: return true
    // Inside a node a tree is a chain, never ahead of the ring, and was not measured apart.
    case .tree: return kind == .allReduce && applied == nil
    case .pat: return isGather && proto == .simple && nodeCount > 1 && ranksPerNode == 1
    case .collNetDirect:
      return (kind == .allReduce || isGather) && proto == .simple && hasCollNet && nodeCount > 1
    case .collNetChain: return kind == .allReduce && proto == .simple && hasCollNet && nodeCount > 1
    case .nvls:
      // The measured times have no gathers through the switch.
      return proto == .simple && hasSwitchReduction && (nodeCount == 1 || hasCollNet)
        && (kind == .allReduce || isGather && applied == nil) && applied?.nvlsShare != 0
    case .nvlsTree:
      return kind == .allReduce && proto == .simple && hasSwitchReduction && nodeCount > 1
    }
  }

  /// LL128 relies on stores of 128 bytes that arrive whole.
  private var hasLL128: Bool {
    insidePath == .nvlink && (nodeCount == 1 || hasDirectNetwork)
  }

  /// A reduction in the switch needs two channels, and each device is the head of one.
  private var hasSwitchReduction: Bool {
    hasNVLS && insidePath == .nvlink && ranksPerNode >= 2
      && NCCLTables.nvlsEfficiency[generation.rawValue] > 0
  }
}
