import Diagnostics
import Parallelism
import Scenarios
import StepGraphs

extension Resolver {
  /// Divides a job's work as its scenario says; whether that can be, `checked` says.
  func divide(_ plan: inout TrainingPlan, as scenario: Scenario) {
    let declared = scenario.plan
    let degrees = ParallelDegrees(
      tensor: declared.tensor, context: declared.context, pipeline: declared.pipeline,
      data: max(1, declared.data), expert: declared.expert, expertTensor: declared.expertTensor)
    let holders = degrees.data * degrees.context
    let shard = declared.shard.flatMap { holders % $0 == 0 ? $0 : nil }
    plan.layout = RankLayout(degrees, order: declared.order, shardSize: shard)
    let schedule = declared.schedule ?? (declared.virtualStages > 1 ? .interleaved : .oneForwardOneBackward)
    plan.pipeline = PipelinePlan(
      schedule: schedule,
      virtualStages: declared.virtualStages == 1 ? schedule.fixedChunkCount ?? 1 : declared.virtualStages,
      stageBlocks: declared.stageBlocks.isEmpty ? nil : declared.stageBlocks)
    plan.sequenceParallel = declared.sequenceParallel ?? (declared.tensor > 1)
    plan.contextMethod = declared.contextMethod
    plan.experts = ExpertLoad(imbalance: declared.experts.imbalance, capacity: declared.experts.capacity)
    plan.zero = ZeroStage(rawValue: declared.zero) ?? .none
    plan.reducesOnce = declared.reduceOnce
    plan.overlap.tensor = declared.overlap.tensor
    plan.overlap.parameters = declared.overlap.parameters
    plan.overlap.pipeline =
      declared.overlap.pipeline ?? ![.gpipe, .oneForwardOneBackward].contains(schedule)
    // Frameworks that divide more than the samples keep gradients in one buffer.
    plan.keepsGradientBuffer =
      plan.offload.gradients == .none
      && (degrees.tensor * degrees.pipeline * degrees.expert > 1 || plan.zero == .optimizer)
    plan.fleet.stragglers = scenario.simulation.stragglers.map {
      DeviceFleet.Straggler(rank: $0.rank, slowdown: $0.slowdown)
    }
  }

  /// - Throws: everything about a plan that cannot be or would do nothing, with the nearest that can.
  func check(_ plan: TrainingPlan, of scenario: Scenario) throws(Diagnostics) {
    var findings = Diagnostics()
    for problem in plan.problems + declarationProblems(of: scenario) {
      findings.report(
        .conflict(problem.reason), at: scenario.places[problem.key], mend: problem.mend)
    }
    for (index, straggler) in scenario.simulation.stragglers.enumerated()
    where straggler.rank >= scenario.worldSize {
      findings.report(
        .conflict("there is no rank \(straggler.rank)"),
        at: scenario.places["simulation.stragglers[\(index)].rank"],
        mend: "ranks are numbered 0 to \(scenario.worldSize - 1)")
    }
    try findings.throwIfAny()
  }

  /// Keys whose value has nothing to work on, and shards that are no part of the data ranks.
  private func declarationProblems(of scenario: Scenario) -> [PlanProblem] {
    let plan = scenario.plan
    var problems: [PlanProblem] = []
    func refuse(_ key: String, unless isUsed: Bool, _ reason: String) {
      if !isUsed, scenario.places.contains("plan.\(key)") {
        problems.append(PlanProblem(key: "plan.\(key)", reason: reason, mend: "leave it out"))
      }
    }
    let hasPipeline = plan.pipeline > 1
    refuse(
      "schedule", unless: hasPipeline || plan.schedule == nil,
      "without a pipeline there is nothing to schedule")
    refuse(
      "stage_blocks", unless: hasPipeline || plan.stageBlocks.isEmpty,
      "without a pipeline there are no stages")
    refuse(
      "overlap.pipeline", unless: hasPipeline || plan.overlap.pipeline == nil,
      "without a pipeline there is nothing to send")
    refuse("context_method", unless: plan.context > 1 || plan.contextMethod == .ring, "context is 1")
    refuse(
      "expert_tensor", unless: plan.expert > 1 || plan.tensor > 1 || plan.expertTensor == nil,
      "nothing divides the experts")
    refuse(
      "sequence_parallel", unless: plan.tensor > 1 || plan.sequenceParallel == nil,
      "there are no tensor ranks to divide tokens")
    refuse(
      "overlap.tensor", unless: plan.tensor > 1 || !plan.overlap.tensor,
      "there are no tensor ranks to exchange with")
    refuse(
      "overlap.parameters", unless: [1, 2].contains(plan.zero) || !plan.overlap.parameters,
      "no updated parameters are gathered under zero \(plan.zero)")
    refuse("shard", unless: plan.zero > 0 || plan.shard == nil, "zero is 0: nothing is shared out")
    let holders = max(1, plan.data) * plan.context
    if plan.zero > 0, let shard = plan.shard, holders % shard != 0 {
      problems.append(
        PlanProblem(
          key: "plan.shard",
          reason: "\(shard) does not divide \(plan.data) data × \(plan.context) context ranks",
          mend: "use \(alternatives(divisors(of: holders)))"))
    }
    return problems
  }
}
