import Execution
import MemoryModels
import Quantities
import StepGraphs
import TestSupport
import Testing

@Suite("Executor") struct ExecutorTests {
  // Compute: 0–2 forward, 2–5 backward 1, 5–6 backward 0. Reductions of 2 ms each: 5–7, then 7–9.
  // Update 9–10. The compute stream waits 6–9: 3 ms of the 4 ms of communication are exposed.
  @Test func `overlaps reductions with the backward pass as worked by hand`() throws {
    let result = execute(
      miniatureStep(rankCount: 4), callDurations: [.milliseconds(2), .milliseconds(2)],
      resident: [nothingResident], options: ExecutionOptions())
    let step = try #require(result.iterations.first)
    #expect(result.endTime == SimTime.zero + SimDuration.milliseconds(10))
    #expect(agree(step.seconds, 10e-3))
    #expect(agree(step.busySeconds[.forward] ?? 0, 2e-3))
    #expect(agree(step.busySeconds[.backward] ?? 0, 4e-3))
    #expect(agree(step.busySeconds[.optimizer] ?? 0, 1e-3))
    #expect(agree(step.waitSeconds[.communication] ?? 0, 3e-3))
    #expect(agree(step.communicationSeconds, 4e-3))
    #expect(step.stragglerSeconds == 0)
  }

  @Test(arguments: [1, 2, 7, 100])
  func `iterations follow each other`(count: Int) {
    let result = execute(
      miniatureStep(rankCount: 2), callDurations: [.milliseconds(2), .milliseconds(2)],
      resident: [nothingResident], options: ExecutionOptions(iterations: count))
    #expect(result.endTime == SimTime.zero + SimDuration.milliseconds(10) * count)
    #expect(result.iterations.count == count)
    for (index, step) in result.iterations.enumerated() {
      #expect(step.start == SimTime.zero + SimDuration.milliseconds(10) * index)
    }
  }

  @Test(arguments: [1, 2, 3, 64])
  func `folded equals unfolded`(rankCount: Int) {
    let graph = miniatureStep(rankCount: rankCount)
    let durations: [SimDuration] = [.milliseconds(2), .milliseconds(1)]
    let folded = execute(
      graph, callDurations: durations, resident: [nothingResident], options: ExecutionOptions(iterations: 3))
    let unfolded = execute(
      graph, callDurations: durations, resident: [nothingResident],
      options: ExecutionOptions(iterations: 3, unfolded: true))
    #expect(folded.endTime == unfolded.endTime)
    for (a, b) in zip(folded.iterations, unfolded.iterations) {
      #expect(agree(a.waitSeconds[.communication] ?? 0, b.waitSeconds[.communication] ?? 0))
      #expect(agree(a.busySeconds[.backward] ?? 0, b.busySeconds[.backward] ?? 0))
    }
    // 4 operators and 2 collectives a rank, three times.
    #expect(unfolded.eventCount == 3 * 6 * rankCount)
  }

  @Test func `variation is seeded and makes ranks wait for the slowest`() throws {
    let graph = miniatureStep(rankCount: 16)
    func run(seed: UInt64) -> ExecutionResult {
      execute(
        graph, callDurations: [.milliseconds(2), .milliseconds(2)], resident: [nothingResident],
        options: ExecutionOptions(iterations: 2, unfolded: true, jitter: 0.1, seed: seed))
    }
    let first = run(seed: 1)
    #expect(first.fingerprint == run(seed: 1).fingerprint)
    #expect(first.fingerprint != run(seed: 2).fingerprint)
    #expect(try #require(first.iterations.first).stragglerSeconds > 0)
    #expect(first.endTime != SimTime.zero + SimDuration.milliseconds(20))
  }

  @Test func `busy and waiting time add up to the whole`() {
    let result = execute(
      miniatureStep(rankCount: 8), callDurations: [.milliseconds(2), .milliseconds(5)],
      resident: [nothingResident],
      options: ExecutionOptions(iterations: 1, unfolded: true, jitter: 0.2, seed: 7))
    for step in result.iterations {
      let sum = step.busySeconds.values.reduce(0, +) + step.waitSeconds.values.reduce(0, +)
      // Ranks end at their own time; the iteration lasts until the last one.
      #expect(sum <= step.seconds * (1 + 1e-12))
      #expect(sum > step.seconds * 0.8)
    }
  }

  @Test func `memory rises and falls with the operators and names its peak`() throws {
    var builder = StepGraphBuilder(rankCount: 1)
    let forward = builder.add("forward", .forward, duration: .milliseconds(1))
    builder.change(.activations, by: 100, atStartOf: forward)
    let backward = builder.add("backward", .backward, duration: .milliseconds(1))
    builder.change(.workspace, by: 50, atStartOf: backward)
    builder.change(.workspace, by: -50, atEndOf: backward)
    builder.change(.activations, by: -100, atEndOf: backward)
    builder.finishClass(named: "ranks", ranks: [0])
    var resident = nothingResident
    resident[MemoryKind.weights.rawValue] = 1000
    let result = execute(
      builder.build(), callDurations: [], resident: [resident],
      options: ExecutionOptions(iterations: 2, recordedRanks: [0], recordedIterations: 1))
    let memory = try #require(result.memory.first)
    #expect(memory.peakBytes == 1150)
    #expect(memory.peakOperator == 1)
    #expect(memory.liveAtPeak[MemoryKind.activations.rawValue] == 100)
    // Start, forward, backward start, backward end (two changes at one event are one sample).
    #expect(memory.samples.map { $0.bytes.reduce(0, +) } == [1000, 1100, 1150, 1000])
  }

  @Test func `records the spans that were asked for`() {
    let result = execute(
      miniatureStep(rankCount: 4), callDurations: [.milliseconds(2), .milliseconds(2)],
      resident: [nothingResident],
      options: ExecutionOptions(iterations: 3, unfolded: true, recordedRanks: [0, 3], recordedIterations: 1))
    #expect(result.spans.count == 2 * 6)
    #expect(result.spans.allSatisfy { [0, 3].contains($0.rank) && $0.iteration == 0 && $0.start <= $0.end })
  }
}
