import FineTuning
import PostTraining
import Quantities

/// What a step of a stage spends around its updates, and on what.
public struct PostTrainingReport: Sendable, Equatable {
  public var stage: TrainingStage
  public var samples: Int
  /// Sequences of one sample in one pass of the trained model.
  public var sequencesPerSample: Int
  public var step: PostTrainingStep
  /// Forward passes by role, in the order in which they are made.
  public var scoring: [Pass]
  /// Updates by role, all epochs together.
  public var updates: [Pass]
  /// `nil` where the data set has the answers.
  public var rollout: RolloutReport?

  /// The passes of one model in a step.
  public struct Pass: Sendable, Equatable {
    public var role: ModelRole
    /// Sequences of one sample.
    public var sequences: Int
    public var time: SimDuration
  }
}

/// How the answers of a step came to be.
public struct RolloutReport: Sendable, Equatable {
  public var placement: RolloutPlan.Placement
  public var workers: Int
  public var tensorParallel: Int
  /// Of the slowest worker.
  public var time: RolloutTime
  /// Tokens that all workers generate in a step.
  public var generatedTokens: Int
  /// Weights of a rank in the layout of generation.
  public var weightBytes: ByteCount
  /// Bytes that a transfer of weights brings to a rank, or to every node that generates.
  public var syncBytes: ByteCount
}
