import Rehearsal
import TestSupport
import Testing

private func texts(_ packing: String, spread: Double = 0.8, _ more: [String] = []) throws -> TrainingResult {
  try simulated(
    planScenario, ["training.lengths={median: 60, spread: \(spread), packing: \(packing)}"] + more)
}

@Suite("Lengths of texts") struct SequenceLengthTests {
  @Test(arguments: [0.0, 0.3, 0.8, 2.0])
  func `have the moments of what is drawn`(spread: Double) {
    let lengths = SequenceLengths(median: 400, spread: spread, longest: 1024, packing: .batch)
    let random = RandomStreams(seed: 7).counter(named: "test")
    let count = 50_000
    let drawn = (0..<count).map { lengths.longest(of: [random.normal(0, UInt64($0))]) }
    let mean = drawn.reduce(0, +) / Double(count)
    let square = drawn.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(agree(lengths.mean, mean, relative: 0.02))
    #expect(agree(lengths.computedShare(batch: 1), mean / 1024, relative: 0.02))
    let longest = (0..<count / 4).map { batch in
      lengths.longest(of: (0..<4).map { random.normal(0, UInt64(4 * batch + $0)) })
    }
    #expect(
      agree(
        lengths.computedShare(batch: 4), longest.reduce(0, +) / Double(count / 4) / 1024, relative: 0.02))
    #expect(agree(lengths.pairShare, square / (mean * 1024), relative: 0.02))
  }

  @Test func `filled up to the longest cost what full sequences cost, and serve fewer tokens`() throws {
    let (full, padded) = (try simulated(planScenario), try texts("pad"))
    #expect(padded.step == full.step)
    let share = padded.job.plan.lengths!.mean / 256
    #expect(agree(padded.throughput.usefulTokensPerSecond, share * full.throughput.tokensPerSecond))
  }

  @Test func `packed attend to themselves alone, and fill every sequence`() throws {
    let (full, packed) = (try simulated(planScenario), try texts("pack"))
    #expect(packed.step.time < full.step.time)
    #expect(packed.throughput.usefulTokensPerSecond == packed.throughput.tokensPerSecond)
    #expect(packed.memory.peak == full.memory.peak)
    // One text as long as a sequence is the whole of it.
    let whole = try simulated(planScenario, ["training.lengths={median: 256, packing: pack}"])
    #expect(whole.step == full.step)
  }

  @Test func `filled up to the longest of a micro-batch make ranks wait for one another`() throws {
    let (full, equal, different) = (
      try simulated(planScenario), try texts("batch", spread: 0), try texts("batch")
    )
    #expect(equal.step.straggler == 0)
    #expect(different.step.straggler > 0)
    #expect(different.step.time < full.step.time)
    #expect(different.throughput.mfu < full.throughput.mfu)
    // Memory is that of the longest.
    #expect(different.memory.peak == full.memory.peak)
    // The longest of four texts is longer than one.
    let four = try texts("batch", spread: 0.8, ["training.micro_batch=4"])
    let one = try simulated(planScenario, ["training.micro_batch=4"])
    #expect(four.step.compute / one.step.compute > different.step.compute / full.step.compute)
  }

  @Test(arguments: [
    (["training.lengths.spread=0.5"], "training.lengths.spread: every text fills a sequence"),
    (
      ["training.lengths.median=300"],
      "at most the 256 tokens of a sequence"
    ),
    (
      ["training.lengths={median: 60, packing: batch}", "plan.tensor=2"],
      "micro-batches of different lengths are simulated where ranks divide the samples alone"
    ),
    (
      ["training.stage=grpo", "training.lengths.median=60"],
      "stage: grpo has the lengths of the answers that it writes"
    ),
    (["model=resnet50", "training.lengths.median=60"], "a sample of"),
  ])
  func `are refused where they say nothing`(overrides: [String], message: String) {
    #expect("\(overrides) is accepted") {
      _ = try simulated(
        planScenario.replacing(
          "sequence_length: 256, ",
          with: overrides[0].hasPrefix("model") || overrides[0].contains("grpo")
            ? "" : "sequence_length: 256, "), overrides)
    } throws: { error in
      "\(error)".contains(message)
    }
  }
}
