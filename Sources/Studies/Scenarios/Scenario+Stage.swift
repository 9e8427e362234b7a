import Diagnostics
import FineTuning

extension Scenario {
  /// Fills in what the method, the stage and the optimizer need, and refuses what they have no use for.
  mutating func completeStage(_ problems: inout Diagnostics) {
    completeMethod(&problems)
    completeOptimizer(&problems)
    completeRollout(&problems)
    completeCompanions(&problems)
  }

  /// - Parameter isSet: whether the key has a value, written or not.
  private func refuse(
    _ key: String, if isSet: Bool, _ reason: String, _ mend: String, _ problems: inout Diagnostics
  ) {
    if isSet { problems.report(.conflict(reason), at: places["training.\(key)"], mend: mend) }
  }

  private mutating func completeMethod(_ problems: inout Diagnostics) {
    let method = training.method
    let adapter = training.adapter
    if [.full, .freeze].contains(method) {
      let reason = "method: \(method.rawValue) has no adapters"
      let mend = "leave it out, or use method: lora, qlora, dora or pissa"
      refuse("adapter.rank", if: adapter.rank != nil, reason, mend, &problems)
      refuse("adapter.targets", if: adapter.targets != nil, reason, mend, &problems)
      refuse("adapter.dropout", if: adapter.dropout != nil, reason, mend, &problems)
    } else {
      training.adapter.rank = adapter.rank ?? 16
      training.adapter.targets = adapter.targets ?? ["all-linear"]
      training.adapter.dropout = adapter.dropout ?? 0
    }
    if method == .qlora {
      training.adapter.doubleQuantisation = adapter.doubleQuantisation ?? false
    } else {
      refuse(
        "adapter.double_quantisation", if: adapter.doubleQuantisation != nil,
        "method: \(method.rawValue) has no quantised base", "leave it out, or use method: qlora", &problems)
    }
    let freeze = training.freeze
    if method == .freeze {
      training.freeze.trainableLayers = freeze.trainableLayers ?? 2
      training.freeze.side = freeze.side ?? .last
      training.freeze.embeddings = freeze.embeddings ?? false
    } else {
      let reason = "method: \(method.rawValue) chooses no layers"
      let mend = "leave it out, or use method: freeze"
      refuse("freeze.trainable_layers", if: freeze.trainableLayers != nil, reason, mend, &problems)
      refuse("freeze.side", if: freeze.side != nil, reason, mend, &problems)
      refuse("freeze.embeddings", if: freeze.embeddings != nil, reason, mend, &problems)
    }
  }

  private mutating func completeOptimizer(_ problems: inout Diagnostics) {
    let name = training.optimizer.rawValue
    if [.galore, .apollo].contains(training.optimizer) {
      training.optimizerRank = training.optimizerRank ?? 128
    } else {
      let reason =
        training.optimizer == .apolloMini
        ? "apollo_mini projects to rank 1" : "optimizer: \(name) projects no gradients"
      refuse(
        "optimizer_rank", if: training.optimizerRank != nil, reason,
        "leave it out, or use optimizer: galore or apollo", &problems)
    }
    if training.optimizer == .galore {
      training.projectionInterval = training.projectionInterval ?? 200
    } else {
      refuse(
        "projection_interval", if: training.projectionInterval != nil,
        "optimizer: \(name) decomposes no gradients", "leave it out, or use optimizer: galore", &problems)
    }
  }

  /// Whether the stage writes its answers itself.
  public var generatesAnswers: Bool { [.ppo, .grpo].contains(training.stage) }

