import Rehearsal
import Testing

@Suite("Training with measured collectives") struct CalibratedStepTests {
  private let override = ["cluster.collectives.calibration=four-ranks.yaml"]

  @Test func `every bucket takes its line`() throws {
    let result = try simulated(baseScenario, override)
    #expect(!result.collectives.isEmpty)
    for collective in result.collectives {
      // 1 ms + S / 1 GB/s.
      let expected = 1e-3 + Double(collective.bytes.bytes) * 1e-9
      #expect((collective.duration.seconds - expected).magnitude < 1e-12)
      #expect(collective.algorithm == nil)
    }
    #expect(result.links.isEmpty && result.traffic.flows.isEmpty)
  }

  @Test func `neither folding nor the network's model moves it`() throws {
    let folded = try simulated(baseScenario, override)
    for other in [["simulation.fold=off"], ["simulation.network=analytic"], ["cluster.fabric.nic=1 Gb/s"]] {
      #expect(try simulated(baseScenario, override + other).step.time == folded.step.time)
    }
  }

  @Test func `a scaling study leaves out other groups by name`() throws {
    let job = try resolver.job(for: try scenario(baseScenario, override))
    let study = scalingStudy(job, nodeCounts: [2, 4], mode: .weak, threads: 1)
    #expect(study.points.map(\.nodeCount) == [2])
    #expect(study.skipped.map(\.reason) == ["the calibration holds times of 4 ranks, not 8"])
  }

  @Test func `a network twice as fast halves what grows with the size`() throws {
    let result = try simulated(baseScenario, override + ["training.overlap=false"])
    let gain = elasticity(of: result, threads: 1).gains[.network] ?? 0
    let halved = result.collectives.reduce(0.0) {
      $0 + 0.5e-9 * Double($1.bytes.bytes) * Double($1.count)
    }
    #expect((gain - halved / result.step.time).magnitude < 1e-6)
  }
}
