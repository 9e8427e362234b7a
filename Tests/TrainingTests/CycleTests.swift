import MemoryModels
import Parallelism
import Quantities
import StepGraphs
import TestSupport
import Testing
import Training

/// A plan whose micro-batches are many, with what may set its cycles apart.
struct LongPlan: CustomTestStringConvertible, Sendable {
  var schedule: PipelineScheduleKind
  var stages: Int
  var microBatches: Int
  var tensor = 1
  var data = 1
  var virtualStages: Int?
  var change: @Sendable (inout TrainingJob) -> Void = { _ in }

  var testDescription: String {
    "\(schedule.rawValue), p \(stages), t \(tensor), d \(data), m \(microBatches)"
  }

  func job(_ folding: Folding) -> TrainingJob {
    let chunks = virtualStages ?? schedule.fixedChunkCount ?? 1
    return parallelJob(
      ParallelDegrees(tensor: tensor, pipeline: stages, data: data),
      model: smallDecoder(layers: max(8, stages * chunks)),
      microBatches: microBatches
    ) {
      $0.plan.pipeline = PipelinePlan(schedule: schedule, virtualStages: chunks)
      $0.folding = folding
      change(&$0)
    }
  }

  static let all: [LongPlan] = [
    LongPlan(schedule: .oneForwardOneBackward, stages: 1, microBatches: 40, data: 4),
    LongPlan(schedule: .oneForwardOneBackward, stages: 2, microBatches: 64, tensor: 2),
    LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 61, data: 2),
    LongPlan(schedule: .oneForwardOneBackward, stages: 8, microBatches: 120, tensor: 2, data: 2),
    LongPlan(schedule: .interleaved, stages: 4, microBatches: 80, virtualStages: 2),
    LongPlan(schedule: .interleaved, stages: 2, microBatches: 70, tensor: 2, virtualStages: 3),
    LongPlan(schedule: .zbH1, stages: 4, microBatches: 63),
    LongPlan(schedule: .zbH2, stages: 4, microBatches: 63, data: 2),
    LongPlan(schedule: .zbV, stages: 4, microBatches: 64),
    LongPlan(schedule: .dualPipe, stages: 4, microBatches: 80),
    LongPlan(schedule: .gpipe, stages: 4, microBatches: 30),
    LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 50, data: 2) {
      $0.plan.recompute = .full
      $0.plan.zero = .optimizer
    },
    LongPlan(schedule: .oneForwardOneBackward, stages: 1, microBatches: 50, data: 4) {
      $0.plan.zero = .parameters
    },
    LongPlan(schedule: .oneForwardOneBackward, stages: 1, microBatches: 50, data: 2) {
      $0.plan.offload.activations = .host
    },
    LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 60, tensor: 2) {
      $0.interference = CollectiveInterference(insideNode: 0.2, betweenNodes: 0.1)
      $0.plan.overlap.pipeline = false
    },
    LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 60, data: 2) {
      $0.steps = 3
    },
  ]
}

@Suite("Cycles of a step that are left out") struct CycleTests {
  // A tick for every operator of the longest chain, as taken computation is rounded to whole ticks.
  @Test(arguments: LongPlan.all)
  func `take what every micro-batch of every rank takes`(plan: LongPlan) throws {
    let (folded, whole) = (try simulate(plan.job(.on)), try simulate(plan.job(.ranks)))
    let (a, b) = (folded.step, whole.step)
    #expect(agree(a.time, b.time, relative: 1e-9))
    for part: KeyPath<StepBreakdown, Double> in [
      \.compute, \.optimizer, \.exposedCommunication, \.bubble, \.communication, \.exposedOffload,
      \.straggler,
    ] {
      #expect((a[keyPath: part] - b[keyPath: part]).magnitude < 1e-9 * b.time)
    }
    #expect(folded.memory.peak == whole.memory.peak)
    #expect(folded.collectives.map(\.count) == whole.collectives.map(\.count))
    #expect(folded.graph.cycle != nil || plan.schedule == .gpipe)
  }

  @Test func `cost no events`() throws {
    let plan = LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 100)
    var longer = plan
    longer.microBatches = 10_000
    #expect(try simulate(plan.job(.on)).eventCount == simulate(longer.job(.on)).eventCount)
  }

  @Test func `are drawn as they run`() throws {
    let plan = LongPlan(schedule: .oneForwardOneBackward, stages: 4, microBatches: 60)
    var jobs = [plan.job(.on), plan.job(.ranks)]
    for index in jobs.indices { jobs[index].recordedRanks = 4 }
    let results = try jobs.map { try simulate($0) }
    let spans = results.map { result in
      result.execution.spans.map { [Int64($0.rank), $0.start.ticks, $0.end.ticks] }
        .sorted { ($0[1], $0[0], $0[2]) < ($1[1], $1[0], $1[2]) }
    }
    #expect(spans[0] == spans[1])
    let samples = results.map { result in result.execution.memory[0].samples.map(\.bytes) }
    #expect(samples[0] == samples[1])
  }
}
