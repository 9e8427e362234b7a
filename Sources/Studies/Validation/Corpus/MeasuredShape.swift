/// The dimensions of a model as a source states them; `nil` where it does not.
public struct MeasuredShape: Sendable, Equatable {
  /// Trainable parameters, as the source counts them.
  public var parameters: Double?
  public var layers: Int?
  public var hidden: Int?
  public var heads: Int?
  public var keyValueHeads: Int?
  public var headWidth: Int?
  /// Width of the feed-forward layer, of one expert where the model has experts.
  public var feedForward: Int?
  public var vocabulary: Int?
  public var experts: Int?
  public var expertsPerToken: Int?
}

/// How the work of a run is divided, as its source states it.
///
/// `tensor · pipeline · context · data` is the number of devices; experts live inside the data-parallel ranks.
public struct MeasuredLayout: Sendable, Equatable {
  public var tensor = 1
  public var pipeline = 1
  /// Model chunks of a pipeline rank; `nil`: not stated.
  public var virtualStages: Int?
  public var context = 1
  public var expert = 1
  public var data: Int?
  /// `nil`: not stated.
  public var zeroStage: Int?
  /// Ranks that shard together; `nil`: all data-parallel ranks.
  public var shardSize: Int?
  /// `nil`: not stated.
  public var sequenceParallel: Bool?
}
