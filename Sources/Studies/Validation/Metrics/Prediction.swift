import Analysis
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
  /// The same by how it can be measured.
  public var memory: PredictedMemory
  /// Whether the job fits its devices by the memory model.
  public var fits: Bool
  /// How far measurements of runs alike have lain from predictions.
  public var intervals: PredictionIntervals
}

extension Prediction {
  /// One simulated step of a job.
  ///
  /// - Throws: what `simulate` throws.
  init(simulating job: TrainingJob) throws {
    var job = job
    (job.steps, job.recordedRanks, job.recordedIterations) = (1, 0, 0)
    let result = try simulate(job)
    self.init(
      samplesPerSecond: Double(job.globalBatch) / result.step.time, stepSeconds: result.step.time,
      exposedCommunicationSeconds: result.step.exposedCommunication, peakMemory: result.memory.peak,
      memory: PredictedMemory(result), fits: result.memory.fits, intervals: PredictionIntervals(of: job))
  }
}
