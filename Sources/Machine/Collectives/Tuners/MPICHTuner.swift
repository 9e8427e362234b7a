import Quantities

/// MPICH's choice by size and number of ranks.
///
/// With P for a power of two of ranks:
///
/// | Kind | Rule |
/// |---|---|
/// | broadcast | binomial below 12 KiB or 8 ranks, else scatter and all-gather |
/// | reduce | binomial up to 2 KiB, above reduce-scatter and gather |
/// | all-reduce | recursive doubling up to 2 KiB, above Rabenseifner |
/// | reduce-scatter | recursive halving below 512 KiB, above pairwise |
/// | all-gather | P below 512 KiB recursive doubling, else below 80 KiB Bruck, else ring |
/// | all-to-all | by bytes for one rank: up to 256 B among 8 ranks or more Bruck, up to 32 KiB direct, else pairwise |
/// | gather, scatter | binomial |
///
/// Sizes of broadcast, reduce, all-reduce, reduce-scatter and all-gather are S. Its broadcast of a power of
/// two gathers by recursive doubling up to 512 KiB, which counts as a ring here; its long reduce counts as a
/// binomial tree; its halving folds ranks beyond a power of two, where the pattern here does not need to.
///
/// - Source: Thakur, Rabenseifner & Gropp 2005, doi:10.1177/1094342005051521; the defaults of MPICH 4's
///   control variables, such as `MPIR_CVAR_BCAST_SHORT_MSG_SIZE`.
public struct MPICHTuner: CollectiveTuner {
  public let name = TunerName.mpich

  public init() {}

  public func choice(
    for kind: CollectiveKind, bytes: ByteCount, among rankCount: Int
  ) -> TunerChoice? {
    if rankCount < 2 { return nil }
    let size = bytes.bytes
    let isPowerOfTwo = powerOfTwo(notAbove: rankCount) == rankCount
    switch kind {
    case .broadcast:
      if size < 12288 || rankCount < 8 { return TunerChoice(.binomial, libraryName: "binomial") }
      return size < 524_288 && isPowerOfTwo
        ? TunerChoice(
          .scatterAllGather, libraryName: "scatter_recursive_doubling_allgather", isApproximate: true)
        : TunerChoice(.scatterAllGather, libraryName: "scatter_ring_allgather")
    case .reduce:
      return size <= 2048
        ? TunerChoice(.binomial, libraryName: "binomial")
        : TunerChoice(.binomial, libraryName: "reduce_scatter_gather", isApproximate: true)
    case .allReduce:
      return size <= 2048
        ? TunerChoice(.recursiveDoubling, libraryName: "recursive_doubling")
        : TunerChoice(.rabenseifner, libraryName: "reduce_scatter_allgather")
    case .reduceScatter:
      return size < 524_288
        ? TunerChoice(.rabenseifner, libraryName: "recursive_halving", isApproximate: !isPowerOfTwo)
        : TunerChoice(.pairwise, libraryName: "pairwise")
    case .allGather:
      if size < 524_288 && isPowerOfTwo {
        return TunerChoice(.recursiveDoubling, libraryName: "recursive_doubling")
      }
      return size < 81920
        ? TunerChoice(.bruck, libraryName: "brucks") : TunerChoice(.ring, libraryName: "ring")
    case .allToAll:
      let block = size / Int64(rankCount)
      if block <= 256 && rankCount >= 8 { return TunerChoice(.bruck, libraryName: "brucks") }
      return block <= 32768
        ? TunerChoice(.direct, libraryName: "scattered") : TunerChoice(.pairwise, libraryName: "pairwise")
    case .gather, .scatter: return TunerChoice(.binomial, libraryName: "binomial")
    case .barrier: return TunerChoice(.recursiveDoubling, libraryName: "dissemination")
    case .sendReceive:
      return rankCount == 2 ? TunerChoice(.direct, libraryName: "send_receive") : nil
    }
  }
}
