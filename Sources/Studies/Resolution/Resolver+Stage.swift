import Diagnostics
import FineTuning
import ModelGraphs
import PostTraining
import Scenarios
import StepGraphs
import Training

extension Resolver {
  /// Answers and tokens that one step may generate: a few seconds' simulation.
  private static let mostAnswers = 10_000_000.0
  private static let mostGeneratedTokens = 500_000_000.0

  /// - Throws: where a stage asks for what the model is not.
  func checkStage(of described: DescribedModel, _ scenario: Scenario) throws(Diagnostics) {
    let stage = scenario.training.stage
    if [.pretrain, .sft].contains(stage) { return }
    if case .transformer(let transformer) = described.architecture, transformer.form == .decoder { return }
    throw Diagnostics(
      Diagnostic(
        .conflict("stage: \(stage.rawValue) needs a causal decoder, which \(described.name) is not"),
        at: scenario.places["training.stage"], mend: "use stage: pretrain or sft, or another model"))
  }

  /// Tokens of a sequence in every pass, and the key that says them.
  ///
  /// Sequences of generated answers are packed without padding, so that their mean length counts.
  func sequenceLength(
    _ described: DescribedModel, _ scenario: Scenario
  ) throws(Diagnostics) -> (Int?, key: String) {
    let training = scenario.training
    guard scenario.generatesAnswers else { return (training.sequenceLength, "training.sequence_length") }
    let lengths = try answerLengths(described, scenario)
    let count = training.globalBatch * (training.rollout.groupSize ?? 1)
    let answers = lengths.draw(
      min(count, 1_000_000), seed: UInt64(bitPattern: Int64(scenario.simulation.seed)))
    let mean = Double(answers.reduce(0, +)) / Double(answers.count)
    return (
      (training.rollout.promptTokens ?? 0) + Int(mean.rounded()), "training.rollout.answer_tokens"
    )
  }

  func answerLengths(
    _ described: DescribedModel, _ scenario: Scenario
  ) throws(Diagnostics) -> AnswerLengths {
    let rollout = scenario.training.rollout
    let (prompt, answer) = (rollout.promptTokens ?? 0, rollout.answerTokens ?? 0)
    let place = scenario.places["training.rollout.answer_tokens"]
    let count = Double(scenario.training.globalBatch) * Double(rollout.groupSize ?? 1)
    for (amount, most, what) in [
      (count, Self.mostAnswers, "answers"),
      (count * Double(answer), Self.mostGeneratedTokens, "generated tokens"),
    ] where amount > most {
      throw Diagnostics(
        Diagnostic(
          .outOfRange(
            value: "a step of \(Int(min(amount, 1e18))) \(what)", allowed: "at most \(Int(most))"),
          at: place, mend: "use a smaller global_batch, fewer answers or shorter ones"))
    }
    guard let spread = rollout.answerSpread, spread > 0 else { return .fixed(answer) }
    let most = (scenario.training.sequenceLength ?? described.longest) - prompt
    if answer > most {
      throw Diagnostics(
        Diagnostic(
          .conflict(
            "\(prompt) tokens of prompt and \(answer) of answer are more than the \(prompt + most) of a sequence"
          ),
          at: place, mend: "use shorter ones, or a longer sequence_length"))
    }
    return .logNormal(median: Double(answer), sigma: spread, most: most)
  }

  /// What the scenario's stage adds to a job's passes.
  ///
  /// - Parameter job: with its plan, the micro-batch in samples.
  /// - Returns: `nil` for stages that are passes over texts alone.
  /// - Throws: models that nothing bears or that the plan cannot divide, and workers that do not fit the ranks.
  func stage(
    _ scenario: Scenario, _ trained: TrainedModel, _ job: TrainingJob
  ) throws(Diagnostics) -> StagePlan? {
    let training = scenario.training
    if [.pretrain, .sft].contains(training.stage) { return nil }
    let rollout = training.rollout
    let work = StageWork(
      training.stage,
      StageOptions(
        hasAdapters: method(scenario).lowRank != nil,
        precomputesReference: training.reference == .precomputed,
        hasReferencePenalty: training.reference != ReferenceDeclaration.none,
        hasRewardModel: training.rewardModel != CompanionDeclaration.none,
        rescoresAnswers: rollout.rescore ?? false, groupSize: rollout.groupSize ?? 1,
        epochs: rollout.epochs ?? 1))
    var companions: [StagePlan.Companion] = []
    for resident in work.residents where resident.role != work.trainings[0].role {
      let model = try companion(resident.role, scenario, trained)
      try check(model, as: resident.role, in: job.plan, scenario)
      companions.append(StagePlan.Companion(resident.role, model))
    }
    return StagePlan(
      work, epochs: rollout.epochs ?? 1, companions: companions,
      rollout: try work.rollout.flatMap { _ throws(Diagnostics) in
        try rolloutPlan(scenario, trained.described, job)
      })
  }

