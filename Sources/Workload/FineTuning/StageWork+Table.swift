extension StageWork {
  /// The work of a stage.
  ///
  /// | stage | sample | trained | forward only |
  /// |---|---|---|---|
  /// | pretrain, sft | 1 sequence | policy 1 | |
  /// | rm | pair | reward 2 | |
  /// | orpo, simpo | pair | policy 2 | |
  /// | dpo, ipo | pair | policy 2 | reference 2 |
  /// | kto | answer | policy 1 | policy 1, reference 2 |
  /// | ppo | prompt | policy e, critic e | reference 1, reward 1, critic 1 |
  /// | grpo | prompt, G answers | policy G·e | reference G, reward G |
  ///
  /// KTO estimates the divergence from answers that belong to another prompt of the batch: the policy passes
  /// them without a gradient, the reference passes both. A reference that is the policy without its adapters
  /// passes as often, but is not held twice; one whose log-probabilities were computed before is neither
  /// held nor run. With reference log-probabilities computed before, KTO's policy still passes both.
  ///
  /// - Source: the papers named at `TrainingStage`; TRL's trainers for what they run forward only.
  public init(_ stage: TrainingStage, _ options: StageOptions = StageOptions()) {
    var table = StageTable(options: options)
    switch stage {
    case .pretrain, .sft: table.train(.policy, 1)
    case .rewardModel: table.train(.reward, 2)
    case .orpo, .simpo: table.train(.policy, 2)
    case .dpo, .ipo:
      table.train(.policy, 2)
      table.refer(2)
      table.keep(perSequence: 1, of: 2)
    case .kto:
      table.train(.policy, 1)
      table.score(.policy, 1)
      table.refer(2)
      table.keep(perSequence: 1, of: 2)
    case .ppo:
      table.rollout = Rollout(groupSize: 1)
      table.train(.policy, options.epochs)
      table.train(.critic, options.epochs)
      if options.rescoresAnswers { table.score(.policy, 1) }
      if options.hasReferencePenalty { table.refer(1) }
      if options.hasRewardModel { table.score(.reward, 1) }
      table.score(.critic, 1)
      // Log-probabilities of the policy and, with a penalty, of the reference; values, advantages, returns.
      table.keep(perToken: options.hasReferencePenalty ? 5 : 4, perSequence: 1, of: 1)
    case .grpo:
      let group = options.groupSize
      table.rollout = Rollout(groupSize: group)
      table.train(.policy, group * options.epochs)
      if options.rescoresAnswers { table.score(.policy, group) }
      if options.hasReferencePenalty { table.refer(group) }
      if options.hasRewardModel { table.score(.reward, group) }
      // Log-probabilities of the policy and, with a penalty, of the reference; one advantage an answer.
      table.keep(perToken: options.hasReferencePenalty ? 2 : 1, perSequence: 1, of: group)
    }
    self.init(
      stage: stage, residents: table.residents, forwards: table.forwards, trainings: table.trainings,
      rollout: table.rollout, valuesPerToken: table.valuesPerToken,
      valuesPerSequence: table.valuesPerSequence,
      scoredSequences: table.scoredSequences)
  }
}

/// The table's row while it is written.
private struct StageTable {
  let options: StageOptions
  var residents: [StageWork.Resident] = []
  var forwards: [StageWork.ModelPass] = []
  var trainings: [StageWork.ModelPass] = []
  var rollout: StageWork.Rollout?
  var valuesPerToken = 0
  var valuesPerSequence = 0
  var scoredSequences = 0

  init(options: StageOptions) { self.options = options }

  mutating func train(_ role: ModelRole, _ sequences: Int) {
    residents.append(StageWork.Resident(role: role, isTrained: true))
    trainings.append(StageWork.ModelPass(role: role, sequences: sequences))
  }

  mutating func score(_ role: ModelRole, _ sequences: Int) {
    if !residents.contains(where: { $0.role == role }) {
      residents.append(StageWork.Resident(role: role, isTrained: false))
    }
    forwards.append(StageWork.ModelPass(role: role, sequences: sequences))
  }

  /// The reference's passes: by the policy without its adapters, by a model of its own, or done before.
  ///
  /// Answers that the policy writes during the run cannot have been scored before.
  mutating func refer(_ sequences: Int) {
    if options.precomputesReference, rollout == nil { return }
    score(options.hasAdapters ? .policy : .reference, sequences)
  }

  mutating func keep(perToken: Int = 0, perSequence: Int, of sequences: Int) {
    valuesPerToken = perToken
    valuesPerSequence = perSequence
    scoredSequences = sequences
  }
}
