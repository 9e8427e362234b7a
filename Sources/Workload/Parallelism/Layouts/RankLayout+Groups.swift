extension RankLayout {
  /// Ranks in every group of a communicator.
  public func groupSize(of communicator: Communicator) -> Int {
    switch communicator {
    case .tensor: degrees.tensor
    case .context: degrees.context
    case .data: degrees.data * degrees.context
    case .shard: shardSize
    case .replica: degrees.data * degrees.context / shardSize
    case .expert: degrees.expert
    case .expertTensor: degrees.expertTensor
    case .expertData: degrees.expertData
    case .embedding: min(2, degrees.pipeline)
    case .world: rankCount
    }
  }

  /// The group of a communicator that a rank belongs to, in the communicator's order.
  ///
  /// A rank of a middle stage is its own embedding group.
  ///
  /// - Complexity: O(size of the group).
  public func members(of communicator: Communicator, with rank: Int) -> [Int] {
    switch communicator {
    case .tensor: return along(.tensor, rank)
    case .context: return along(.context, rank)
    case .data: return dataRanks(with: rank)
    case .shard:
      let all = dataRanks(with: rank)
      let first = dataIndex(of: rank) / shardSize * shardSize
      return Array(all[first..<first + shardSize])
    case .replica:
      let all = dataRanks(with: rank)
      return stride(from: dataIndex(of: rank) % shardSize, to: all.count, by: shardSize).map { all[$0] }
    case .expertTensor, .expert, .expertData: return expertMembers(of: communicator, with: rank)
    case .embedding:
      let place = coordinate(.pipeline, of: rank)
      guard degrees.pipeline > 1, place == 0 || place == degrees.pipeline - 1 else { return [rank] }
      return [0, degrees.pipeline - 1].map { self.rank(rank, movedTo: $0, on: .pipeline) }
    case .world: return Array(0..<rankCount)
    }
  }

  private func along(_ axis: ParallelAxis, _ rank: Int) -> [Int] {
    (0..<degrees[axis]).map { self.rank(rank, movedTo: $0, on: axis) }
  }

  /// Whether context ranks are nearer to one another than data ranks.
  private var contextRunsFirst: Bool {
    order.firstIndex(of: .context)! < order.firstIndex(of: .data)!
  }

  /// The number of a rank among those with its parameters.
  private func dataIndex(of rank: Int) -> Int {
    let (context, data) = (coordinate(.context, of: rank), coordinate(.data, of: rank))
    return contextRunsFirst ? context + data * degrees.context : data + context * degrees.data
  }

  private func dataRanks(with rank: Int) -> [Int] {
    let (inner, outer): (ParallelAxis, ParallelAxis) =
      contextRunsFirst ? (.context, .data) : (.data, .context)
    return along(outer, rank).flatMap { along(inner, $0) }
  }

  /// Expert-tensor ranks run fastest within a stage, then expert ranks, then expert-data ranks.
  private func expertMembers(of communicator: Communicator, with rank: Int) -> [Int] {
    let stage = coordinate(.pipeline, of: rank)
    let index = stageIndex(of: rank)
    let (step, count) =
      switch communicator {
      case .expertTensor: (1, degrees.expertTensor)
      case .expert: (degrees.expertTensor, degrees.expert)
      default: (degrees.expertTensor * degrees.expert, degrees.expertData)
      }
    let first = index - index / step % count * step
    return (0..<count).map { self.rank(stageIndex: first + $0 * step, stage: stage) }
  }
}
