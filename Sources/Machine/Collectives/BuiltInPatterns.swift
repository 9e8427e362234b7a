extension CollectiveKind {
  /// The algorithms that can do it, in the order in which `auto` breaks ties.
  public var algorithms: [CollectiveAlgorithm] {
    CollectiveAlgorithm.allCases.filter { $0.pattern(for: self) != nil }
  }
}

extension CollectiveKind {
  /// The algorithms that `auto` chooses from.
  ///
  /// An all-reduce that sends n − 1 messages at once from every rank, or all to one server, looks
  /// cheap in a model without a cost per message; libraries do not use it, so `auto` does not either.
  public var automaticAlgorithms: [CollectiveAlgorithm] {
    self == .allReduce
      ? algorithms.filter { $0 != .reduceScatterAllGather && $0 != .parameterServer } : algorithms
  }
}

extension CollectiveAlgorithm {
  /// The built-in pattern of an algorithm for a kind of collective; nil where there is none, and for
  /// `auto`.
  public func pattern(for kind: CollectiveKind) -> (any CollectivePattern)? {
    switch (kind, self) {
    case (.allReduce, .ring): RingAllReduce()
    case (.allReduce, .tree): BinaryTree(reduces: true, broadcasts: true)
    case (.allReduce, .recursiveDoubling): RecursiveDoublingAllReduce()
    case (.allReduce, .rabenseifner): Rabenseifner()
    case (.allReduce, .reduceScatterAllGather): Direct.reduceScatterAllGather
    case (.allReduce, .parameterServer): Direct.parameterServer
    case (.allReduce, .hierarchical): Hierarchical()
    case (.reduceScatter, .ring): RingReduceScatter()
    case (.reduceScatter, .recursiveDoubling), (.allGather, .recursiveDoubling): RecursiveHalf(kind: kind)
    case (.reduceScatter, .direct): Direct.reduceScatter
    case (.reduceScatter, .pairwise): Pairwise(reduces: true)
    case (.allGather, .ring): RingAllGather()
    case (.allGather, .direct): Direct.allGather
    case (.allGather, .pairwise), (.allToAll, .pairwise): Pairwise(reduces: false)
    case (.broadcast, .ring): Chain(reduces: false)
    case (.broadcast, .tree): BinaryTree(reduces: false, broadcasts: true)
    case (.broadcast, .direct): Direct.broadcast
    case (.reduce, .ring): Chain(reduces: true)
    case (.reduce, .tree): BinaryTree(reduces: true, broadcasts: false)
    case (.reduce, .direct): Direct.reduce
    case (.gather, .direct): Direct.gather
    case (.scatter, .direct): Direct.scatter
    case (.allToAll, .direct): Direct.allToAll
    case (.sendReceive, .direct): PointToPoint()
    case (.barrier, .recursiveDoubling): DisseminationBarrier()
    default: nil
    }
  }
}
