import FineTuning
import Quantities

/// The parts of one step of a stage: what is generated, scored and updated.
public struct PostTrainingStep: Sendable, Equatable {
  /// Until the slowest worker has its last answer; zero where the data set has the answers.
  public var rollout: SimDuration
  /// Forward passes without a backward pass.
  public var scoring: SimDuration
  /// Forward and backward passes of every trained model, and their optimizer steps.
  public var update: SimDuration
  /// Trained weights to the workers that generate.
  public var weightSync: SimDuration

  public init(
    rollout: SimDuration = .zero, scoring: SimDuration, update: SimDuration, weightSync: SimDuration = .zero
  ) {
    self.rollout = rollout
    self.scoring = scoring
    self.update = update
    self.weightSync = weightSync
  }

  /// The step of a stage from the times of its passes.
  ///
  ///     scoring = Σ ⌈n / b⌉ · forward    update = Σ ⌈n / b⌉ · training
  ///
  /// over the models that pass n sequences, b at a time; the passes of all models follow each other.
  ///
  /// - Parameters:
  ///   - samples: of one rank in one step.
  ///   - microBatch: b, sequences of one pass.
  ///   - forward: of a role's model over one micro-batch.
  ///   - training: forward, backward and a micro-batch's part of the optimizer step, from the training simulation.
  ///   - rollout: zero unless the stage generates.
  public init(
    _ work: StageWork, samples: Int, microBatch: Int, rollout: SimDuration = .zero,
    weightSync: SimDuration = .zero, forward: (ModelRole) -> SimDuration,
    training: (ModelRole) -> SimDuration
  ) {
    func passes(_ sequences: Int) -> Int { (samples * sequences + microBatch - 1) / microBatch }
    self.init(
      rollout: work.rollout == nil ? .zero : rollout,
      scoring: work.forwards.reduce(.zero) { $0 + forward($1.role) * passes($1.sequences) },
      update: work.trainings.reduce(.zero) { $0 + training($1.role) * passes($1.sequences) },
      weightSync: work.rollout == nil ? .zero : weightSync)
  }

  /// Everything in turn on the same devices.
  ///
  ///     T = rollout + scoring + update + sync
  ///
  /// Training keeps its own weights, so that they are copied to generation's layout and only dropped afterwards.
  public var colocatedTime: SimDuration { rollout + scoring + update + weightSync }

  /// Generation and training on devices of their own, in the long run.
  ///
  ///     T = rollout + scoring + update + sync           staleness 0
  ///     T = max(rollout, scoring + update) + sync       staleness ≥ 1
  ///
  /// Without staleness either side waits for the other. With it, generation works on answers of later steps
  /// with older weights; both sides take part in the transfer of weights.
  public func splitTime(staleness: Int) -> SimDuration {
    if staleness == 0 { return colocatedTime }
    return max(rollout, scoring + update) + weightSync
  }
}

/// Time to bring weights to the workers that generate, stored bytes over the slowest bandwidth on the way.
///
///     T = w · P / B        w = 2 bytes in 16 bits
public func weightSyncTime(
  parameters: Int64, bytesPerParameter: Double = 2, bandwidth: Bandwidth
) -> SimDuration {
  ByteCount(rounding: Double(parameters) * bytesPerParameter) / bandwidth
}
