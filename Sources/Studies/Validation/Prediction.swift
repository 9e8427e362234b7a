import Quantities
import StepGraphs
import Training

/// What the simulator says of a measured job.
public struct Prediction: Sendable, Equatable {
  public var samplesPerSecond: Double
  public var stepSeconds: Double
  /// Time the devices stand still for reductions, in seconds per step.
  public var exposedCommunicationSeconds: Double
  /// Peak memory of a device.
  public var peakMemory: ByteCount
  /// Whether the job fits its devices by the memory model.
  public var fits: Bool
}

extension Prediction {
  /// Simulates a job with its accumulation folded: all micro-batches between the first and the last are
  /// alike, so
  ///
  ///     T(A) = T(2) + (A − 2) · (T(3) − T(2)),   A ≥ 2.
  ///
  /// That is exact for a job without variation and keeps a step of thousands of micro-batches small.
  ///
  /// - Precondition: the job has no jitter and offloads nothing.
  init(simulating job: TrainingJob) throws {
    precondition(job.jitter == 0, "folding needs equal micro-batches")
    func result(_ accumulation: Int) throws -> TrainingResult {
      var part = job
      part.plan.accumulation = accumulation
      part.steps = 1
      return try simulate(part)
    }
    let accumulation = job.plan.accumulation
    let base = try result(min(accumulation, 2))
    var seconds = base.step.time
    if accumulation > 2 { seconds += Double(accumulation - 2) * (try result(3).step.time - base.step.time) }
    self.init(
      samplesPerSecond: Double(job.globalBatch) / seconds, stepSeconds: seconds,
      exposedCommunicationSeconds: base.step.exposedCommunication, peakMemory: base.memory.peak,
      fits: base.memory.fits)
  }
}
