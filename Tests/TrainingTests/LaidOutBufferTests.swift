import MemoryModels
import Parallelism
import Quantities
import StepGraphs
import Testing
import Training

@Suite("Buffers laid out for a whole step") struct LaidOutBufferTests {
  /// Bytes of buffers by stage of a pipeline of four.
  private func buffers(
    microBatches: Int = 8, change: (inout TrainingPlan) -> Void = { _ in }
  ) throws -> [Int64] {
    let job = parallelJob(ParallelDegrees(pipeline: 4), microBatches: microBatches) {
      $0.plan.keepsGradientBuffer = true
      change(&$0.plan)
    }
    return try simulate(job).memoryByClass.sorted { $0.stage < $1.stage }.map { $0[.buffers].bytes }
  }

  // Layer inputs of 256 tokens × 512 × 2 bytes; two blocks a stage, and the token numbers' table on the first.
  @Test func `two slots a stage are eight of four stages, what is in flight aside`() throws {
    let plain = try buffers { $0.recompute = .full }
    let slots = try buffers {
      $0.recompute = .full
      $0.pipelineSlots = 2
    }
    let layerInput: Int64 = 256 * 512 * 2
    #expect(slots[1] - plain[1] == (8 - 3) * 2 * layerInput)
    #expect(slots[2] - plain[2] == (8 - 2) * 2 * layerInput)
    #expect(slots[3] == plain[3])
    #expect(slots[0] > plain[0])
  }

  @Test func `a second copy of the weights is there where micro-batches follow one another`() throws {
    let plain = try buffers()
    let repeated = try buffers { $0.repeatsWeights = true }
    let weights = try simulate(parallelJob(ParallelDegrees(pipeline: 4), microBatches: 8)).memoryByClass
      .sorted { $0.stage < $1.stage }.map { $0[.weights].bytes }
    #expect(zip(repeated, plain).map { $0 - $1 } == weights)
    #expect(try buffers(microBatches: 1) { $0.repeatsWeights = true } == buffers(microBatches: 1))
  }

  @Test func `of parameters that are shared out the copy is of the share`() throws {
    func memory(_ repeats: Bool) throws -> MemoryReport {
      try simulate(
        parallelJob(ParallelDegrees(data: 4)) {
          $0.plan.zero = .parameters
          $0.plan.repeatsWeights = repeats
        }
      ).memory
    }
    let (plain, repeated) = (try memory(false), try memory(true))
    #expect(repeated[.buffers] - plain[.buffers] == plain[.weights])
  }

  @Test func `models that only score have none`() throws {
    func scoring(_ slots: Int) throws -> [Int64] {
      try buffers {
        $0.isForwardOnly = true
        $0.pipelineSlots = slots
      }
    }
    #expect(try scoring(2) == scoring(0))
  }
}
