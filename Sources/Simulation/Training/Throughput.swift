import ComputeModels
import MemoryModels
import ModelGraphs
import StepGraphs

/// Rates of a job at a given step time.
public struct Throughput: Sendable, Equatable {
  public var samplesPerSecond: Double
  public var tokensPerSecond: Double
  public var tokensPerSecondPerAccelerator: Double
  /// FLOP/s of model work per accelerator, nothing recomputed counted, in units of 10¹².
  public var modelTeraflopsPerAccelerator: Double
  /// Model FLOP/s over the dense peak of the precision computed in.
  public var mfu: Double
  /// The same with recomputation counted as work.
  public var hfu: Double

  /// - Parameter stepTime: seconds per step.
  public init(plan: DataParallelPlan, stepTime: Double) {
    let samples = Double(plan.microBatch * plan.accumulation)
    let peak = plan.device.peak(for: plan.precision.compute).perSecond
    let modelFLOPs = samples * plan.model.trainingFLOPsPerSample
    let recomputed = plan.recompute == .none ? 0 : samples * plan.model.forwardFLOPsPerSample
    samplesPerSecond = samples * Double(plan.rankCount) / stepTime
    tokensPerSecond = samplesPerSecond * Double(plan.model.tokensPerSample)
    tokensPerSecondPerAccelerator = tokensPerSecond / Double(plan.rankCount)
    modelTeraflopsPerAccelerator = modelFLOPs / stepTime / 1e12
    mfu = modelFLOPs / stepTime / peak
    hfu = (modelFLOPs + recomputed) / stepTime / peak
  }
}
