/// The numbers of RCCL's tuning models for gfx942 and gfx950. Columns are LL, LL128 and Simple.
///
/// - Source: AMD ROCm RCCL, `src/graph/tuning.cc` of 2025, tuning models 5 and 6.
enum RCCLTables {
  /// Latency of a launch, µs, of ring and tree.
  static let baseLatency: [Double] = [12, 12, 17]
  /// Latency of a hop over Infinity Fabric, µs.
  static let insideLatency: [NCCLAlgorithm: [Double]] = [.tree: [0.9, 0.9, 2.3], .ring: [0.8, 0.8, 2.1]]
  /// Latency of a hop between nodes, µs.
  static let networkLatency: [NCCLAlgorithm: [Double]] = [
    .tree: [10.5, 10.5, 25], .ring: [9.5, 9.5, 320],
  ]
  /// Share of the bandwidth of all channels, on one or two nodes and on more.
  static let share: [NCCLAlgorithm: [[Double]]] = [
    .tree: [[0.06, 0.06, 0.11], [0.06, 0.06, 0.59]], .ring: [[0.08, 0.08, 1], [0.08, 0.08, 1]],
  ]

  /// Factor on a tree's bandwidth by ⌊log2(bytes / 64)⌋, the last one beyond.
  static func treeCorrection(_ generation: RCCLGeneration) -> [[Double]] {
    generation == .gfx942
      ? [lowLatencyTree, lowLatencyTree, simpleTree942] : [lowLatencyTree, tree128, simpleTree950]
  }

  /// Factor on a ring's bandwidth between nodes by ⌊log2(bytes / 64)⌋, the last one beyond.
  static func ringCorrection(_ generation: RCCLGeneration) -> [[Double]] {
    generation == .gfx942
      ? [lowLatencyRing, lowLatencyRing, simpleRing942] : [lowLatencyRing, ring128, simpleRing950]
  }

  private static let lowLatencyTree: [Double] =
    Array(repeating: 0.1, count: 6) + [1, 1, 1, 1, 1, 0.6, 1, 0.9, 1, 1] + Array(repeating: 0.1, count: 11)
  private static let simpleTree942: [Double] =
    Array(repeating: 0.1, count: 15) + [0.7, 1, 1, 1, 1, 1, 0.7, 0.7, 0.5, 0.6, 0.6, 0.6]
  private static let tree128: [Double] =
    Array(repeating: 0.1, count: 6) + [1, 1, 1, 1, 1, 0.6, 1, 0.9, 1, 1, 1, 1, 1, 2]
    + Array(repeating: 0.1, count: 7)
  private static let simpleTree950: [Double] =
    Array(repeating: 0.1, count: 15) + [0.7, 1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.7, 0.8, 0.6, 0.6, 0.6]
  private static let lowLatencyRing: [Double] =
    Array(repeating: 0.1, count: 11) + [1, 0.2, 1, 0.4, 0.4, 0.1, 0.2, 0.2] + Array(repeating: 0.1, count: 8)
  private static let ring128: [Double] =
    Array(repeating: 0.1, count: 11) + [1, 0.2, 1, 0.4, 0.4, 0.1, 0.2] + Array(repeating: 0.1, count: 9)
  private static let simpleRing942: [Double] = Array(repeating: 0.1, count: 22) + [1, 0.8, 1, 1, 1]
  private static let simpleRing950: [Double] = Array(repeating: 0.1, count: 22) + [1, 0.8, 0.8, 1, 1]

  /// Sizes between nodes for which LL and LL128 are taken: above the first, up to the second, in bytes; of a
  /// reduce-scatter, an all-gather and a broadcast, one rank's. nil where the least time decides.
  static func ranges(
    _ kind: CollectiveKind, _ generation: RCCLGeneration
  ) -> (ll: (Int64, Int64), ll128: (Int64, Int64))? {
    switch (generation, kind) {
    case (.gfx942, .reduceScatter): ((0, 655_360), (131_072, 3_211_264))
    case (.gfx942, .allGather): ((0, 98304), (98304, 5_046_272))
    case (.gfx942, .allReduce): ((0, 1_048_576), (1_048_576, 9_437_184))
    case (.gfx950, .reduceScatter): ((0, 131_071), (131_071, 4_194_304))
    case (.gfx950, .allGather): ((0, 7), (7, 8_388_608))
    case (.gfx950, .allReduce): ((0, 131_071), (131_071, 17_660_227))
    case (.gfx950, .broadcast): ((0, 2048), (2048, 16_777_216))
    default: nil
    }
  }
}
