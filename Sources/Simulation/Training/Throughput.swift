import ComputeModels
import Hardware
import MemoryModels
import ModelGraphs
import StepGraphs

/// Rates of a job at a given step time.
public struct Throughput: Sendable, Equatable {
  public var samplesPerSecond: Double
  public var tokensPerSecond: Double
  public var tokensPerSecondPerAccelerator: Double
  /// Tokens of texts alone, without those that fill sequences up.
  public var usefulTokensPerSecond: Double
  /// FLOP/s of model work per accelerator, nothing recomputed counted, in units of 10¹².
  public var modelTeraflopsPerAccelerator: Double
  /// Model FLOP/s over the dense peak of the precision computed in.
  public var mfu: Double
  /// The same with recomputation counted as work.
  public var hfu: Double

  /// - Parameter stepTime: seconds per step.
  public init(plan: TrainingPlan, stepTime: Double) {
    // Every rank does its share of the samples that its data rank takes.
    let ranksPerSample = Double(plan.rankCount / plan.degrees.data)
    let samples = Double(plan.microBatch * plan.accumulation) / ranksPerSample
    let peak = plan.fleet.meanPeak(of: plan.rankCount, for: plan.precision.compute)
    let computed = plan.lengths?.computedShare(batch: plan.microBatch) ?? 1
    let modelFLOPs = samples * plan.model.trainingFLOPsPerSample * computed
    let recomputed = samples * plan.recomputedFLOPsPerSample * computed
    samplesPerSecond = samples * Double(plan.rankCount) / stepTime
    let tokens = samplesPerSecond * Double(plan.model.tokensPerSample)
    tokensPerSecond = tokens * computed
    usefulTokensPerSecond = tokens * (plan.lengths?.usefulShare ?? 1)
    tokensPerSecondPerAccelerator = tokensPerSecond / Double(plan.rankCount)
    modelTeraflopsPerAccelerator = modelFLOPs / stepTime / 1e12
    mfu = modelFLOPs / stepTime / peak
    hfu = (modelFLOPs + recomputed) / stepTime / peak
  }
}

extension TrainingPlan {
  /// Forward FLOPs of one sample that the backward pass does again.
  var recomputedFLOPsPerSample: Double {
    model.layers.reduce(0) { $0 + $1.recomputedFLOPs(under: recompute, stopsEarly: stopsRecomputationEarly) }
  }
}

extension DeviceFleet {
  /// Dense peak FLOP/s of a rank in a format, the mean over ranks.
  func meanPeak(of rankCount: Int, for dataType: DataType) -> Double {
    zip(devices, rankCounts(of: rankCount)).reduce(0.0) { sum, item in
      sum + item.0.peak(for: dataType).perSecond * Double(item.1)
    } / Double(rankCount)
  }
}
