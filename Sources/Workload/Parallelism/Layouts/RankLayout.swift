/// Which rank stands where in the grid of a parallel plan, and who its peers are.
///
/// Ranks are numbered with the first axis of `order` running fastest. With the default, tensor ranks are
/// neighbours and share a node, and pipeline stages lie farthest apart, as Megatron-LM places them.
///
/// - Source: Narayanan et al. 2021, arXiv:2104.04473, section 3 (which axis goes where, and why).
public struct RankLayout: Sendable, Hashable {
  public let degrees: ParallelDegrees
  /// Axes, the fastest first; all four of them.
  public let order: [ParallelAxis]
  /// Ranks that shard parameters, gradients or optimizer states together; divides data × context.
  public let shardSize: Int
  private let strides: [Int]

  public static let megatronOrder: [ParallelAxis] = [.tensor, .context, .data, .pipeline]

  /// - Parameters:
  ///   - order: a permutation of all axes.
  ///   - shardSize: nil: all data and context ranks.
  /// - Precondition: degrees ≥ 1, `order` holds every axis once, and `shardSize` divides data × context.
  public init(
    _ degrees: ParallelDegrees, order: [ParallelAxis] = RankLayout.megatronOrder, shardSize: Int? = nil
  ) {
    precondition(Set(order).count == 4 && order.count == 4, "an order names every axis once")
    self.degrees = degrees
    self.order = order
    let holders = degrees.data * degrees.context
    self.shardSize = shardSize ?? holders
    precondition(self.shardSize >= 1 && holders % self.shardSize == 0, "shards divide the data ranks")
    var strides = [Int](repeating: 1, count: 4)
    var stride = 1
    for axis in order {
      strides[axis.index] = stride
      stride *= degrees[axis]
    }
    self.strides = strides
  }

  /// `count` ranks that divide the samples alone.
  public static func dataParallel(_ count: Int) -> RankLayout { RankLayout(ParallelDegrees(data: count)) }

  public var rankCount: Int { degrees.rankCount }

  /// The place of a rank on an axis.
  public func coordinate(_ axis: ParallelAxis, of rank: Int) -> Int {
    rank / strides[axis.index] % degrees[axis]
  }

  /// The rank with another place on one axis.
  public func rank(_ rank: Int, movedTo place: Int, on axis: ParallelAxis) -> Int {
    rank + (place - coordinate(axis, of: rank)) * strides[axis.index]
  }

  /// The number of a rank among those of its pipeline stage, in their order.
  public func stageIndex(of rank: Int) -> Int {
    var index = 0
    var scale = 1
    for axis in order where axis != .pipeline {
      index += coordinate(axis, of: rank) * scale
      scale *= degrees[axis]
    }
    return index
  }

  /// The rank of a number within a pipeline stage.
  public func rank(stageIndex: Int, stage: Int) -> Int {
    var rest = stageIndex
    var rank = stage * strides[ParallelAxis.pipeline.index]
    for axis in order where axis != .pipeline {
      rank += rest % degrees[axis] * strides[axis.index]
      rest /= degrees[axis]
    }
    return rank
  }
}

extension ParallelAxis {
  var index: Int {
    switch self {
    case .tensor: 0
    case .context: 1
    case .data: 2
    case .pipeline: 3
    }
  }
}

extension ParallelDegrees {
  public subscript(axis: ParallelAxis) -> Int {
    switch axis {
    case .tensor: tensor
    case .context: context
    case .data: data
    case .pipeline: pipeline
    }
  }
}
