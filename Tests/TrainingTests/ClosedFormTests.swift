import MemoryModels
import Quantities
import TestSupport
import Testing
import Training

@Suite("Closed form of the step") struct ClosedFormTests {
  @Test(arguments: [1, 2, 5, 32], [true, false])
  func `equals the events to the tick`(layerCount: Int, overlaps: Bool) throws {
    for accumulation in [1, 3] {
      for policy in [RecomputePolicy.none, .full, .squareRoot, .every(3)] {
        let result = try simulate(
          job(chain(layerCount: layerCount), accumulation: accumulation) {
            $0.plan.overlap.gradients = overlaps
            $0.plan.recompute = policy
          })
        #expect(result.closedFormSeconds == result.execution.endTime.seconds)
      }
    }
  }

  @Test(arguments: [1, 2, 32])
  func `holds folded and unfolded`(nodes: Int) throws {
    let folded = try simulate(job(nodes: nodes, steps: 2))
    let unfolded = try simulate(job(nodes: nodes, steps: 2) { $0.folding = .off })
    #expect(folded.execution.endTime == unfolded.execution.endTime)
    #expect(agree(folded.step.time, unfolded.step.time))
    #expect(agree(folded.step.exposedCommunication, unfolded.step.exposedCommunication))
    #expect(folded.memory.peak == unfolded.memory.peak)
  }

  @Test func `does not speak of steps that wait for the host`() throws {
    let result = try simulate(job { $0.plan.offload.optimizer = .host })
    #expect(result.closedFormSeconds == nil)
  }
}
