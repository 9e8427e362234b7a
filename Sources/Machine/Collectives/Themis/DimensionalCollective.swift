/// One dimension of a network: rings of g ranks that differ in one coordinate alone.
public struct NetworkDimension: Sendable, Equatable {
  /// g.
  public var rankCount: Int
  /// α and β of a hop to the next rank of the dimension.
  public var hop: HopCost

  public init(rankCount: Int, hop: HopCost) {
    self.rankCount = rankCount
    self.hop = hop
  }
}

/// A collective over a network of several dimensions, in chunks, each with an order of the dimensions of its
/// own.
///
/// A chunk of C bytes is reduced and scattered round one dimension after the other, and gathered in the
/// opposite order. In a dimension of g ranks x bytes take
///
///     t = (g − 1) (α + x/g β (+ x/g γ))
///
/// and leave x/g. A dimension has one chunk at a time, first come, first served; different dimensions work at
/// once, so that the chunks form a pipeline. A fixed order gives nearly all bytes to the first dimension.
///
/// - Source: S. Rashidi et al. 2022, "Themis: a network bandwidth-aware collective scheduling policy for
///   distributed training of DL models", doi:10.1145/3470496.3527382.
public struct DimensionalCollective: Sendable, Equatable {
  public private(set) var kind: CollectiveKind
  public private(set) var dimensions: [NetworkDimension]
  /// S.
  public private(set) var bytes: Double
  public private(set) var reductionSecondsPerByte: Double
  /// For each chunk the dimensions in the order of its reduce-scatter.
  public internal(set) var orders: [[Int]]

  /// Chunks that all take the dimensions in the order given.
  ///
  /// - Throws: `CollectiveError` for other kinds than all-reduce, reduce-scatter and all-gather, dimensions
  ///   of fewer than two ranks, and no chunks.
  public init(
    _ kind: CollectiveKind, bytes: Double, over dimensions: [NetworkDimension], chunkCount: Int,
    reductionSecondsPerByte: Double = 0
  ) throws(CollectiveError) {
    guard [.allReduce, .reduceScatter, .allGather].contains(kind) else {
      throw .unsupported(kind, .hierarchical)
    }
    guard (1...65536).contains(chunkCount) else { throw .noChunks(chunkCount) }
    guard bytes >= 0, bytes <= 1e18 else { throw .negative("bytes") }
    guard reductionSecondsPerByte >= 0, reductionSecondsPerByte.isFinite else {
      throw .negative("reduction time per byte")
    }
    var product = 1
    for dimension in dimensions {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension.rankCount)
      guard dimension.rankCount >= 2, !overflow, next <= 1 << 24 else {
        throw .unfitLevels(dimensions.map(\.rankCount), rankCount: product)
      }
      guard dimension.hop.latency >= 0, dimension.hop.secondsPerByte >= 0,
        dimension.hop.latency.isFinite, dimension.hop.secondsPerByte.isFinite
      else { throw .negative("latency or time per byte of a dimension") }
      product = next
    }
    if dimensions.isEmpty { throw .noRanks }
    self.kind = kind
    self.bytes = bytes
    self.dimensions = dimensions
    self.reductionSecondsPerByte = reductionSecondsPerByte
    orders = Array(repeating: Array(dimensions.indices), count: chunkCount)
  }

  public var rankCount: Int { dimensions.reduce(1) { $0 * $1.rankCount } }

  /// Messages of all chunks: every rank's in every stage.
  public var messageCount: Int {
    let rings = dimensions.reduce(0) { $0 + $1.rankCount - 1 }
    return rankCount * rings * orders.count * (kind == .allReduce ? 2 : 1)
  }

  /// C.
  public var chunkBytes: Double { bytes / Double(orders.count) }

  /// A chunk in one dimension.
  struct Stage: Equatable {
    var dimension: Int
    /// What enters a reduce-scatter, or leaves an all-gather.
    var bytes: Double
    var reduces: Bool
  }

  /// The stages of a chunk, in the order in which it passes through them.
  func stages(of chunk: Int) -> [Stage] {
    var scatter: [Stage] = []
    var left = chunkBytes
    for dimension in orders[chunk] {
      scatter.append(Stage(dimension: dimension, bytes: left, reduces: true))
      left /= Double(dimensions[dimension].rankCount)
    }
    let gather = scatter.reversed().map { Stage(dimension: $0.dimension, bytes: $0.bytes, reduces: false) }
    switch kind {
    case .reduceScatter: return scatter
    case .allGather: return gather
    default: return scatter + gather
    }
  }

  /// t, in seconds.
  func time(_ stage: Stage) -> Double {
    let dimension = dimensions[stage.dimension]
    let part = stage.bytes / Double(dimension.rankCount)
    let gamma = stage.reduces ? reductionSecondsPerByte : 0
    return Double(dimension.rankCount - 1)
      * (dimension.hop.latency + part * (dimension.hop.secondsPerByte + gamma))
  }
}
