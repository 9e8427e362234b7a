/// What a collective does. `S` is the whole buffer of a request, as said for each case.
public enum CollectiveKind: String, Sendable, CaseIterable {
  /// Every rank ends with the sum of all ranks' S bytes.
  case allReduce = "all_reduce"
  /// Every rank ends with its S/n of the sum.
  case reduceScatter = "reduce_scatter"
  /// Every rank gives S/n and ends with all S.
  case allGather = "all_gather"
  /// The root's S bytes reach every rank.
  case broadcast
  /// The root ends with the sum of all ranks' S bytes.
  case reduce
  /// The root ends with S, S/n from each rank.
  case gather
  /// Every rank gets its S/n of the root's S.
  case scatter
  /// Every rank sends S/n of its own S to each rank.
  case allToAll = "all_to_all"
  /// The first of two ranks sends S to the second.
  case sendReceive = "send_receive"
  /// No rank leaves before all have come; S is 0.
  case barrier

  /// Reads a raw value or an alias, whatever the case and with `-` for `_`.
  public init?(spelling: String) {
    let name = normalised(spelling)
    if let kind = CollectiveKind(rawValue: name) {
      self = kind
    } else if let kind = CollectiveKind.aliases.first(where: { $0.name == name })?.kind {
      self = kind
    } else {
      return nil
    }
  }

  /// Other names that documents may use.
  public static let aliases: [(name: String, kind: CollectiveKind)] = [
    ("allreduce", .allReduce), ("reducescatter", .reduceScatter), ("allgather", .allGather),
    ("alltoall", .allToAll), ("point_to_point", .sendReceive), ("p2p", .sendReceive),
    ("send_recv", .sendReceive), ("sendrecv", .sendReceive),
  ]

  /// Whether one rank plays a part of its own.
  public var hasRoot: Bool {
    switch self {
    case .broadcast, .reduce, .gather, .scatter: true
    case .allReduce, .reduceScatter, .allGather, .allToAll, .sendReceive, .barrier: false
    }
  }
}

/// How a collective is done. Which algorithms can do which kind: `CollectiveKind.algorithms`.
public enum CollectiveAlgorithm: String, Sendable, CaseIterable {
  /// Neighbour to neighbour round a ring; a pipelined chain for broadcast and reduce.
  case ring
  /// A binary tree, pipelined in chunks.
  case tree
  /// Two binary trees, each with half of the data; a rank with children in one has none in the other.
  case doubleBinaryTree = "double_binary_tree"
  /// Exchanges at distance 1, 2, 4, …
  case recursiveDoubling = "recursive_doubling"
  /// Recursive halving, then recursive doubling, of an all-reduce; one of the two alone for any number of
  /// ranks.
  case rabenseifner
  /// ⌈log₂ n⌉ steps at distance 1, 2, 4, … round the ranks, of any number.
  case bruck
  /// NCCL's parallel aggregated trees: Bruck's steps the other way round, messages no larger than a buffer.
  case parallelAggregatedTrees = "pat"
  /// A binomial tree: the ranks that hold something double in every step.
  case binomial
  /// A broadcast as scatter and all-gather.
  case scatterAllGather = "scatter_all_gather"
  /// Reduce-scatter and all-gather, each in one step from every rank to every rank.
  case reduceScatterAllGather = "reduce_scatter_all_gather"
  /// All send to one, which sends the sum to all.
  case parameterServer = "parameter_server"
  /// Inside the nodes, between them, inside again; or over levels of the request's own.
  case hierarchical
  /// A switch reduces what its ranks send and gives the sum to all.
  case inNetwork = "in_network"
  /// Every message at once, from its source to its destination.
  case direct
  /// n − 1 steps, in step d with the rank at distance d.
  case pairwise
  /// The one of least closed-form time.
  case auto

  /// Reads a raw value or an alias, whatever the case and with `-` for `_`.
  public init?(spelling: String) {
    let name = normalised(spelling)
    if let algorithm = CollectiveAlgorithm(rawValue: name) {
      self = algorithm
    } else if let algorithm = CollectiveAlgorithm.aliases.first(where: { $0.name == name })?.algorithm {
      self = algorithm
    } else {
      return nil
    }
  }

  /// Other names that documents may use.
  public static let aliases: [(name: String, algorithm: CollectiveAlgorithm)] = [
    ("ring_allreduce", .ring), ("ring_all_reduce", .ring), ("tree_allreduce", .tree),
    ("tree_all_reduce", .tree), ("binary_tree", .tree), ("reduce_scatter", .reduceScatterAllGather),
    ("halving_doubling", .rabenseifner), ("linear", .direct), ("halvingdoubling", .rabenseifner),
    ("double_tree", .doubleBinaryTree), ("doublebinarytree", .doubleBinaryTree),
    ("two_tree", .doubleBinaryTree), ("parallel_aggregated_trees", .parallelAggregatedTrees),
    ("binomial_tree", .binomial), ("van_de_geijn", .scatterAllGather), ("blueconnect", .hierarchical),
    ("multilevel", .hierarchical), ("nvls", .inNetwork), ("sharp", .inNetwork), ("collnet", .inNetwork),
  ]
}

func normalised(_ spelling: String) -> String {
  String(spelling.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
}
