import FineTuning
import Testing

@Suite("Work of a stage") struct StageWorkTests {
  /// FLOPs per sample in units of P·T: 2 forward and 6 forward and backward for every model.
  private func units(_ stage: TrainingStage, _ options: StageOptions = StageOptions()) -> Double {
    StageWork(stage, options).passFLOPs(forward: { _ in 2 }, training: { _ in 6 })
  }

  private func residents(_ stage: TrainingStage, _ options: StageOptions = StageOptions()) -> [String] {
    StageWork(stage, options).residents.map { $0.role.rawValue + ($0.isTrained ? " trained" : "") }
  }

  @Test func `FLOPs of a sample follow the table`() {
    #expect(units(.pretrain) == 6)
    #expect(units(.sft) == 6)
    #expect(units(.rewardModel) == 12)
    #expect(units(.orpo) == 12)
    #expect(units(.simpo) == 12)
    // (6 + 2) for each answer of the pair.
    #expect(units(.dpo) == 16)
    #expect(units(.ipo) == 16)
    // 6 + 2 on the answer and 2 + 2 on the one that belongs elsewhere.
    #expect(units(.kto) == 12)
    // Reference, reward, critic, then policy and critic trained twice.
    #expect(units(.ppo, StageOptions(epochs: 2)) == 2 + 2 + 2 + 2 * (6 + 6))
    #expect(units(.grpo, StageOptions(groupSize: 4)) == 4 * (6 + 2 + 2))
  }

  @Test func `models that stay in memory`() {
    #expect(residents(.sft) == ["policy trained"])
    #expect(residents(.rewardModel) == ["reward trained"])
    #expect(residents(.simpo) == ["policy trained"])
    #expect(residents(.dpo) == ["policy trained", "reference"])
    #expect(residents(.kto) == ["policy trained", "reference"])
    #expect(residents(.ppo) == ["policy trained", "critic trained", "reference", "reward"])
    #expect(residents(.grpo) == ["policy trained", "reference", "reward"])
    #expect(
      residents(.grpo, StageOptions(hasReferencePenalty: false, hasRewardModel: false)) == ["policy trained"])
  }

  @Test func `a policy with adapters is its own reference, at the same work`() {
    let options = StageOptions(hasAdapters: true)
    #expect(residents(.dpo, options) == ["policy trained"])
    #expect(units(.dpo, options) == units(.dpo))
  }

  @Test func `a reference scored before costs neither memory nor work, but answers of the run cannot be`() {
    let options = StageOptions(precomputesReference: true)
    #expect(residents(.dpo, options) == ["policy trained"])
    #expect(units(.dpo, options) == 12)
    // KTO's policy still passes the answer that belongs elsewhere.
    #expect(units(.kto, options) == 8)
    #expect(units(.grpo, options) == units(.grpo))
  }

  @Test func `answers are scored again by the trained policy where asked for`() {
    #expect(units(.ppo, StageOptions(rescoresAnswers: true)) == units(.ppo) + 2)
    #expect(
      units(.grpo, StageOptions(rescoresAnswers: true, groupSize: 4))
        == units(.grpo, StageOptions(groupSize: 4)) + 8)
  }

  @Test func `scoring leaves numbers for the update`() {
    // One sum of log-probabilities for each answer of a pair.
    #expect(StageWork(.dpo).scoreBytes(tokens: 100) == 8)
    // Five numbers a token and a reward.
    #expect(StageWork(.ppo).scoreBytes(tokens: 100) == 4 * 501)
    #expect(StageWork(.grpo, StageOptions(groupSize: 4)).scoreBytes(tokens: 100) == 4 * 4 * 201)
    #expect(StageWork(.sft).scoreBytes(tokens: 100) == 0)
    // Llama-3's logits of 4096 tokens: 2.1 GB.
    #expect(StageWork.logitsBytes(tokens: 4096, vocabulary: 128256) == 2_101_346_304)
  }

  @Test func `only PPO and GRPO generate`() {
    let generating = TrainingStage.allCases.filter { StageWork($0).rollout != nil }
    #expect(generating == [.ppo, .grpo])
    #expect(StageWork(.grpo, StageOptions(groupSize: 16)).rollout?.groupSize == 16)
    #expect(StageWork(.ppo, StageOptions(groupSize: 16)).rollout?.groupSize == 1)
  }
}
