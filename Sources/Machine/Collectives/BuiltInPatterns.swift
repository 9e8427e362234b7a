extension CollectiveKind {
  /// The algorithms that can do it, in the order in which `auto` breaks ties.
  public var algorithms: [CollectiveAlgorithm] {
    CollectiveAlgorithm.allCases.filter { $0.pattern(for: self) != nil }
  }
}

extension CollectiveKind {
  /// The algorithms that `auto` chooses from: those that libraries use on any network.
  ///
  /// An all-reduce that sends n − 1 messages at once from every rank, or all to one server, looks
  /// cheap in a model without a cost per message; libraries do not use it, so `auto` does not either.
  /// Nor does it take a reduction in the network, which wants switches that can, trees that one library has
  /// for one device a node, or halves for any number of ranks that none has.
  public var automaticAlgorithms: [CollectiveAlgorithm] {
    algorithms.filter {
      switch $0 {
      case .reduceScatterAllGather, .parameterServer, .inNetwork, .parallelAggregatedTrees: false
      case .rabenseifner: self == .allReduce
      default: true
      }
    }
  }
}

extension CollectiveAlgorithm {
  /// The built-in pattern of an algorithm for a kind of collective; nil where there is none, and for
  /// `auto`.
  public func pattern(for kind: CollectiveKind) -> (any CollectivePattern)? {
    switch kind {
    case .allReduce: allReducePattern
    case .reduceScatter: reduceScatterPattern
    case .allGather: allGatherPattern
    case .broadcast: broadcastPattern
    case .reduce: reducePattern
    case .gather: self == .direct ? Direct.gather : self == .binomial ? Binomial(kind: kind) : nil
    case .scatter: self == .direct ? Direct.scatter : self == .binomial ? Binomial(kind: kind) : nil
    case .allToAll: allToAllPattern
    case .sendReceive: self == .direct ? PointToPoint() : nil
    case .barrier: self == .recursiveDoubling ? DisseminationBarrier() : nil
    }
  }

  private var allReducePattern: (any CollectivePattern)? {
    switch self {
    case .ring: RingAllReduce()
    case .tree: BinaryTree(reduces: true, broadcasts: true)
    case .doubleBinaryTree: DoubleBinaryTree()
    case .recursiveDoubling: RecursiveDoublingAllReduce()
    case .rabenseifner: Rabenseifner()
    case .reduceScatterAllGather: Direct.reduceScatterAllGather
    case .parameterServer: Direct.parameterServer
    case .hierarchical: Hierarchical(kind: .allReduce)
    case .inNetwork: InNetworkAllReduce()
    default: nil
    }
  }

  private var reduceScatterPattern: (any CollectivePattern)? {
    switch self {
    case .ring: RingReduceScatter()
    case .recursiveDoubling: RecursiveHalf(kind: .reduceScatter)
    case .rabenseifner: RoughHalf(kind: .reduceScatter)
    case .parallelAggregatedTrees: ParallelAggregatedTrees(kind: .reduceScatter)
    case .hierarchical: Hierarchical(kind: .reduceScatter)
    case .direct: Direct.reduceScatter
    case .pairwise: Pairwise(reduces: true)
    default: nil
    }
  }

  private var allGatherPattern: (any CollectivePattern)? {
    switch self {
    case .ring: RingAllGather()
    case .recursiveDoubling: RecursiveHalf(kind: .allGather)
    case .rabenseifner: RoughHalf(kind: .allGather)
    case .bruck: BruckAllGather()
    case .parallelAggregatedTrees: ParallelAggregatedTrees(kind: .allGather)
    case .hierarchical: Hierarchical(kind: .allGather)
    case .direct: Direct.allGather
    case .pairwise: Pairwise(reduces: false)
    default: nil
    }
  }

  private var broadcastPattern: (any CollectivePattern)? {
    switch self {
    case .ring: Chain(reduces: false)
    case .tree: BinaryTree(reduces: false, broadcasts: true)
    case .binomial: Binomial(kind: .broadcast)
    case .scatterAllGather: ScatterAllGather()
    case .direct: Direct.broadcast
    default: nil
    }
  }

  private var reducePattern: (any CollectivePattern)? {
    switch self {
    case .ring: Chain(reduces: true)
    case .tree: BinaryTree(reduces: true, broadcasts: false)
    case .binomial: Binomial(kind: .reduce)
    case .direct: Direct.reduce
    default: nil
    }
  }

  private var allToAllPattern: (any CollectivePattern)? {
    switch self {
    case .bruck: BruckAllToAll()
    case .hierarchical: Hierarchical(kind: .allToAll)
    case .direct: Direct.allToAll
    case .pairwise: Pairwise(reduces: false)
    default: nil
    }
  }
}
