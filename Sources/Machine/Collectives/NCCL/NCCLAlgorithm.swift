/// How NCCL does a collective.
public enum NCCLAlgorithm: String, Sendable, CaseIterable {
  case tree, ring
  /// Reduction in the switches between nodes, each device through its own port.
  case collNetDirect = "collnet_direct"
  /// The same, devices of a node in a chain.
  case collNetChain = "collnet_chain"
  /// Reduction in the NVLink switch; between nodes by CollNet.
  case nvls
  /// Reduction in the NVLink switch, a tree between nodes.
  case nvlsTree = "nvls_tree"
  /// Parallel aggregated trees, for one device per node.
  case pat

  /// Position in the rows of `NCCLTables`.
  var index: Int {
    switch self {
    case .tree: 0
    case .ring: 1
    case .collNetDirect: 2
    case .collNetChain: 3
    case .nvls: 4
    case .nvlsTree: 5
    case .pat: 6
    }
  }
}

/// How NCCL marks data as ready.
public enum NCCLProtocol: String, Sendable, CaseIterable {
  /// 4 bytes of data beside 4 of flag: half the bandwidth, the lowest latency.
  case ll
  /// 120 bytes of data beside 8 of flag.
  case ll128
  /// Full bandwidth, one synchronisation for each chunk.
  case simple

  /// Position in the columns of `NCCLTables`.
  var index: Int {
    switch self {
    case .ll: 0
    case .ll128: 1
    case .simple: 2
    }
  }
}

/// Generations of devices that NCCL's tables tell apart.
public enum NCCLGeneration: Int, Sendable, CaseIterable, Comparable {
  case volta, ampere, hopper, blackwell

  public static func < (left: NCCLGeneration, right: NCCLGeneration) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// What joins the devices of a node.
public enum NCCLPath: Sendable, CaseIterable { case nvlink, pci }

/// What NCCL tells apart of host processors.
public enum NCCLHostProcessor: Sendable, CaseIterable { case intel, amd, mixed }