  private mutating func completeRollout(_ problems: inout Diagnostics) {
    let rollout = training.rollout
    guard generatesAnswers else {
      let isSet: [(String, Bool)] = [
        ("prompt_tokens", rollout.promptTokens != nil), ("answer_tokens", rollout.answerTokens != nil),
        ("answer_spread", rollout.answerSpread != nil), ("group_size", rollout.groupSize != nil),
        ("tensor", rollout.tensor != nil), ("placement", rollout.placement != nil),
        ("nodes", rollout.nodes != nil), ("staleness", rollout.staleness != nil),
        ("epochs", rollout.epochs != nil), ("rescore", rollout.rescore != nil),
      ]
      for (key, isSet) in isSet {
        refuse(
          "rollout.\(key)", if: isSet, "stage: \(training.stage.rawValue) generates no answers",
          "leave it out, or use stage: ppo or grpo", &problems)
      }
      // What is refused has no say in how many nodes train.
      training.rollout = RolloutDeclaration()
      return
    }
    training.rollout.promptTokens = rollout.promptTokens ?? 512
    training.rollout.answerTokens = rollout.answerTokens ?? 512
    training.rollout.answerSpread = rollout.answerSpread ?? 0
    training.rollout.tensor = rollout.tensor ?? 1
    training.rollout.placement = rollout.placement ?? .colocated
    training.rollout.epochs = rollout.epochs ?? 1
    training.rollout.rescore = rollout.rescore ?? false
    if training.stage == .grpo {
      training.rollout.groupSize = rollout.groupSize ?? 8
    } else {
      refuse(
        "rollout.group_size", if: rollout.groupSize != nil, "stage: ppo writes one answer for a prompt",
        "leave it out, or use stage: grpo", &problems)
    }
    completePlacement(&problems)
    refuse(
      "sequence_length", if: training.sequenceLength != nil && training.rollout.answerSpread == 0,
      "rollout.prompt_tokens and answer_tokens say how long a sequence is",
      "leave it out, or give answers an answer_spread that it cuts off", &problems)
  }

  private mutating func completePlacement(_ problems: inout Diagnostics) {
    let rollout = training.rollout
    guard rollout.placement == .split else {
      let reason = "colocated generation has no nodes of its own"
      refuse(
        "rollout.nodes", if: rollout.nodes != nil, reason, "leave it out, or use placement: split", &problems)
      refuse(
        "rollout.staleness", if: rollout.staleness != nil, "colocated generation waits for every update",
        "leave it out, or use placement: split", &problems)
      return
    }
    training.rollout.nodes = rollout.nodes ?? 1
    training.rollout.staleness = rollout.staleness ?? 0
    if (training.rollout.nodes ?? 1) >= cluster.nodes {
      problems.report(
        .conflict(
          "\(training.rollout.nodes ?? 1) of \(cluster.nodes) nodes generate, which leaves none to train"),
        at: places["training.rollout.nodes"],
        mend: cluster.nodes > 1
          ? "use at most \(cluster.nodes - 1)" : "use more nodes, or placement: colocated")
    }
  }

  private mutating func completeCompanions(_ problems: inout Diagnostics) {
    let stage = training.stage
    let compares = generatesAnswers || [.dpo, .ipo, .kto].contains(stage)
    if compares {
      training.reference = training.reference ?? .model
      refuse(
        "reference", if: training.reference == ReferenceDeclaration.none && !generatesAnswers,
        "stage: \(stage.rawValue) compares with a reference", "use model or precomputed", &problems)
      refuse(
        "reference", if: training.reference == .precomputed && generatesAnswers,
        "answers of stage: \(stage.rawValue) are not known before training", "use model or none", &problems)
    } else {
      refuse(
        "reference", if: training.reference != nil, "stage: \(stage.rawValue) compares with no reference",
        "leave it out", &problems)
    }
    if !generatesAnswers {
      let reason =
        stage == .rewardModel
        ? "stage: rm trains the model itself" : "stage: \(stage.rawValue) asks for no rewards"
      refuse("reward_model", if: training.rewardModel != .automatic, reason, "leave it out", &problems)
    }
    if stage != .ppo {
      refuse(
        "critic", if: training.critic != .automatic, "stage: \(stage.rawValue) has no critic", "leave it out",
        &problems)
    } else {
      refuse(
        "critic", if: training.critic == CompanionDeclaration.none, "stage: ppo needs values",
        "use auto or a model, or stage: grpo", &problems)
    }
  }
}
