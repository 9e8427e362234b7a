import MemoryModels
import ModelGraphs
import Quantities
import TestSupport
import Testing
import Training

@Suite("A data-parallel step") struct StepTests {
  @Test func `parts add up to the whole`() throws {
    for overlaps in [true, false] {
      let step = try simulate(job { $0.plan.overlap.gradients = overlaps }).step
      let sum = step.compute + step.optimizer + step.exposedCommunication + step.exposedOffload + step.other
      #expect(agree(sum, step.time))
      #expect(step.exposedCommunication <= step.communication * (1 + 1e-12))
    }
  }

  @Test func `hides communication behind the backward pass`() throws {
    let overlapped = try simulate(job()).step
    let sequential = try simulate(job { $0.plan.overlap.gradients = false }).step
    #expect(agree(overlapped.communication, sequential.communication))
    #expect(overlapped.time < sequential.time)
    #expect(agree(sequential.exposedCommunication, sequential.communication, relative: 1e-6))
  }

  @Test func `takes the whole reduction of the gradients to the wire`() throws {
    // 8 layers × 1024² parameters × 2 bytes.
    let result = try simulate(job())
    let reduced = result.collectives.reduce(0) { $0 + $1.bytes.bytes * Int64($1.count) }
    #expect(reduced == 8 * 1024 * 1024 * 2)
  }

  @Test func `has no communication on one rank`() throws {
    let result = try simulate(
      job(nodes: 1) {
        $0.plan.rankCount = 1
        $0.cluster.devicesPerNode = 1
      })
    #expect(result.collectives.isEmpty)
    #expect(result.step.communication == 0)
  }

  @Test func `costs what its micro-batches cost`() throws {
    let one = try simulate(job(accumulation: 1)).step
    let four = try simulate(job(accumulation: 4)).step
    #expect(agree(four.forward, 4 * one.forward, relative: 1e-9))
    // Adding to earlier gradients costs a pass over them on top.
    #expect(four.backward > 4 * one.backward)
    #expect(agree(four.communication, one.communication))
    #expect(four.optimizer == one.optimizer)
  }

  @Test func `grows with the batch`() throws {
    let small = try simulate(job(microBatch: 1)).step.time
    let large = try simulate(job(microBatch: 256)).step.time
    #expect(large > 4 * small)
  }

  @Test func `runs the forward pass again when activations are recomputed`() throws {
    let kept = try simulate(job(microBatch: 64))
    let full = try simulate(job(microBatch: 64) { $0.plan.recompute = .full })
    #expect(agree(full.step.recompute, kept.step.forward, relative: 1e-9))
    #expect(full.throughput.hfu > full.throughput.mfu)
    #expect(kept.throughput.hfu == kept.throughput.mfu)
  }

  @Test func `never uses more than the device has`() throws {
    for batch in [1, 16, 4096] {
      let rate = try simulate(job(microBatch: batch)).throughput
      #expect(rate.mfu > 0 && rate.mfu < 1 && rate.hfu < 1)
    }
  }

  @Test func `repeats the last of a thousand steps where ranks are equal`() throws {
    let one = try simulate(job(steps: 1))
    let million = try simulate(job(steps: 1_000_000))
    #expect(million.steps.count == 1000)
    #expect(agree(million.totalSeconds, 1e6 * one.totalSeconds, relative: 1e-12))
    let varied = try simulate(job(steps: 1100) { $0.jitter = 0.1 })
    #expect(varied.steps.count == 1100)
  }

  @Test func `takes a hundred times as long for a hundred steps`() throws {
    let one = try simulate(job(steps: 1))
    let hundred = try simulate(job(steps: 100))
    #expect(agree(hundred.totalSeconds, 100 * one.totalSeconds, relative: 1e-12))
    #expect(hundred.steps.count == 100)
  }
}
