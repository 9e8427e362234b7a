import Training

/// Why a job cannot run on some number of nodes.
public struct ScalingProblem: Error, Equatable, Sendable {
  public var reason: String
}

extension TrainingJob {
  /// The job on another number of nodes.
  ///
  /// Weak: every rank keeps its batch. Strong: the global batch stays, so that each rank takes fewer
  /// micro-batches, then smaller ones.
  public func scaled(toNodes nodeCount: Int, mode: ScalingMode) -> Result<TrainingJob, ScalingProblem> {
    var job = self
    if plan.fleet.devices.count > 1, nodeCount != cluster.nodeCount {
      return .failure(.init(reason: "the cluster's groups have \(cluster.nodeCount) nodes"))
    }
    let rollout = stage?.rollout
    let ranks = (nodeCount - (rollout?.nodes ?? 0)) * cluster.devicesPerNode
    guard ranks > 0 else {
      return .failure(.init(reason: "\(rollout?.nodes ?? 0) nodes that generate leave none to train"))
    }
    if let rollout, rollout.placement == .colocated, ranks % rollout.tensorParallel != 0 {
      return .failure(
        .init(
          reason: "\(ranks) ranks are no multiple of the \(rollout.tensorParallel) of a generating worker"))
    }
    job.name = "\(name)-\(nodeCount)-nodes"
    job.cluster = cluster.withNodes(nodeCount)
    let perSample = plan.rankCount / plan.degrees.data
    guard ranks % perSample == 0 else {
      return .failure(
        .init(reason: "\(ranks) ranks are no multiple of the \(perSample) that share a sample"))
    }
    job.plan.rankCount = ranks
    guard mode == .strong else { return .success(job) }
    let dataRanks = ranks / perSample
    guard globalBatch % dataRanks == 0 else {
      return .failure(
        .init(reason: "a global batch of \(globalBatch) does not divide over \(dataRanks) ranks"))
    }
    let perRank = globalBatch / dataRanks
    // The largest micro-batch, no larger than the job's own, that divides the share of a rank.
    let micro = (1...min(plan.microBatch / sequencesPerSample, perRank)).last { perRank % $0 == 0 } ?? 1
    job.plan.microBatch = micro * sequencesPerSample
    job.plan.accumulation = perRank / micro
    return .success(job)
  }
}
