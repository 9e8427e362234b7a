import Quantities

/// Open MPI's choice by size and number of ranks: the fixed rules of its component `tuned`, for operations
/// that commute.
///
/// Sizes are S for all-reduce, broadcast, reduce and reduce-scatter, and one rank's block for the others.
/// Chains and trees run unsegmented, as those rules have it. Some of its algorithms stand near one of the
/// patterns here; `isApproximate` says so.
///
/// - Source: Open MPI, `ompi/mca/coll/tuned/coll_tuned_decision_fixed.c`, the rules without regard to nodes
///   (4.1 and later); reductions to equal blocks by the rules of `MPI_Reduce_scatter`.
public struct OpenMPITuner: CollectiveTuner {
  public let name = TunerName.openMPI

  public init() {}

  public func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> TunerChoice? {
    if rankCount < 2 { return nil }
    if kind == .sendReceive {
      return rankCount == 2 ? TunerChoice(.direct, libraryName: "send_receive") : nil
    }
    let isBlockwise = [.allGather, .allToAll, .gather, .scatter].contains(kind)
    let size = isBlockwise ? bytes.bytes / Int64(rankCount) : bytes.bytes
    guard let row = OpenMPIRules.rules(for: kind).first(where: { rankCount < $0.ranksBelow }),
      let rule = row.sizes.first(where: { size < $0.below })
    else { return nil }
    return choice(rule.algorithm, kind, rankCount)
  }

  private func choice(
    _ algorithm: OpenMPIRules.Algorithm, _ kind: CollectiveKind, _ rankCount: Int
  ) -> TunerChoice {
    func near(_ pattern: CollectiveAlgorithm, chunks: Int? = nil) -> TunerChoice {
      TunerChoice(pattern, libraryName: algorithm.rawValue, chunkCount: chunks, isApproximate: true)
    }
    func exactly(_ pattern: CollectiveAlgorithm, chunks: Int? = nil) -> TunerChoice {
      TunerChoice(pattern, libraryName: algorithm.rawValue, chunkCount: chunks)
    }
    switch algorithm {
    case .linear:
      // A barrier's ranks tell one, which tells all: two steps through one port.
      if kind == .barrier { return near(.recursiveDoubling) }
      return exactly(kind == .allReduce ? .parameterServer : .direct)
    case .linearSynchronised, .linearNonBlocking: return near(.direct)
    case .nonOverlapping: return near(kind == .allReduce ? .tree : .direct)
    case .recursiveDoubling:
      // A gather of ranks beyond a power of two goes by Bruck's steps.
      let isPowerOfTwo = powerOfTwo(notAbove: rankCount) == rankCount
      if kind == .allGather && !isPowerOfTwo { return exactly(.bruck) }
      return kind == .barrier && !isPowerOfTwo ? near(.recursiveDoubling) : exactly(.recursiveDoubling)
    case .ring: return exactly(.ring)
    case .segmentedRing: return near(.ring)
    case .rabenseifner: return kind == .reduce ? near(.binomial) : exactly(.rabenseifner)
    case .recursiveHalving, .butterfly:
      return powerOfTwo(notAbove: rankCount) == rankCount ? exactly(.rabenseifner) : near(.rabenseifner)
    case .bruck: return exactly(kind == .barrier ? .recursiveDoubling : .bruck)
    case .pairwise, .twoProcesses: return exactly(.pairwise)
    case .neighbour: return near(.ring)
    case .chain, .pipeline: return exactly(.ring, chunks: 1)
    case .binaryTree: return exactly(.tree, chunks: 1)
    case .splitBinaryTree, .inOrderBinaryTree: return near(.tree, chunks: 1)
    case .binomial: return exactly(.binomial)
    case .knomial: return near(.binomial)
    case .scatterAllGather: return near(.scatterAllGather)
    case .barrierTree: return near(.recursiveDoubling)
    }
  }
}
