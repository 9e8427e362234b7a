import Execution
import FineTuning
import MemoryModels
import PostTraining
import Quantities
import StepGraphs

/// A step of a stage: answers, scores and updates one after the other, each from a simulation of its own.
///
///     update  = e · Σ T(trained model)       the whole step of training, its optimizer included
///     scoring = Σ T(forward passes)          of every model that scores, in the plan's own division
///
/// Models of a stage are all resident: weights of frozen ones, and gradients and states of trained ones besides,
/// divided as the plan divides its model.
struct StageSimulation {
  let job: TrainingJob
  let stage: StagePlan
  /// What each trained model and each companion holds on a rank, by pipeline place and memory kind.
  private let held: [(role: ModelRole, bytes: [[Int64]])]

  init(_ job: TrainingJob, _ stage: StagePlan) throws {
    self.job = job
    self.stage = stage
    let classes = rankClasses(job.plan, devicesPerNode: job.cluster.devicesPerNode)
    let roles = [stage.trainedRole] + stage.companions.map(\.role)
    held = try roles.map { role in
      let plan = stage.plan(of: role, in: job.plan)
      let resident = try trainingStep(plan, classes: classes).resident
      var bytes = Array(
        repeating: [Int64](repeating: 0, count: MemoryKind.allCases.count), count: plan.degrees.pipeline)
      for (item, kinds) in zip(classes.classes, resident) {
        for kind in MemoryKind.allCases where kind != .overhead {
          bytes[item.stage][kind.rawValue] = max(bytes[item.stage][kind.rawValue], kinds[kind.rawValue])
        }
      }
      return (role, bytes)
    }
  }

  func run(_ progress: (@Sendable (Double) -> Void)?) throws -> TrainingResult {
    let updates = try stage.work.trainings.map { pass in
      try simulateUpdate(updating(pass.role), pass.role == stage.trainedRole ? progress : nil)
    }
    let scoring = try stage.work.forwards.map { pass in
      PostTrainingReport.Pass(role: pass.role, sequences: pass.sequences, time: try scoringTime(of: pass))
    }
    let generation = try stage.rollout.map { rollout in
      try RolloutSimulation(job, rollout, groupSize: stage.work.rollout?.groupSize ?? 1).run(
        beside: updates[0])
    }
    return try compose(updates, scoring, generation)
  }

  /// The job that trains one model while all others are there.
  private func updating(_ role: ModelRole) -> TrainingJob {
    var update = job
    update.stage = nil
    update.plan = stage.plan(of: role, in: job.plan)
    update.plan.isForwardOnly = false
    let others = held.filter { $0.role != role }.map(\.bytes)
    if let first = others.first {
      update.plan.companionBytes = others.dropFirst().reduce(first) { sums, bytes in
        zip(sums, bytes).map { zip($0, $1).map(+) }
      }
    }
    return update
  }

  /// Time of the forward passes that one model makes in a step.
  private func scoringTime(of pass: StageWork.ModelPass) throws -> SimDuration {
    var scoring = job
    scoring.stage = nil
    scoring.plan = stage.plan(of: pass.role, in: job.plan)
    scoring.plan.microBatch = job.plan.microBatch / stage.sequencesPerSample * pass.sequences
    scoring.plan.recompute = .none
    scoring.plan.offload.activations = .none
    scoring.steps = 1
    scoring.jitter = 0
    (scoring.recordedRanks, scoring.recordedIterations) = (0, 0)
    return try simulateUpdate(scoring).execution.endTime - .zero
  }

  private func compose(
    _ updates: [TrainingResult], _ scoring: [PostTrainingReport.Pass], _ generation: GeneratedRollout?
  ) throws(JobError) -> TrainingResult {
    var result = updates[0]
    let others = updates.dropFirst().map(\.step)
    func update(_ own: StepBreakdown) -> StepBreakdown {
      others.reduce(own) { $0.added(to: $1) }.repeated(stage.epochs)
    }
    let scored = scoring.reduce(SimDuration.zero) { $0 + $1.time }
    let timed = PostTrainingStep(
      rollout: generation?.report.time.total ?? .zero, scoring: scored,
      update: SimDuration(seconds: update(result.step).time), weightSync: generation?.sync ?? .zero)
    if timed.colocatedTime == .longest { throw .beyondClock }
    result.job = job
    result.steps = result.steps.map { completed(update($0), timed) }
    result.step = completed(update(result.step), timed)
    result.postTraining = PostTrainingReport(
      stage: stage.work.stage, samples: job.globalBatch, sequencesPerSample: stage.sequencesPerSample,
      step: timed,
      scoring: scoring,
      updates: zip(stage.work.trainings, updates).map { pass, update in
        PostTrainingReport.Pass(
          role: pass.role, sequences: pass.sequences,
          time: SimDuration(seconds: update.step.time * Double(stage.epochs)))
      }, rollout: generation?.report)
    result.throughput = Throughput(job: job, stage: stage, stepTime: result.step.time)
    for index in result.collectives.indices { result.collectives[index].count *= stage.epochs }
    for index in result.links.indices {
      result.links[index].bytesPerStep *= Double(stage.epochs)
      result.links[index].utilization *=
        Double(stage.epochs) * updates[0].step.time / result.step.time
    }
    result.memoryByClass = updates.flatMap(\.memoryByClass) + (generation.map { [$0.memory] } ?? [])
    result.memory = result.memoryByClass.max { $0.neededShare < $1.neededShare }!
    result.closedFormSeconds = nil
    return result
  }

  /// An update's time with what stands around it.
  ///
  /// Where generation runs ahead on nodes of its own, only what it takes beyond scoring and update is waited for.
  private func completed(_ update: StepBreakdown, _ step: PostTrainingStep) -> StepBreakdown {
    var result = update
    result.scoring = step.scoring.seconds
    result.weightSync = step.weightSync.seconds
    result.rollout = step.rollout.seconds
    if let rollout = stage.rollout, rollout.staleness > 0 {
      result.rollout = max(0, step.rollout.seconds - result.scoring - update.time)
    }
    result.time = update.time + result.rollout + result.scoring + result.weightSync
    return result
  }
}

extension StagePlan {
  /// The job's plan with the model of a role in place of the trained one.
  ///
  /// Companions come as their forward passes.
  fileprivate func plan(of role: ModelRole, in plan: TrainingPlan) -> TrainingPlan {
    var other = plan
    other.isForwardOnly = true
    if let companion = companions.first(where: { $0.role == role }) { other.model = companion.model }
    return other
  }
}
