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
}

extension Prediction {
  /// Simulates a job with its accumulation folded: all micro-batches between the first and the last are
  /// alike and reduce nothing, so each adds what it adds on a lone rank:
  ///
  ///     T(A) = T(2) + (A − 2) · (T₁(3) − T₁(2)),   A ≥ 2.
  ///
  /// T is the step on all ranks and T₁ on one. That is exact for a job without variation and keeps a step
  /// of thousands of micro-batches small.
  ///
  /// - Precondition: the job has no jitter and offloads nothing.
  /// - Throws: what `simulate` throws for a cluster that does not join its ranks.
  init(simulating job: TrainingJob) throws {
    precondition(job.jitter == 0 && job.plan.offload == .none, "folding needs equal micro-batches")
    func result(_ accumulation: Int, alone: Bool = false) throws -> TrainingResult {
      var part = job
      part.plan.accumulation = accumulation
      part.steps = 1
      if alone {
        part.plan.rankCount = 1
        part.cluster.nodeCount = 1
        part.cluster.devicesPerNode = 1
      }
      return try simulate(part)
    }
    let accumulation = job.plan.accumulation
    let base = try result(min(accumulation, 2))
    var seconds = base.step.time
    if accumulation > 2 {
      let microBatch = try result(3, alone: true).step.time - result(2, alone: true).step.time
      seconds += Double(accumulation - 2) * microBatch
    }
    self.init(
      samplesPerSecond: Double(job.globalBatch) / seconds, stepSeconds: seconds,
      exposedCommunicationSeconds: base.step.exposedCommunication, peakMemory: base.memory.peak,
      memory: PredictedMemory(base.memory), fits: base.memory.fits)
  }
}
