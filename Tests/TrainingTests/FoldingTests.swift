import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities
import StepGraphs
import TestSupport
import Testing
import Training

@Suite("Folding of equal ranks") struct FoldingTests {
  /// Times of whole steps, folded and with every rank an event of its own.
  private func times(_ job: TrainingJob) throws -> (folded: Double, unfolded: Double, operators: Int) {
    var folded = job
    folded.playsAllocator = false
    folded.folding = .on
    var unfolded = folded
    unfolded.folding = .ranks
    let result = try simulate(folded)
    return (result.step.time, try simulate(unfolded).step.time, result.graph.operatorCount)
  }

  @Test func `two hundred random jobs take the same time folded and unfolded`() throws {
    var random = SeededGenerator(seed: 20_261_128)
    var checked = 0
    while checked < 200 {
      let degrees = ParallelDegrees(
        tensor: [1, 2, 4].randomElement(using: &random)!, context: [1, 1, 2].randomElement(using: &random)!,
        pipeline: [1, 1, 2, 4].randomElement(using: &random)!, data: Int.random(in: 1...4, using: &random),
        expert: [1, 1, 2].randomElement(using: &random)!)
      if degrees.rankCount > 64 { continue }
      let experts =
        degrees.expert > 1 || Bool.random(using: &random)
        ? ExpertArchitecture(count: 4, active: 2, width: 256) : nil
      let schedules: [PipelineScheduleKind] = [.gpipe, .oneForwardOneBackward, .interleaved, .zbH1, .zbV]
      let schedule = schedules.randomElement(using: &random)!
      let zero = ZeroStage.allCases.randomElement(using: &random)!
      let order = ParallelAxis.allCases.shuffled(using: &random)
      let perNode = [2, 3, 4, 8].randomElement(using: &random)!
      let isSlow = Int.random(in: 0..<4, using: &random) == 0
      let slow = Int.random(in: 0..<degrees.rankCount, using: &random)
      let recomputation: [RecomputePolicy] = [.none, .selective, .full]
      let recompute = recomputation.randomElement(using: &random)!
      let job = parallelJob(
        degrees, model: smallDecoder(layers: 8, experts: experts), devicesPerNode: perNode, microBatches: 8
      ) {
        $0.plan.layout = RankLayout(degrees, order: order)
        $0.plan.pipeline = PipelinePlan(
          schedule: schedule, virtualStages: schedule == .interleaved ? 2 : schedule.fixedChunkCount ?? 1)
        if degrees.pipeline == 1 { $0.plan.pipeline = PipelinePlan() }
        $0.plan.zero = degrees.data * degrees.context > 1 ? zero : .none
        $0.plan.recompute = recompute
        $0.interference = .measured
        if isSlow { $0.plan.fleet.stragglers = [.init(rank: slow, slowdown: 1.5)] }
      }
      if !job.plan.problems.isEmpty { continue }
      checked += 1
      let (folded, unfolded, operators) = try times(job)
      // 1e-9, or one tick for each operator that may wait for another, whichever is larger.
      let allowed: Double = max(1e-9 * unfolded, 1e-12 * Double(operators))
      let words: [String] = [
        "job \(checked)", "\(degrees)", "\(schedule)", "\(zero)", "\(order)", "\(perNode) a node",
        "slow \(isSlow ? slow : -1)", "\(recompute)",
      ]
      #expect(abs(folded - unfolded) <= allowed, "\(words.joined(separator: ", "))")
    }
  }

  @Test func `a straggler slows the step, whichever rank it is`() throws {
    let degrees = ParallelDegrees(tensor: 2, pipeline: 2, data: 2)
    let base = try simulate(parallelJob(degrees)).step.time
    for rank in 0..<8 {
      let slow = try simulate(
        parallelJob(degrees) { $0.plan.fleet.stragglers = [.init(rank: rank, slowdown: 2)] }
      ).step.time
      #expect(slow > 1.2 * base)
    }
  }

  @Test func `classes are the places of the pipeline where nothing sets ranks apart`() {
    let job = parallelJob(ParallelDegrees(tensor: 4, pipeline: 4, data: 16))
    let classes = rankClasses(job.plan, devicesPerNode: 8)
    #expect(classes.classes.count == 4)
    #expect(classes.classes.allSatisfy { $0.ranks.count == 64 })
  }

  // Rank 0 is slow: it, its tensor peer, its data peers, and those that have it neither in a tensor nor in a data
  // group, on each of the two stages.
  @Test func `a straggler divides its neighbours from the others`() {
    let job = parallelJob(ParallelDegrees(tensor: 2, pipeline: 2, data: 4)) {
      $0.plan.fleet.stragglers = [.init(rank: 0, slowdown: 2)]
    }
    let classes = rankClasses(job.plan, devicesPerNode: 8).classes
    #expect(classes.count == 8)
    #expect(classes.map(\.ranks.count).sorted() == [1, 1, 1, 1, 3, 3, 3, 3])
  }
}