  private func companion(
    _ role: ModelRole, _ scenario: Scenario, _ trained: TrainedModel
  ) throws(Diagnostics) -> Model {
    let key = "training.\(role == .critic ? "critic" : "reward_model")"
    func scoring(_ declared: CompanionDeclaration) throws(Diagnostics) -> Model {
      var described = trained.described
      if case .named(let name) = declared { described = try self.described(.named(name)) }
      guard case .transformer(let transformer) = described.architecture, transformer.form != .visionEncoder
      else {
        throw Diagnostics(
          Diagnostic(
            .conflict("\(described.name) scores no text"), at: scenario.places[key],
            mend: "use a transformer of text"))
      }
      return try unroll(described, length: trained.length, from: key, scenario).withScalarHead
    }
    switch role {
    case .policy, .reference:
      return try unroll(trained.described, length: trained.length, from: "training.reference", scenario)
        .frozen
    case .reward: return try scoring(scenario.training.rewardModel).frozen
    case .critic:
      let critic = try apply(method(scenario), to: try scoring(scenario.training.critic)) { _ in
        scenario.places[key]
      }
      return scenario.training.fp8ActivationInputs ? critic.keepingActivationInputsInFP8 : critic
    }
  }

  /// Companions are divided as the trained model is.
  private func check(
    _ model: Model, as role: ModelRole, in plan: TrainingPlan, _ scenario: Scenario
  ) throws(Diagnostics) {
    var divided = plan
    divided.model = model
    guard let problem = divided.problems.first else { return }
    let key = role == .critic ? "critic" : (role == .reward ? "reward_model" : "reference")
    throw Diagnostics(
      Diagnostic(
        .conflict("the plan cannot divide \(model.name): \(problem.reason)"),
        at: scenario.places["training.\(key)"], mend: "\(problem.mend) at \(problem.key), or another model"))
  }

  private func rolloutPlan(
    _ scenario: Scenario, _ described: DescribedModel, _ job: TrainingJob
  ) throws(Diagnostics) -> RolloutPlan? {
    guard case .transformer(let architecture) = described.architecture else { return nil }
    let rollout = scenario.training.rollout
    let degree = rollout.tensor ?? 1
    let isSplit = rollout.placement == .split
    let perNode = scenario.cluster.acceleratorsPerNode
    let ranks = isSplit ? (rollout.nodes ?? 1) * perNode : scenario.worldSize
    let place = scenario.places["training.rollout.tensor"]
    if ranks % degree != 0 || (perNode % degree != 0 && degree % perNode != 0) {
      throw Diagnostics(
        Diagnostic(
          .conflict(
            "workers of \(degree) ranks do not divide the \(ranks) ranks that generate, \(perNode) a node"),
          at: place, mend: "use a divisor of \(perNode)"))
    }
    if let attention = architecture.attention, attention.heads % degree != 0 {
      throw Diagnostics(
        Diagnostic(
          .conflict("\(degree) does not divide \(attention.heads) attention heads"), at: place,
          mend: "use a divisor of \(attention.heads)"))
    }
    return RolloutPlan(
      architecture, promptTokens: rollout.promptTokens ?? 0, lengths: try answerLengths(described, scenario),
      tensorParallel: degree, placement: rollout.placement ?? .colocated,
      nodes: isSplit ? rollout.nodes ?? 1 : 0, staleness: rollout.staleness ?? 0)
  }
}
