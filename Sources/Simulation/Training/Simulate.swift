import EventCore
import Execution
import Fabrics
import Quantities
import StepGraphs

/// Simulates a training job.
///
/// Writes the step graph, finds the time of each collective on the cluster's fabric, runs the steps
/// event by event, and sums up. A stage that generates or scores has its rollout and its scoring passes around that
/// update; see `StagePlan`.
///
/// - Parameter progress: told the finished share of the steps.
/// - Returns: also for a job that does not fit: whether it fits is part of the answer.
/// - Throws: `FabricError` for a cluster that cannot be wired as asked, `CollectiveError` for an
///   algorithm that does not suit the ranks, and for ranks without a route, `JobError` for a run beyond
///   the simulated clock or beyond countable memory,
///   `PipelineScheduleError` for micro-batches that the schedule cannot take.
/// - Complexity: events grow with operators × steps × simulated ranks, plus the sends of the
///   collectives.
public func simulate(
  _ job: TrainingJob, progress: (@Sendable (Double) -> Void)? = nil
) throws -> TrainingResult {
  guard let stage = job.stage else { return try simulateUpdate(job, progress) }
  return try StageSimulation(job, stage).run(progress)
}

/// The passes and the update of a job's own model.
func simulateUpdate(
  _ job: TrainingJob, _ progress: (@Sendable (Double) -> Void)? = nil
) throws -> TrainingResult {
  let result = try simulated(job, progress)
  // Paged states make room for what does not fit, and come back for the update.
  guard job.plan.optimizer.isPaged, job.plan.pagedBytes == 0, !result.memory.fitsDevice else { return result }
  var paging = job
  paging.plan.pagedBytes = min(
    Double(result.memory.needed.bytes - result.memory.capacity.bytes), Double(result.memory[.optimizer].bytes)
  )
  return try simulated(paging, progress)
}

private func simulated(
  _ job: TrainingJob, _ progress: (@Sendable (Double) -> Void)?, foldsFrom leastCount: Int = 0
) throws -> TrainingResult {
  try job.plan.checkSize()
  let classes = rankClasses(job.plan, devicesPerNode: job.cluster.devicesPerNode)
  // Variation makes every micro-batch another one.
  let written = try trainingStep(
    job.plan, classes: classes, foldsFrom: job.isUnfolded || job.varies ? nil : leastCount)
  let graph = written.graph
  try graph.checkMemory(resident: written.resident, devicesPerNode: job.plan.tiers.devicesPerNode)
  let timing = try CollectiveTiming(graph, job: job)
  var options = ExecutionOptions(
    iterations: job.simulatedSteps, unfolded: job.isUnfolded, jitter: job.jitter, seed: job.seed,
    recordedRanks: job.ranksToRecord, recordedIterations: job.recordedIterations,
    computeShares: job.computeShares, progress: progress)
  if let loads = MicroBatchLoads(job) {
    options.load = { loads.load(rank: $0, step: $1, microBatch: $2) }
  }
  let execution = execute(
    graph, callDurations: timing.durations, resident: written.resident, options: options)
  if execution.endTime == .endOfClock { throw JobError.beyondClock }
  if !execution.isComplete { return try simulated(job, progress, foldsFrom: written.microBatchCount + 1) }
  let parts = OperatorParts(graph, plan: job.plan)
  let memory = execution.memory.enumerated().map { index, record in
    let device = job.plan.fleet.devices[classes.classes[index].device]
    let reserved =
      job.playsAllocator
      ? ReservedMemory(
        record, graph: graph, parts: parts, plan: job.plan, device: device, tensors: written.tensors[index],
        resident: written.resident[index])
      : ReservedMemory(sumOf: record, plan: job.plan, device: device, resident: written.resident[index])
    return MemoryReport(record, graph: graph, plan: job.plan, device: device, reserved: reserved)
  }
  let steps = execution.iterations.map { StepBreakdown($0) }
  let step = StepBreakdown(meanOf: steps)
  var fingerprint = Fingerprint()
  for part in timing.fingerprints { fingerprint.combine(time: .zero, kind: 2, subject: 0, value: part) }
  fingerprint.combine(time: execution.endTime, kind: 3, subject: 0, value: execution.fingerprint)
  return TrainingResult(
    job: job, graph: graph, execution: execution, steps: steps, step: step,
    throughput: Throughput(plan: job.plan, stepTime: step.time),
    memory: memory.max { $0.neededShare < $1.neededShare }!, memoryByClass: memory,
    collectives: timing.reports,
    callDurations: timing.durations,
    links: try timing.linkLoads(stepSeconds: step.time), traffic: try timing.traffic(),
    fingerprint: fingerprint.value,
    eventCount: execution.eventCount + timing.eventCount,
    closedFormSeconds: job.computeShares.isEmpty && !job.varies
      ? closedFormStepTime(graph, callDurations: timing.durations)?.seconds : nil)
}
