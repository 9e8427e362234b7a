import Collectives

/// A collective of 1 GiB that is measured.
struct Case {
  /// Bytes of memory that no case may exceed.
  static let memoryThreshold = 1 << 30

  var name: String
  var kind = CollectiveKind.allReduce
  var nodeCount: Int
  var devicesPerNode = 1
  var algorithm: CollectiveAlgorithm
  var folded = false
  /// Seconds of processor time; nil only prints.
  var threshold: Double?

  /// Growth is shown over ranks.
  var size: Int { nodeCount * devicesPerNode }

  var series: String {
    let what = kind == .allReduce ? algorithm.rawValue + " all-reduce" : "all-to-all"
    return folded ? what + " folded" : what
  }

  /// Long ones run twice, short ones often enough that the clock's own cost is small beside them.
  var runCount: Int { folded ? 9 : nodeCount > 2048 ? 2 : 4 }
}

let cases = [
  Case(name: "ring, 1,024 nodes", nodeCount: 1024, algorithm: .ring, threshold: 0.3),
  Case(name: "ring, 128 x 8", nodeCount: 128, devicesPerNode: 8, algorithm: .ring),
  Case(name: "hierarchical, 128 x 8", nodeCount: 128, devicesPerNode: 8, algorithm: .hierarchical),
  Case(name: "tree, 1,024 nodes", nodeCount: 1024, algorithm: .tree),
  Case(name: "two trees, 1,024 nodes", nodeCount: 1024, algorithm: .doubleBinaryTree),
  Case(
    name: "all-to-all, 1,024 nodes", kind: .allToAll, nodeCount: 1024, algorithm: .pairwise, threshold: 1),
  Case(
    name: "the same, all at once", kind: .allToAll, nodeCount: 1024, algorithm: .direct, threshold: 1),
  Case(name: "ring, 4,096 nodes", nodeCount: 4096, algorithm: .ring, threshold: 5),
  Case(name: "ring, 1,024 nodes, folded", nodeCount: 1024, algorithm: .ring, folded: true, threshold: 0.01),
  Case(name: "ring, 8,192 nodes, folded", nodeCount: 8192, algorithm: .ring, folded: true),
  Case(
    name: "ring, 16,384 x 8, folded", nodeCount: 16384, devicesPerNode: 8, algorithm: .ring, folded: true,
    threshold: 0.1),
]

/// What the plot of growth shows, in the order of size, so that memory is that of the largest so far.
let growthCases =
  [256, 512, 1024, 2048, 4096].map { count in
    Case(name: "ring", nodeCount: count, algorithm: .ring)
  }
  + [128, 256, 512, 1024, 2048].map { count in
    Case(name: "all-to-all", kind: .allToAll, nodeCount: count, algorithm: .pairwise)
  }
  + [1024, 4096, 16384, 65536, 131_072].map { count in
    Case(name: "folded", nodeCount: count, algorithm: .ring, folded: true)
  }
