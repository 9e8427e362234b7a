import Catalogues
import Collectives
import Diagnostics
import Fabrics
import Hardware
import MemoryModels
import ModelGraphs
import Scenarios
import StepGraphs
import Training

extension Resolver {
  func job(
    _ scenario: Scenario, node: NodeEntry?, fleet: DeviceFleet, model: Model, precision: PrecisionPolicy,
    algorithm: CollectiveAlgorithm, cluster: ClusterShape
  ) -> TrainingJob {
    let training = scenario.training
    var plan = TrainingPlan(
      model: model, device: fleet.devices[0], rankCount: scenario.worldSize, microBatch: training.microBatch,
      accumulation: training.gradientAccumulation, precision: precision,
      optimizer: training.optimizer, recompute: recompute(training.recompute),
      offload: OffloadPolicy(
        optimizer: training.offload.optimizer, gradients: training.offload.gradients,
        parameters: training.offload.parameters, activations: training.offload.activations),
      tiers: hostTiers(scenario, node: node, fleet: fleet), bucketBytes: training.bucketSize,
      overlapsCommunication: training.overlap)
    plan.fleet = fleet
    plan.projection = LowRankProjection(
      rank: training.optimizerRank ?? LowRankProjection.standard.rank,
      refreshSteps: training.projectionInterval ?? LowRankProjection.standard.refreshSteps)
    plan.expandableSegments = training.allocator.expandableSegments
    divide(&plan, as: scenario)
    keepActivations(&plan, but: training.recompute)
    let keepsAll = scenario.output.history || scenario.output.trace
    let settings = scenario.simulation
    var job = TrainingJob(
      name: scenario.name, plan: plan, cluster: cluster,
      allReduce: algorithm, network: settings.network, folding: settings.fold,
      steps: training.steps, seed: UInt64(bitPattern: Int64(settings.seed)), jitter: settings.jitter,
      recordedRanks: scenario.output.history ? scenario.worldSize : 4,
      recordedIterations: keepsAll ? training.steps : min(3, training.steps))
    let shares = settings.interference
    job.interference = CollectiveInterference(
      insideNode: shares.insideNode ?? CollectiveInterference.measured.insideNode,
      betweenNodes: shares.betweenNodes ?? CollectiveInterference.measured.betweenNodes)
    return job
  }

  /// How device memory is handed out: as declared, else as the framework does it.
  func allocatorKind(_ scenario: Scenario, _ framework: FrameworkEntry?) throws(Diagnostics) -> AllocatorKind
  {
    let declared = scenario.training.allocator
    let kind = declared.kind ?? (framework?.plansMemory == true ? .planned : .caching)
    if kind == .planned, declared.expandableSegments {
      throw Diagnostics(
        Diagnostic(
          .conflict("memory that is planned has no segments to expand"),
          at: scenario.places["training.allocator.expandable_segments"],
          mend: "set training.allocator.kind to caching, or remove expandable_segments"))
    }
    return kind
  }

  private func recompute(_ declared: Recomputation) -> RecomputePolicy {
    switch declared {
    case .none: .none
    case .selective: .selective
    case .full: .full
    case .products: .products
    case .sqrt: .squareRoot
    case .every(let count): .every(count)
    case .oneIn, .first: .full
    }
  }

  /// Lets layers keep their activations that a choice of layers leaves out.
  func keepActivations(_ plan: inout TrainingPlan, but declared: Recomputation) {
    let blocks = plan.model.layers.indices.filter { plan.model.layers[$0].isRecomputable }
    let chosen: Set<Int>
    switch declared {
    case .oneIn(let count):
      chosen = Set(blocks.enumerated().filter { $0.offset % count == 0 }.map(\.element))
    case .first(let count):
      chosen = Set(plan.stageLayers().flatMap { stage in blocks.filter(stage.contains).prefix(count) })
    case .none, .selective, .products, .full, .sqrt, .every: return
    }
    for index in blocks where !chosen.contains(index) { plan.model.layers[index].keepsActivations = true }
  }
}
