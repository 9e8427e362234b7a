import Rehearsal
import TestSupport
import Testing

/// One device a node and work enough that a fast network hides behind it, by the schedules alone.
private let busyNode = """
  name: busy
  model: {layers: 4, hidden: 1024, heads: 16, context: 512, vocabulary: 1000}
  cluster:
    nodes: 1
    accelerators_per_node: 1
    fabric: {kind: switch, nic: 400 Gb/s}
    collectives: {tuner: least}
  training: {sequence_length: 512, micro_batch: 16, steps: 1}
  """

@Suite("Scaling studies") struct ScalingFlawTests {
  private func study(
    _ mode: ScalingMode, _ nodes: [Int] = [1, 2, 4, 8, 16], with overrides: [String] = []
  ) throws -> ScalingStudy {
    scalingStudy(
      try resolver.job(for: try scenario(busyNode, overrides)), nodeCounts: nodes, mode: mode, threads: 2)
  }

  @Test func `a step that stays as long on sixteen nodes has a weak efficiency of one`() throws {
    let weak = try study(.weak)
    #expect(weak.points.map(\.globalBatch) == [16, 32, 64, 128, 256])
    for point in weak.points {
      // Work per rank stays, so efficiency is T₁ / Tₙ, not T₁ / (n Tₙ).
      #expect(agree(point.efficiency, weak.points[0].stepSeconds / point.stepSeconds))
      #expect(agree(point.speedup, point.efficiency * Double(point.nodeCount)))
    }
    #expect(try #require(weak.points.last).efficiency > 0.9)
    #expect(weak.breakdownNodeCount == nil)
    #expect(weak.bestNodeCount == 16)
  }

  @Test func `strong scaling keeps the batch and shortens the step`() throws {
    let strong = try study(.strong)
    #expect(strong.points.map(\.globalBatch) == [16, 16, 16, 16, 16])
    for (fewer, more) in zip(strong.points, strong.points.dropFirst()) {
      #expect(more.stepSeconds < fewer.stepSeconds)
    }
    for point in strong.points {
      // E = T₁ / (n Tₙ).
      #expect(
        agree(
          point.efficiency, strong.points[0].stepSeconds / point.stepSeconds / Double(point.nodeCount)))
    }
    // Smaller shares fill the device less, and gradients stay as many.
    let weak = try study(.weak)
    #expect(try #require(strong.points.last).efficiency < (try #require(weak.points.last).efficiency))
  }

  @Test(arguments: ScalingMode.allCases)
  func `a slow network breaks scaling down, at the first node count below the threshold`(
    mode: ScalingMode
  ) throws {
    let slow = try study(mode, with: ["cluster.fabric.nic=1 Gb/s"])
    let breakdown = try #require(slow.breakdownNodeCount)
    #expect(slow.points.first { $0.efficiency < ScalingStudy.threshold }?.nodeCount == breakdown)
    #expect(try #require(slow.bestNodeCount) < breakdown)
    #expect(slow.points[0].efficiency == 1)
  }

  @Test func `a study leaves its job as it was`() throws {
    let job = try resolver.job(for: try scenario(busyNode))
    let before = try simulate(job)
    for mode in ScalingMode.allCases {
      _ = scalingStudy(job, nodeCounts: [2, 16], mode: mode, threads: 2)
    }
    let after = try simulate(job)
    #expect(job.name == "busy")
    #expect(job.plan.rankCount == 1)
    #expect(job.cluster.nodeCount == 1)
    #expect(after.fingerprint == before.fingerprint)
    #expect(after.steps == before.steps)
  }

  @Test func `the first point is the base, whatever its size`() throws {
    let study = try study(.weak, [4, 8])
    #expect(study.points[0].speedup == 1 && study.points[0].efficiency == 1)
    #expect(study.points[1].speedup > 1 && study.points[1].speedup <= 2)
  }

  @Test(arguments: [0.0, 0.01, 0.05, 0.25, 1.0])
  func `the fit of Amdahl's law finds the serial fraction it was made with`(fraction: Double) {
    let points = [1.0, 2, 4, 8, 16, 64].map { growth in
      (growth: growth, speedup: 1 / (fraction + (1 - fraction) / growth))
    }
    #expect(abs(amdahlSerialFraction(points) - fraction) < 1e-12)
  }

  @Test func `a slower network looks like a larger serial fraction`() throws {
    let fast = try #require(try study(.strong).serialFraction)
    let slow = try #require(try study(.strong, with: ["cluster.fabric.nic=10 Gb/s"]).serialFraction)
    #expect(fast > 0 && fast < slow && slow <= 1)
  }
}
