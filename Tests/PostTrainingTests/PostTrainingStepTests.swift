import FineTuning
import PostTraining
import Quantities
import Testing

@Suite("Post-training step") struct PostTrainingStepTests {
  private func ms(_ value: Double) -> SimDuration { .milliseconds(value) }

  @Test func `a step of GRPO adds its scoring and its updates`() {
    // 2 prompts of 8 answers, 4 at a time: 4 passes each of reference and reward at 5 and 3 ms, 4 updates at 20 ms.
    let step = PostTrainingStep(
      StageWork(.grpo, StageOptions(groupSize: 8)), samples: 2, microBatch: 4, rollout: ms(500),
      weightSync: ms(10), forward: { $0 == .reference ? ms(5) : ms(3) }, training: { _ in ms(20) })
    #expect(step == PostTrainingStep(rollout: ms(500), scoring: ms(32), update: ms(80), weightSync: ms(10)))
    #expect(step.colocatedTime == ms(500 + 32 + 80 + 10))
    #expect(step.splitTime(staleness: 0) == ms(622))
    #expect(step.splitTime(staleness: 1) == ms(510))
  }

  @Test func `a step of DPO has no rollout and nothing to send`() {
    // 6 pairs, 4 sequences at a time: 3 passes of reference and policy.
    let step = PostTrainingStep(
      StageWork(.dpo), samples: 6, microBatch: 4, rollout: ms(500), weightSync: ms(10),
      forward: { _ in ms(5) }, training: { _ in ms(20) })
    #expect(step == PostTrainingStep(scoring: ms(15), update: ms(60)))
    #expect(step.colocatedTime == ms(75))
  }

  @Test func `weights of 8 billion parameters take 40 ms at 400 GB/s`() {
    // 8e9 · 2 bytes / 400 GB/s.
    #expect(weightSyncTime(parameters: 8_000_000_000, bandwidth: .gigabytesPerSecond(400)) == ms(40))
  }

  @Test(arguments: [0, 1, 2])
  func `equal rollouts reach the long-run time of a step`(staleness: Int) {
    for (rollout, training) in [(300.0, 100.0), (100, 300)] {
      let step = PostTrainingStep(
        rollout: ms(rollout), scoring: .zero, update: ms(training), weightSync: ms(10))
      func end(_ steps: Int) -> SimTime {
        splitTimeline(
          rollouts: Array(repeating: ms(rollout), count: steps), training: ms(training), sync: ms(10),
          staleness: staleness)
      }
      #expect(end(50) - end(30) == step.splitTime(staleness: staleness) * 20)
    }
  }

  @Test func `more staleness lets short rollouts make up for long ones`() {
    // Rollouts of 100 and 300 ms in turn against 200 ms of training: no step of slack makes either side wait.
    let rollouts = (0..<40).map { ms($0.isMultiple(of: 2) ? 100 : 300) }
    let ends = (0...3).map {
      splitTimeline(rollouts: rollouts, training: ms(200), sync: .zero, staleness: $0).seconds
    }
    // Without: 40 · (200 + 200) ms.
    #expect(ends[0] == 16)
    #expect(ends[1] < ends[0] && ends[2] <= ends[1] && ends[3] <= ends[2])
    // Both sides have 8 s of work; nothing can be done sooner.
    #expect(ends[3] >= 8)
  }
}
