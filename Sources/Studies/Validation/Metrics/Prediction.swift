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
  /// Simulates a job with its accumulation folded: micro-batches between the first and the last are alike.
  ///
  /// Where ranks divide nothing but samples, each adds what it adds on a lone rank, as it reduces nothing:
  ///
  ///     T(A) = T(2) + (A − 2) · (T₁(3) − T₁(2)),   A ≥ 2.
  ///
  /// T is the step on all ranks and T₁ on one. Otherwise a pipeline of p stages is full after 2 p micro-batches,
  /// and from there on every g = p of them add the same time:
  ///
  ///     T(A) = T(m) + (A − m) / g · (T(m + g) − T(m)),   m ≡ A mod g, 2 p ≤ m < 3 p.
  ///
  /// Either is exact for a job without variation and keeps a step of thousands of micro-batches small.
  ///
  /// - Precondition: the job has no jitter.
  /// - Throws: what `simulate` throws.
  init(simulating job: TrainingJob) throws {
    precondition(job.jitter == 0, "folding needs equal micro-batches")
    let plan = job.plan
    let dividesSamplesAlone =
      plan.degrees.data == plan.rankCount && plan.zero == .none && plan.offload == .none
    let group = max(1, plan.degrees.pipeline)
    let accumulation = plan.accumulation
    let first = dividesSamplesAlone ? 2 : 2 * group + accumulation % group
    guard accumulation > first + (dividesSamplesAlone ? 0 : group) else {
      let whole = try Prediction.result(job, accumulation)
      self.init(whole, seconds: whole.step.time, of: job)
      return
    }
    let base = try Prediction.result(job, first)
    var timed = job
    timed.playsAllocator = false
    let added: Double
    if dividesSamplesAlone {
      added =
        try Prediction.result(timed, 3, isAlone: true).step.time
        - Prediction.result(timed, 2, isAlone: true).step.time
    } else {
      added = try (Prediction.result(timed, first + group).step.time - base.step.time) / Double(group)
    }
    self.init(base, seconds: base.step.time + Double(accumulation - first) * added, of: job)
  }

  /// One step with another accumulation, on all ranks or on one.
  private static func result(
    _ job: TrainingJob, _ accumulation: Int, isAlone: Bool = false
  ) throws -> TrainingResult {
    var part = job
    part.plan.accumulation = accumulation
    part.steps = 1
    if isAlone {
      part.plan.rankCount = 1
      part.cluster.nodeCount = 1
      part.cluster.devicesPerNode = 1
    }
    return try simulate(part)
  }

  private init(_ result: TrainingResult, seconds: Double, of job: TrainingJob) {
    self.init(
      samplesPerSecond: Double(job.globalBatch) / seconds, stepSeconds: seconds,
      exposedCommunicationSeconds: result.step.exposedCommunication, peakMemory: result.memory.peak,
      memory: PredictedMemory(result), fits: result.memory.fits)
  }
}
