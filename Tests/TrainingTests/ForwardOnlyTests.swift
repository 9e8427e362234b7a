import MemoryModels
import Parallelism
import Quantities
import StepGraphs
import TestSupport
import Testing

@testable import Training

@Suite("Steps of forward passes alone") struct ForwardOnlyTests {
  @Test func `have no backward pass, no reduction and no update`() throws {
    let whole = try simulate(job(accumulation: 3))
    let forward = try simulate(job(accumulation: 3) { $0.plan.isForwardOnly = true })
    #expect(forward.graph.operators.allSatisfy { $0.phase == .forward })
    #expect(agree(forward.execution.endTime.seconds, whole.step.forward))
    #expect(forward.collectives.isEmpty)
  }

  @Test(arguments: [PipelineScheduleKind.gpipe, .oneForwardOneBackward, .zbH1])
  func `fill a pipeline once, whatever its schedule`(schedule: PipelineScheduleKind) throws {
    // Two stages of four layers, a micro-batches: (a + 2 − 1) passes of a stage and a message.
    func seconds(_ accumulation: Int, stages: Int) throws -> Double {
      let result = try simulate(
        job(nodes: 1, accumulation: accumulation) {
          $0.plan.isForwardOnly = true
          $0.plan.layout = RankLayout(ParallelDegrees(pipeline: stages, data: 2 / stages))
          $0.plan.pipeline.schedule = schedule
        })
      return result.execution.endTime.seconds
    }
    let whole = try seconds(1, stages: 1)
    let (four, five) = (try seconds(4, stages: 2), try seconds(5, stages: 2))
    // One micro-batch more is one pass of half the layers more, and the time that sending it stops the first stage.
    #expect(five - four >= whole / 2 * (1 - 1e-9))
    #expect(five - four < whole / 2 * 1.5)
    #expect(four > 5 * whole / 2)
  }

  @Test func `hold what other models of the job hold besides`() throws {
    let plain = try simulate(job())
    var companions = [Int64](repeating: 0, count: MemoryKind.allCases.count)
    companions[0] = 1000
    let held = try simulate(job { $0.plan.companionBytes = [companions] })
    #expect(held.memory.peak.bytes == plain.memory.peak.bytes + 1000)
    #expect(held.step == plain.step)
  }
}
