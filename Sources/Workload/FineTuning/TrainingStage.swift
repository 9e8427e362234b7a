/// What a training run is for; it decides which models take part and how often.
public enum TrainingStage: String, Sendable, CaseIterable {
  /// Next-token prediction on plain text.
  case pretrain
  /// The same on prompts and answers.
  case sft
  /// A scalar head trained on pairs of answers (Ouyang et al. 2022, arXiv:2203.02155).
  case rewardModel = "rm"
  /// Pairs of answers against a reference (Rafailov et al. 2023, arXiv:2305.18290).
  case dpo
  /// The same with a squared loss (Azar et al. 2023, arXiv:2310.12036).
  case ipo
  /// Single answers marked good or bad against a reference (Ethayarajh et al. 2024, arXiv:2402.01306).
  case kto
  /// Pairs with an odds ratio and no reference (Hong et al. 2024, arXiv:2403.07691).
  case orpo
  /// Pairs with a length-normalised margin and no reference (Meng et al. 2024, arXiv:2405.14734).
  case simpo
  /// Answers of the policy, rewards, a critic's values, clipped updates (Schulman et al. 2017, arXiv:1707.06347).
  case ppo
  /// Groups of answers that are each other's baseline (Shao et al. 2024, arXiv:2402.03300).
  case grpo
}

/// A model's part in a stage.
public enum ModelRole: String, Sendable, CaseIterable {
  /// The model that the run is for.
  case policy
  /// The policy as it was at the start.
  case reference
  /// Scores whole answers.
  case reward
  /// Estimates the value of every token; trained beside the policy.
  case critic
}

/// What a run leaves open about its stage.
public struct StageOptions: Sendable, Equatable {
  /// The policy trains adapters, so that without them it is its own reference.
  public var hasAdapters: Bool
  /// Log-probabilities of the reference were computed once, before training, and are read with the data.
  public var precomputesReference: Bool
  /// Whether generated answers are held to a reference; PPO and GRPO run without one too.
  public var hasReferencePenalty: Bool
  /// Rewards of generated answers come from a model rather than from rules.
  public var hasRewardModel: Bool
  /// Log-probabilities of the answers are computed again by the trained policy, because the generating
  /// program's differ.
  public var rescoresAnswers: Bool
  /// G, answers for one prompt.
  public var groupSize: Int
  /// Passes over the generated answers in one step.
  public var epochs: Int

  /// - Precondition: `groupSize` and `epochs` are positive.
  public init(
    hasAdapters: Bool = false, precomputesReference: Bool = false, hasReferencePenalty: Bool = true,
    hasRewardModel: Bool = true, rescoresAnswers: Bool = false, groupSize: Int = 8, epochs: Int = 1
  ) {
    precondition(groupSize > 0 && epochs > 0, "a step has answers and passes over them")
    self.hasAdapters = hasAdapters
    self.precomputesReference = precomputesReference
    self.hasReferencePenalty = hasReferencePenalty
    self.hasRewardModel = hasRewardModel
    self.rescoresAnswers = rescoresAnswers
    self.groupSize = groupSize
    self.epochs = epochs
  }
}
