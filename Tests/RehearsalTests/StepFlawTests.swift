import Rehearsal
import TestSupport
import Testing

/// FLOPs of one rank's passes over a step, recomputation included.
private func passFLOPs(_ result: TrainingResult) -> Double {
  let graph = result.graph
  return graph.operators.indices.filter {
    [.forward, .backward, .recompute].contains(graph.operators[$0].phase)
  }
  .reduce(0) { $0 + graph.operators[$1].flops }
}

@Suite("Steps and batches") struct StepFlawTests {
  @Test(arguments: [(baseScenario, "training.steps"), (flatScenario, "training.num_iterations")])
  func `a hundred steps follow one another and take a hundred times one`(text: String, key: String) throws {
    let one = try simulated(text, ["\(key)=1"])
    let hundred = try simulated(text, ["\(key)=100"])
    #expect(hundred.steps.count == 100)
    #expect(hundred.execution.endTime.ticks == 100 * one.execution.endTime.ticks)
    let records = hundred.execution.iterations
    #expect(records[0].start == .zero)
    for (before, after) in zip(records, records.dropFirst()) { #expect(after.start == before.end) }
    #expect(agree(hundred.totalSeconds, 100 * hundred.step.time))
    #expect(agree(hundred.throughput.samplesPerSecond, one.throughput.samplesPerSecond))
  }

  @Test(arguments: [(baseScenario, "training.micro_batch"), (flatScenario, "training.batch_size_per_gpu")])
  func `sixty-four samples are sixty-four times the arithmetic of one`(text: String, key: String) throws {
    let one = try simulated(text, ["\(key)=1"])
    let many = try simulated(text, ["\(key)=64"])
    #expect(agree(passFLOPs(many), 64 * passFLOPs(one)))
    #expect(many.step.compute > one.step.compute)
    // Launches and half-filled tiles of one sample are paid once, so 64 take less than 64 times as long.
    #expect(many.step.compute < 64 * one.step.compute)
    // The gradients are the same bytes whatever the batch.
    #expect(many.step.communication == one.step.communication)
  }

  @Test func `a batch that fills the device takes its time in proportion`() throws {
    // From 32 to 64 sequences of 512 every product doubles its rows, and only launch gaps stay.
    let wide = ["model={layers: 2, hidden: 1024, heads: 16, context: 512}", "training.sequence_length=512"]
    let half = try simulated(baseScenario, wide + ["training.micro_batch=32"])
    let full = try simulated(baseScenario, wide + ["training.micro_batch=64"])
    let ratio = full.step.compute / half.step.compute
    #expect(ratio > 1.85 && ratio < 2.05, "\(ratio)")
  }

  @Test func `accumulated micro-batches add passes and no communication`() throws {
    let one = try simulated()
    let four = try simulated(baseScenario, ["training.gradient_accumulation=4"])
    #expect(four.step.communication == one.step.communication)
    #expect(four.collectives == one.collectives)
    #expect(agree(four.step.forward, 4 * one.step.forward))
    #expect(four.step.backward >= 4 * one.step.backward)
    #expect(four.job.globalBatch == 4 * one.job.globalBatch)
    #expect(four.throughput.samplesPerSecond > one.throughput.samplesPerSecond)
  }

  @Test func `a global batch smaller than the ranks is refused with numbers`() {
    #expect {
      _ = try scenario(baseScenario, ["training.micro_batch=auto", "training.global_batch=2"])
    } throws: { error in
      "\(error)" == """
        --set:1:23: training.global_batch: 2 is not a multiple of 4 ranks
          mend: use 4
        """
    }
    // The same in a study: the node counts that fit the batch are run, the others named with their numbers.
    let study = scalingStudy(
      try! resolver.job(for: try! scenario(baseScenario, ["training.micro_batch=2"])),
      nodeCounts: [1, 2, 4, 8], mode: .strong, threads: 1)
    #expect(study.points.map(\.nodeCount) == [1, 2, 4])
    #expect(study.points.allSatisfy { $0.stepSeconds.isFinite && $0.stepSeconds > 0 })
    #expect(study.skipped.map(\.nodeCount) == [8])
    #expect(study.skipped.map(\.reason) == ["a global batch of 8 does not divide over 16 ranks"])
  }

  @Test func `without recorded statistics the result is the same`() throws {
    var job = try resolver.job(for: try scenario())
    let recorded = try simulate(job)
    job.recordedRanks = 0
    job.recordedIterations = 0
    let bare = try simulate(job)
    #expect(bare.execution.spans.isEmpty)
    #expect(bare.steps == recorded.steps)
    #expect(bare.fingerprint == recorded.fingerprint)
    #expect(bare.memory.peak == recorded.memory.peak)
  }

  @Test func `no part of a step is a constant of the program`() throws {
    // Two jobs that share nothing but the program share no time either.
    let one = try simulated()
    let other = try simulated(
      baseScenario,
      [
        "cluster.accelerator=H100", "model={layers: 3, hidden: 512, heads: 8, context: 128}",
        "cluster.fabric.nic=40 Gb/s", "training.micro_batch=3",
      ])
    let parts: [KeyPath<StepBreakdown, Double>] = [
      \.time, \.forward, \.backward, \.optimizer, \.communication, \.exposedCommunication,
    ]
    for part in parts {
      #expect(one.step[keyPath: part] > 0)
      #expect(one.step[keyPath: part] != other.step[keyPath: part])
    }
  }

  @Test func `a model of ten times the parameters takes about ten times as long`() throws {
    func seconds(_ parameters: String) throws -> Double {
      try simulated(
        baseScenario,
        ["model={parameters: \(parameters), activations: 1e6}", "training.sequence_length=auto"]
      ).step.time
    }
    // The update, the passes and the reduction are all in proportion to the parameters here.
    let ratio = try seconds("2.5e9") / seconds("250e6")
    #expect(ratio > 9 && ratio < 11, "\(ratio)")
  }
}
