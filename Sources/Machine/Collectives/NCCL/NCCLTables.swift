/// The numbers of NCCL's tuning model.
///
/// - Source: NVIDIA NCCL 2.30.7, `src/graph/tuning.cc`.
enum NCCLTables {
  /// Latency of a launch, µs: rows tree, ring, CollNetDirect, CollNetChain, NVLS, NVLSTree, PAT; columns
  /// LL, LL128, Simple.
  static let baseLatency: [[Double]] = [
    [6.8, 14, 8.4], [6.6, 14, 8.4], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [8, 8, 8],
  ]

  /// Latency of a hop over NVLink, µs.
  static let nvlinkLatency: [[Double]] = [
    [0.6, 1.25, 4.0], [0.6, 1.9, 3.4], [0, 0, 3.7], [0, 0, 2.8], [0, 0, 25], [0, 0, 25], [0, 0, 4],
  ]

  /// Latency of a hop over PCIe, µs.
  static let pciLatency: [[Double]] = [
    [1.0, 1.9, 4.0], [1.0, 2.5, 5.7], [0, 0, 3.7], [0, 0, 2.8], [0, 0, 0], [0, 0, 0], [0, 0, 4],
  ]

  /// Latency of a hop between nodes, µs, without that of the network itself.
  static let networkLatency: [[Double]] = [
    [5.0, 8.5, 14], [2.7, 4.0, 14], [0, 0, 31], [0, 0, 30], [0, 0, 18], [0, 0, 20.9], [0, 0, 14],
  ]

  /// LL over all channels, GB/s: rows are generations, columns one, two and more nodes.
  static let maximumLL: [[Double]] = [[39, 39, 20.4], [87.7, 22.5, 19], [141, 45, 35], [282, 90, 70]]

  /// LL128 on a ring, GB/s per channel.
  static let ringLL128: [[Double]] = [[20, 20, 20], [20, 20, 20], [36.7, 36.7, 36.7], [40, 40, 40]]

  /// LL128 on a tree, GB/s per channel.
  static let treeLL128: [[Double]] = [[20, 20, 20], [20, 20, 20], [36.7, 36.7, 29], [55.6, 31.67, 20]]

  /// A tree, GB/s per channel.
  static let tree: [[Double]] = [[26.5, 18.5, 10], [24, 23.6, 17.8], [38.7, 41.4, 36], [70, 42.8, 24]]

  /// A tree between NVLink switches, GB/s per channel.
  static let nvlsTree: [[Double]] = [[26.5, 18.5, 10], [24, 23.6, 17.8], [0, 57.7, 45.5], [0, 96, 80]]

  /// Share of the NVLink rate that reduction in the switch reaches, by generation.
  static let nvlsEfficiency: [Double] = [0, 0, 0.85, 0.74]

  /// Factor on a tree's bandwidth by ⌊log2(bytes / 64)⌋: rows LL, LL128, Simple.
  static let treeCorrection: [[Double]] = [
    [
      1, 1, 1, 1, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.6, 0.5, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1, 1, 1, 1,
    ],
    [
      1, 1, 1, 1, 1, 0.9, 0.8, 0.8, 0.8, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.8, 0.9, 0.9, 0.9, 0.9, 1, 1, 1,
    ],
    [
      0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.7, 0.7, 0.8,
      0.9, 0.9, 0.9,
    ],
  ]

  /// Column of a table by nodes: one, two, more.
  static func column(nodeCount: Int) -> Int { min(nodeCount, 3) - 1 }

  /// ⌊log2 n⌋, 0 for n < 1.
  static func log2Floor(_ number: Int) -> Int {
    number < 1 ? 0 : Int.bitWidth - 1 - number.leadingZeroBitCount
  }
}
