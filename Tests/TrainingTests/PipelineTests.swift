import Fabrics
import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import TestSupport
import Testing
import Training

/// A pipeline of equal stages whose messages take no time.
private func freeJob(
  _ schedule: PipelineScheduleKind, stages: Int, microBatches: Int, virtualStages: Int? = nil
) -> TrainingJob {
  let chunks = virtualStages ?? schedule.fixedChunkCount ?? 1
  // DualPipe's devices hold two stages of the same model.
  let layers = stages * (schedule == .dualPipe ? 1 : chunks)
  return parallelJob(
    ParallelDegrees(pipeline: stages), model: chain(layerCount: layers, inputGradients: true),
    microBatches: microBatches
  ) {
    $0.plan.pipeline = PipelinePlan(schedule: schedule, virtualStages: chunks)
    let free = LinkClass(bandwidth: Bandwidth(bytesPerSecond: 1e30), latency: .zero)
    $0.cluster = ClusterShape(nodeCount: 1, devicesPerNode: stages, intraNode: free, interNode: free)
    // The schedule's own order of passes, not a library's latencies.
    $0.tuner = .least
  }
}

/// Ticks of one pass through a stage, as the graph has them.
private func passTicks(_ result: TrainingResult, _ phase: StepGraph.Phase, _ microBatch: Int32) -> Int64 {
  let range = result.graph.classes[0].operators
  return range.reduce(0) { sum, index in
    let item = result.graph.operators[index]
    return sum + (item.phase == phase && item.microBatch == microBatch ? item.duration.ticks : 0)
  }
}

@Suite("Pipelines in a step") struct PipelineTests {
  // F + B on each device; the first and last (p − 1) passes of either kind are idle: (p − 1)(F + B), whatever m.
  @Test(arguments: [PipelineScheduleKind.gpipe, .oneForwardOneBackward], [2, 4, 8])
  func `the bubble of equal stages is the closed form`(schedule: PipelineScheduleKind, stages: Int) throws {
    let result = try simulate(freeJob(schedule, stages: stages, microBatches: 16))
    // From the second micro-batch on gradients are added to those before.
    let forward = passTicks(result, .forward, 5)
    let backward = passTicks(result, .backward, 5)
    #expect(forward > 0 && backward > forward)
    let idle = Double(stages - 1) * Double(forward + backward) * 1e-12
    #expect(agree(result.step.bubble, idle, relative: 1e-6))
    let whole =
      result.step.compute + result.step.optimizer + result.step.bubble + result.step.exposedCommunication
    #expect(agree(result.step.time, whole, relative: 1e-6))
  }

  @Test func `interleaving divides the bubble by the chunks of a rank`() throws {
    let plain = try simulate(freeJob(.oneForwardOneBackward, stages: 4, microBatches: 16))
    let folded = try simulate(freeJob(.interleaved, stages: 4, microBatches: 16, virtualStages: 4))
    // Four chunks of one layer against four stages of one: per layer the bubble is a quarter of 4 × 4 layers' worth.
    #expect(agree(folded.step.bubble, plain.step.bubble, relative: 1e-6))
    #expect(folded.step.compute > 3.9 * plain.step.compute)
  }

  @Test func `a split backward pass shortens the bubble`() throws {
    let plain = try simulate(freeJob(.oneForwardOneBackward, stages: 4, microBatches: 16)).step.bubble
    let h1 = try simulate(freeJob(.zbH1, stages: 4, microBatches: 16)).step.bubble
    #expect(h1 < 0.5 * plain)
  }

  @Test(arguments: PipelineScheduleKind.allCases)
  func `every schedule does the same work`(schedule: PipelineScheduleKind) throws {
    let chunks = schedule == .interleaved ? 2 : nil
    let result = try simulate(freeJob(schedule, stages: 4, microBatches: 8, virtualStages: chunks))
    let layers = Double(result.job.plan.model.layers.count)
    let copies = schedule == .dualPipe ? 1.0 : 1.0
    let flops = result.graph.operators.reduce(0.0) {
      $0 + ([.forward, .backward].contains($1.phase) ? $1.flops : 0)
    }
    // Three products of 2 · 64 · 1024² FLOPs a layer and micro-batch.
    let products = 3 * 2 * 64 * 1024.0 * 1024.0 * layers * 8 * copies
    #expect(flops >= products && flops < 1.05 * products)
  }

  @Test(arguments: [1, 2, 4, 8])
  func `a stage stores as many micro-batches as lie before their backward pass`(microBatches: Int) throws {
    let result = try simulate(freeJob(.oneForwardOneBackward, stages: 4, microBatches: microBatches))
    // A linear layer keeps its input: 64 rows × 1024 columns × 2 bytes.
    for stage in 0..<4 {
      #expect(
        result.memoryByClass[stage][.activations].bytes
          == Int64(min(microBatches, 4 - stage)) * 64 * 1024 * 2)
    }
  }

  @Test func `messages between stages cost time, and less where stages compute meanwhile`() throws {
    let degrees = ParallelDegrees(pipeline: 4)
    let blocking = try simulate(parallelJob(degrees) { $0.plan.overlap.pipeline = false })
    let free = try simulate(freeJob(.oneForwardOneBackward, stages: 4, microBatches: 4))
    let beside = try simulate(parallelJob(degrees))
    #expect(blocking.step.time >= beside.step.time)
    #expect(free.graph.operators.contains { $0.kind == .send })
  }

  @Test func `the first and the last stage may have the embedding and the head alone`() throws {
    // Eight blocks in ten stages of two ranks and five chunks; evenly divided they are refused.
    let job = parallelJob(ParallelDegrees(pipeline: 2), microBatches: 4) {
      $0.plan.pipeline = PipelinePlan(schedule: .interleaved, virtualStages: 5)
    }
    #expect(
      job.plan.problems.map(\.reason) == ["10 stages are more than the 8 blocks of small decoder"])
    var described = job
    described.plan.pipeline.stageBlocks = [0, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    #expect(described.plan.problems.isEmpty)
    let stages = described.plan.stageLayers()
    #expect(stages.first == 0..<1 && stages.last == 9..<10)
    let result = try simulate(described)
    let even = try simulate(
      parallelJob(ParallelDegrees(pipeline: 2), microBatches: 4) {
        $0.plan.pipeline = PipelinePlan(schedule: .interleaved, virtualStages: 4)
      })
    #expect(agree(result.step.forward, even.step.forward, relative: 1e-6))
  }

  @Test func `a pipeline records the first rank of up to eight stages`() throws {
    // Neighbours are tensor ranks: stage s begins with rank 2 · s.
    let few = try simulate(parallelJob(ParallelDegrees(tensor: 2, pipeline: 4)))
    #expect(Set(few.execution.spans.map(\.rank)) == [0, 2, 4, 6])
    // Of 16 places 7 steps of 15/7 each, rounded: 0, 2.1, 4.3, 6.4, 8.6, 10.7, 12.9, 15.
    let many = freeJob(.oneForwardOneBackward, stages: 16, microBatches: 16)
    #expect(many.shownStages == [0, 2, 4, 6, 9, 11, 13, 15])
    #expect(Set(try simulate(many).execution.spans.map(\.rank)) == [0, 2, 4, 6, 9, 11, 13, 15])
  }
}
