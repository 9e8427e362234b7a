import Rehearsal
import TestSupport
import Testing

@Suite("Any job of a random family") struct InvariantTests {
  private static let seeds = Array(0..<60)

  @Test(arguments: seeds)
  func `keeps within its device and its links, and its parts add up`(seed: Int) throws {
    for jitter in ["0", "0.1"] {
      let result = try simulated(baseScenario, familyMember(seed) + ["simulation.jitter=\(jitter)"])
      #expect(result.throughput.mfu > 0 && result.throughput.mfu <= 1)
      #expect(result.throughput.hfu >= result.throughput.mfu && result.throughput.hfu <= 1)
      #expect(result.links.allSatisfy { $0.utilization > 0 && $0.utilization <= 1 + 1e-9 })
      for step in result.steps + [result.step] {
        let parts =
          step.compute + step.optimizer + step.exposedCommunication + step.exposedOffload + step.other
        #expect(agree(parts, step.time), "seed \(seed)")
        #expect(step.exposedCommunication <= step.communication + step.straggler + 1e-12)
        #expect(step.compute == step.forward + step.backward + step.recompute)
        #expect(step.other >= 0)
        #expect(jitter != "0" || step.straggler == 0)
      }
      #expect(agree(result.steps.reduce(0) { $0 + $1.time }, result.totalSeconds))
      let samples = Double(result.job.globalBatch) / result.step.time
      #expect(agree(result.throughput.samplesPerSecond, samples))
      let live = MemoryKind.onDevice.map { result.memory.liveAtPeak[$0.rawValue].bytes }
      #expect(live.reduce(0, +) == result.memory.peak.bytes)
    }
  }

  @Test(arguments: seeds)
  func `takes as long folded as rank by rank and message by message`(seed: Int) throws {
    let folded = try simulated(baseScenario, familyMember(seed) + ["simulation.fold=on"])
    let ranks = try simulated(baseScenario, familyMember(seed) + ["simulation.fold=ranks"])
    let events = try simulated(baseScenario, familyMember(seed) + ["simulation.fold=off"])
    // Rank by rank nothing is rounded anew.
    #expect(ranks.execution.endTime == folded.execution.endTime)
    expectEqualSteps(folded, ranks)
    #expect(ranks.memory.peak == folded.memory.peak && events.memory.peak == folded.memory.peak)
    #expect(events.collectives.allSatisfy { $0.isExact || $0.library?.saysTime == true })
    for (whole, single) in zip(folded.collectives, events.collectives) {
      #expect(whole.algorithm == single.algorithm)
      // A tick of rounding for each message that waits for another.
      let rounding = Double(whole.duration.ticks) * 1e-9 + 4096
      let gap = whole.duration.ticks - single.duration.ticks
      if whole.isExact {
        #expect(Double(gap.magnitude) <= rounding, "seed \(seed): \(whole) \(single)")
      } else {
        // Where folding holds ranks together that events let run ahead, it says that it is a bound; it is
        // a close one.
        #expect(Double(gap) >= -rounding, "seed \(seed): \(whole) \(single)")
        #expect(whole.duration.seconds <= 1.02 * single.duration.seconds, "seed \(seed)")
      }
    }
    // The same bytes over the same links.
    #expect(folded.links.count == events.links.count)
    for link in folded.links {
      let same = try #require(events.links.first { $0.name == link.name })
      #expect(agree(link.bytesPerStep, same.bytesPerStep, relative: 1e-6))
    }
    let isExact = folded.collectives.allSatisfy { $0.isExact }
    #expect(
      isExact
        ? agree(events.step.time, folded.step.time, relative: 1e-7)
        : events.step.time <= folded.step.time * (1 + 1e-7))
  }

  private func expectEqualSteps(_ a: TrainingResult, _ b: TrainingResult) {
    for (one, other) in zip(a.steps, b.steps) {
      #expect(agree(one.time, other.time))
      #expect(agree(one.compute, other.compute))
      #expect(agree(one.exposedCommunication, other.exposedCommunication, relative: 1e-8))
      #expect(agree(one.communication, other.communication))
    }
  }

  @Test(arguments: seeds)
  func `is never slower on a faster network or a larger device`(seed: Int) throws {
    let job = try resolver.job(for: try scenario(baseScenario, familyMember(seed)))
    let base = try simulate(job)
    var faster = job
    faster.cluster = job.cluster.withSpeed(scaledBy: 3)
    #expect(try simulate(faster).step.time <= base.step.time * (1 + 1e-9))
    var wider = job
    wider.cluster.interNode.bandwidth = job.cluster.interNode.bandwidth * 2
    #expect(try simulate(wider).step.time <= base.step.time * (1 + 1e-9))
    var stronger = job
    stronger.plan.device.memoryBandwidth = job.plan.device.memoryBandwidth * 2
    stronger.plan.device.densePeak = job.plan.device.densePeak.mapValues { $0 * 2 }
    #expect(try simulate(stronger).step.time <= base.step.time * (1 + 1e-9))
  }

  @Test(arguments: seeds)
  func `communicates no more when it accumulates`(seed: Int) throws {
    var job = try resolver.job(for: try scenario(baseScenario, familyMember(seed)))
    let base = try simulate(job)
    job.plan.accumulation *= 2
    let accumulated = try simulate(job)
    #expect(accumulated.collectives == base.collectives)
    #expect(accumulated.step.communication == base.step.communication)
    #expect(accumulated.step.compute > base.step.compute)
  }
}

@Suite("Folding") struct FoldingTests {
  /// A GPT-2 of three blocks on eight nodes of eight.
  private let job = """
    model: {layers: 3, hidden: 768, heads: 12, context: 1024, vocabulary: 50257}
    cluster:
      nodes: 8
      accelerators_per_node: 8
      fabric: {kind: switch, nic: 200 Gb/s}
    training: {sequence_length: 1024, micro_batch: 4, steps: 2, bucket_size: 100 MiB}
    """

  @Test(arguments: ["ring", "rabenseifner", "hierarchical"])
  func `of sixty-four ranks changes nothing but the events`(algorithm: String) throws {
    let choice = ["cluster.collectives.all_reduce=\(algorithm)"]
    let folded = try simulated(job, choice + ["simulation.fold=on"])
    #expect(folded.collectives.allSatisfy { $0.isExact })
    for fold in ["ranks", "off"] {
      let unfolded = try simulated(job, choice + ["simulation.fold=\(fold)"])
      #expect(agree(unfolded.step.time, folded.step.time))
      #expect(agree(unfolded.step.communication, folded.step.communication, relative: 1e-8))
      #expect(unfolded.memory.peak == folded.memory.peak)
      #expect(unfolded.eventCount > folded.eventCount)
    }
  }
}
