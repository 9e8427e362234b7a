import Parallelism

/// How work is divided among the ranks.
public struct PlanDeclaration: Sendable, Equatable {
  /// Data-parallel degree; what the other degrees leave of the ranks.
  public var data = 0
  public var tensor = 1
  public var pipeline = 1
  public var context = 1
  public var contextMethod = ContextMethod.ring
  public var expert = 1
  /// Ranks that divide one expert's matrices; `nil`: as many as `tensor` where there are experts to divide.
  public var expertTensor: Int?
  public var virtualStages = 1
  /// `nil`: 1f1b, or interleaved where there are virtual stages.
  public var schedule: PipelineScheduleKind?
  /// Transformer blocks of every stage; empty: divided evenly.
  public var stageBlocks: [Int] = []
  /// What data ranks share out: 0 nothing, 1 optimizer states, 2 gradients too, 3 parameters too.
  public var zero = 0
  /// Ranks that share out one copy; `nil`: all data and context ranks.
  public var shard: Int?
  /// Whether gradients that are shared out are reduced once a step.
  public var reduceOnce = false
  /// Whether row-wise work is divided by tokens among tensor ranks; `nil`: where there are several.
  public var sequenceParallel: Bool?
  /// Axes of the grid of ranks, the fastest first.
  public var order = RankLayout.megatronOrder
  public var overlap = OverlapDeclaration()
  public var experts = ExpertLoadDeclaration()
}

/// Which exchanges run beside computation, beside those of gradients.
public struct OverlapDeclaration: Sendable, Equatable {
  public var tensor = false
  public var parameters = false
  /// `nil`: where the schedule is neither gpipe nor 1f1b.
  public var pipeline: Bool?
}

/// How unevenly tokens visit the experts.
public struct ExpertLoadDeclaration: Sendable, Equatable {
  /// Tokens of the busiest rank over the mean.
  public var imbalance = 1.0
  /// Places of an expert over its mean tokens; `nil`: as many as come.
  public var capacity: Double?
}
