/// What one sample of a stage asks of the models that take part.
///
/// A sample is what the data set has a row for: a text, a pair of answers, an answer with its mark, or a
/// prompt. A sequence is a prompt with one answer; memory and time of the passes are those of `sequences`
/// sequences.
public struct StageWork: Sendable, Equatable {
  /// A model that stays in memory.
  public struct Resident: Sendable, Equatable {
    public var role: ModelRole
    /// Trained models have gradients and optimizer states; the others only weights.
    public var isTrained: Bool
  }

  /// Passes of one model over the sequences of a sample.
  public struct ModelPass: Sendable, Equatable {
    public var role: ModelRole
    /// Sequences that it passes, those of all epochs together.
    public var sequences: Int
  }

  /// Answers that the policy writes itself.
  public struct Rollout: Sendable, Equatable {
    /// Answers for one prompt; they share its prefill.
    public var groupSize: Int
  }

  public var stage: TrainingStage
  public var residents: [Resident]
  /// Passes without a backward pass.
  public var forwards: [ModelPass]
  /// Forward and backward passes.
  public var trainings: [ModelPass]
  public var rollout: Rollout?
  /// Numbers kept for each token of a sequence between scoring and update.
  public var valuesPerToken: Int
  /// Numbers kept for each sequence.
  public var valuesPerSequence: Int
  /// Sequences of one sample that those numbers are kept of.
  public var scoredSequences: Int

  /// Bytes that scoring leaves for the update, for one sample.
  ///
  ///     4 · n · (T · v + u)
  ///
  /// n scored sequences of T tokens, v fp32 numbers a token and u a sequence.
  public func scoreBytes(tokens: Int) -> Int {
    4 * scoredSequences * (tokens * valuesPerToken + valuesPerSequence)
  }

  /// FLOPs of one sample's passes, rollout apart.
  ///
  /// - Parameters:
  ///   - forward: FLOPs of one forward pass of a role's model over one sequence.
  ///   - training: FLOPs of one forward and backward pass of it.
  public func passFLOPs(forward: (ModelRole) -> Double, training: (ModelRole) -> Double) -> Double {
    forwards.reduce(0) { $0 + Double($1.sequences) * forward($1.role) }
      + trainings.reduce(0) { $0 + Double($1.sequences) * training($1.role) }
  }

  /// Bytes of one forward-only pass's logits, in fp32, where they are made whole.
  public static func logitsBytes(tokens: Int, vocabulary: Int) -> Int { 4 * tokens * vocabulary }
}
