import Hardware
import Quantities
import StepGraphs
import Sweeps
import Training

/// How much of the step time goes when one resource gets twice as fast.
public struct Elasticity: Sendable, Equatable {
  /// Share of the step time saved, by resource.
  public var gains: [Bottleneck.Kind: Double]

  public init(gains: [Bottleneck.Kind: Double]) { self.gains = gains }

  /// The resource with the largest gain.
  public var strongest: Bottleneck.Kind? {
    Bottleneck.Kind.allCases.filter { gains[$0] != nil }.max { (gains[$0] ?? 0) < (gains[$1] ?? 0) }
  }
}

extension TrainingJob {
  /// The same job with one resource twice as fast; `nil` where the resource has no speed.
  func doubling(_ kind: Bottleneck.Kind) -> TrainingJob? {
    var job = self
    job.recordedRanks = 0
    job.playsAllocator = false
    job.recordedIterations = 0
    // Folding changes nothing but the cost of the run.
    if job.folding != .auto { job.folding = jitter > 0 ? .ranks : .on }
    switch kind {
    case .compute:
      for index in plan.fleet.devices.indices {
        job.plan.fleet.devices[index].densePeak = plan.fleet.devices[index].densePeak.mapValues { $0 * 2 }
      }
    case .memoryBandwidth:
      for index in plan.fleet.devices.indices {
        job.plan.fleet.devices[index].memoryBandwidth = plan.fleet.devices[index].memoryBandwidth * 2
      }
    case .network:
      if plan.rankCount == 1 { return nil }
      job.cluster = cluster.withSpeed(scaledBy: 2)
      job.calibration = calibration?.withSpeed(scaledBy: 2)
    case .host:
      if plan.offload == .none { return nil }
      job.plan.tiers.host.link.bandwidth = plan.tiers.host.link.bandwidth * 2
      job.plan.tiers.disk.link.bandwidth = plan.tiers.disk.link.bandwidth * 2
      job.plan.tiers.hostMemoryBandwidth = plan.tiers.hostMemoryBandwidth * 2
    case .memory: return nil
    }
    return job
  }
}

/// Runs the job again with each resource twice as fast.
///
///     gain = 1 − T(resource × 2) / T
///
/// - Complexity: one simulation per resource, on `threads` threads.
public func elasticity(of result: TrainingResult, threads: Int) -> Elasticity {
  let variants = Bottleneck.Kind.allCases.compactMap { kind in
    result.job.doubling(kind).map { (kind: kind, job: $0) }
  }
  let times = parallelMap(variants, threads: threads) { try? simulate($0.job).step.time }
  var gains: [Bottleneck.Kind: Double] = [:]
  for (variant, time) in zip(variants, times) {
    if let time { gains[variant.kind] = max(0, 1 - time / result.step.time) }
  }
  return Elasticity(gains: gains)
}
