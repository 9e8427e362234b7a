/// The fixed rules of Open MPI's component `tuned`: for each kind rows by number of ranks, in each row the
/// algorithm by bytes.
///
/// - Source: Open MPI, `ompi/mca/coll/tuned/coll_tuned_decision_fixed.c`.
enum OpenMPIRules {
  /// Its names.
  enum Algorithm: String, Sendable {
    case linear, chain, pipeline, ring, rabenseifner, bruck, pairwise, binomial, knomial, butterfly
    case nonOverlapping = "nonoverlapping"
    case recursiveDoubling = "recursive_doubling"
    case recursiveHalving = "recursive_halving"
    case segmentedRing = "segmented_ring"
    case linearSynchronised = "linear_sync"
    case linearNonBlocking = "linear_nb"
    case twoProcesses = "two_proc"
    case neighbour = "neighbor"
    case binaryTree = "binary_tree"
    case splitBinaryTree = "split_binary_tree"
    case inOrderBinaryTree = "in-order_binary"
    case scatterAllGather = "scatter_allgather"
    case barrierTree = "tree"
  }

  typealias Size = (below: Int64, algorithm: Algorithm)
  typealias Row = (ranksBelow: Int, sizes: [Size])

  static func rules(for kind: CollectiveKind) -> [Row] {
    switch kind {
    case .allReduce: allReduce
    case .reduceScatter: reduceScatter
    case .allGather: allGather
    case .broadcast: broadcast
    case .reduce: reduce
    case .gather: gather
    case .scatter: scatter
    case .allToAll: allToAll
    case .barrier: barrier
    case .sendReceive: []
    }
  }

  static let allReduce: [Row] = [
    (
      4,
      [
        (8, .ring), (4096, .recursiveDoubling), (8192, .ring), (16384, .recursiveDoubling), (65536, .ring),
        (262_144, .segmentedRing), (.max, .rabenseifner),
      ]
    ),
    (8, [(16, .ring), (8192, .recursiveDoubling), (.max, .rabenseifner)]),
    (16, [(8192, .recursiveDoubling), (.max, .rabenseifner)]),
    (32, [(64, .segmentedRing), (4096, .recursiveDoubling), (.max, .rabenseifner)]),
    (64, [(128, .segmentedRing), (.max, .rabenseifner)]),
    (128, [(262_144, .recursiveDoubling), (.max, .rabenseifner)]),
    (256, [(131_072, .nonOverlapping), (262_144, .recursiveDoubling), (.max, .rabenseifner)]),
    (512, [(4096, .nonOverlapping), (.max, .rabenseifner)]),
    (2048, [(2048, .nonOverlapping), (16384, .recursiveDoubling), (.max, .rabenseifner)]),
    (
      4096,
      [(2048, .nonOverlapping), (4096, .segmentedRing), (16384, .recursiveDoubling), (.max, .rabenseifner)]
    ),
    (
      .max,
      [(2048, .nonOverlapping), (16384, .segmentedRing), (32768, .recursiveDoubling), (.max, .rabenseifner)]
    ),
  ]

  static let reduceScatter: [Row] = [
    (4, [(65536, .ring), (131_072, .butterfly), (.max, .ring)]),
    (8, [(8, .nonOverlapping), (262_144, .recursiveHalving), (.max, .ring)]),
    (32, [(262_144, .recursiveHalving), (.max, .ring)]),
    (64, [(64, .nonOverlapping), (2048, .recursiveHalving), (524_288, .butterfly), (.max, .ring)]),
    (
      128,
      [
        (256, .nonOverlapping), (512, .recursiveHalving), (2048, .butterfly), (4096, .recursiveHalving),
        (.max, .butterfly),
      ]
    ),
    (256, [(256, .nonOverlapping), (512, .recursiveHalving), (.max, .butterfly)]),
    (512, [(256, .nonOverlapping), (1024, .recursiveHalving), (.max, .butterfly)]),
    (
      1024,
      [
        (512, .nonOverlapping), (2048, .recursiveHalving), (8192, .butterfly), (16384, .recursiveHalving),
        (.max, .butterfly),
      ]
    ),
    (
      2048,
      [
        (512, .nonOverlapping), (4096, .recursiveHalving), (16384, .butterfly), (32768, .recursiveHalving),
        (.max, .butterfly),
      ]
    ),
    (4096, [(512, .nonOverlapping), (4096, .recursiveHalving), (.max, .butterfly)]),
    (.max, [(1024, .nonOverlapping), (8192, .recursiveHalving), (.max, .butterfly)]),
  ]

  static let allGather: [Row] = [
    (3, [(.max, .twoProcesses)]),
    (32, [(.max, .recursiveDoubling)]),
    (64, [(1024, .recursiveDoubling), (65536, .neighbour), (.max, .ring)]),
    (128, [(512, .recursiveDoubling), (65536, .neighbour), (.max, .ring)]),
    (
      256,
      [
        (512, .recursiveDoubling), (131_072, .neighbour), (524_288, .ring), (1_048_576, .neighbour),
        (.max, .ring),
      ]
    ),
    (
      512,
      [
        (32, .recursiveDoubling), (128, .bruck), (1024, .recursiveDoubling), (131_072, .neighbour),
        (524_288, .ring), (1_048_576, .neighbour), (.max, .ring),
      ]
    ),
    (1024, [(64, .recursiveDoubling), (256, .bruck), (2048, .recursiveDoubling), (.max, .neighbour)]),
    (
      2048,
      [
        (4, .recursiveDoubling), (8, .bruck), (16, .recursiveDoubling), (32, .bruck),
        (256, .recursiveDoubling), (512, .bruck), (4096, .recursiveDoubling), (.max, .neighbour),
      ]
    ),
    (
      4096,
      [
        (32, .bruck), (128, .recursiveDoubling), (512, .bruck), (4096, .recursiveDoubling),
        (.max, .neighbour),
      ]
    ),
    (
      .max,
      [
        (2, .recursiveDoubling), (8, .bruck), (16, .recursiveDoubling), (512, .bruck),
        (4096, .recursiveDoubling), (.max, .neighbour),
      ]
    ),
  ]

  static let allToAll: [Row] = [
    (
      3,
      [
        (2, .pairwise), (4, .twoProcesses), (16, .pairwise), (64, .twoProcesses), (256, .pairwise),
        (4096, .twoProcesses), (32768, .pairwise), (262_144, .linearSynchronised), (1_048_576, .twoProcesses),
        (.max, .pairwise),
      ]
    ),
    (
      8,
      [
        (8192, .linearSynchronised), (16384, .linear), (65536, .linearSynchronised), (524_288, .linear),
        (1_048_576, .pairwise), (.max, .linear),
      ]
    ),
    (16, [(262_144, .linearSynchronised), (.max, .linear)]),
    (
      32,
      [
        (4, .linearSynchronised), (512, .bruck), (8192, .linearSynchronised), (32768, .linear),
        (262_144, .linearSynchronised), (524_288, .linear), (.max, .linearSynchronised),
      ]
    ),
    (64, [(512, .bruck), (524_288, .linear), (.max, .linearSynchronised)]),
    (
      128,
      [(1024, .bruck), (2048, .linear), (4096, .linearSynchronised), (262_144, .linear), (.max, .pairwise)]
    ),
    (256, [(1024, .bruck), (2048, .linearSynchronised), (262_144, .linear), (.max, .pairwise)]),
    (512, [(1024, .bruck), (8192, .linearSynchronised), (32768, .linear), (.max, .pairwise)]),
    (
      1024,
      [
        (512, .bruck), (8192, .linearSynchronised), (16384, .linear), (131_072, .linearSynchronised),
        (262_144, .linear), (.max, .pairwise),
      ]
    ),
    (
      2048,
      [
        (512, .bruck), (1024, .linearSynchronised), (2048, .linear), (16384, .linearSynchronised),
        (262_144, .linear), (.max, .linearSynchronised),
      ]
    ),
    (
      4096,
      [
        (1024, .bruck), (4096, .linearSynchronised), (8192, .linear), (131_072, .linearSynchronised),
        (.max, .linear),
      ]
    ),
    (
      .max,
      [
        (2048, .bruck), (8192, .linearSynchronised), (16384, .linear), (32768, .linearSynchronised),
        (65536, .linear), (.max, .linearSynchronised),
      ]
    ),
  ]

  static let barrier: [Row] = [
    (4, [(.max, .recursiveDoubling)]),
    (8, [(.max, .linear)]),
    (64, [(.max, .recursiveDoubling)]),
    (256, [(.max, .bruck)]),
    (512, [(.max, .barrierTree)]),
    (1024, [(.max, .bruck)]),
    (4096, [(.max, .barrierTree)]),
    (.max, [(.max, .bruck)]),
  ]

}
