import Hardware
import MemoryModels
import ModelGraphs
import Parallelism
import Quantities

/// A training step, fully decided: what is trained, how the work is divided, and what each rank keeps.
public struct TrainingPlan: Sendable {
  public var model: Model
  public var fleet: DeviceFleet
  /// Who is where in the grid of ranks.
  public var layout: RankLayout
  public var pipeline: PipelinePlan
  /// How layers are divided among tensor, context and expert ranks.
  public var sequenceParallel: Bool
  public var contextMethod: ContextMethod
  public var experts: ExpertLoad
  /// What data ranks share out instead of each keeping a copy.
  public var zero: ZeroStage
  public var overlap: OverlapPolicy
  /// Samples per rank in one forward and backward pass.
  public var microBatch: Int
  /// Micro-batches per data rank before the gradients are reduced and the optimizer runs.
  public var accumulation: Int
  /// How long the samples' texts are; nil where all fill a sequence. Sequences of the plan's model are full ones.
  public var lengths: SequenceLengths?
  public var precision: PrecisionPolicy
  public var optimizer: Optimizer
  /// How GaLore and APOLLO project gradients; other rules do not look at it.
  public var projection: LowRankProjection
  public var recompute: RecomputePolicy
  /// Whether recomputation of a layer ends once all that its backward pass reads is there.
  public var stopsRecomputationEarly: Bool
  public var offload: OffloadPolicy
  public var tiers: HostTiers
  /// Gradients are reduced in buckets of about this size.
  public var bucketBytes: ByteCount
  /// Gradients lie in one buffer that is always there, rather than being made by the backward pass.
  public var keepsGradientBuffer: Bool
  /// Gradients that are shared out are added up whole over a step's micro-batches, and reduced once.
  public var reducesOnce: Bool
  /// Frozen parameters of a layer that has trained ones have gradients too, where parameters are shared out.
  public var hasFrozenGradients: Bool
  /// Whether PyTorch's allocator grows segments rather than taking new ones.
  public var expandableSegments: Bool
  /// Slots for what a stage keeps of a micro-batch, as a multiple of the number of stages; 0: as many as are in flight.
  public var pipelineSlots: Int
  /// A step of several micro-batches reads its weights from a second copy.
  public var repeatsWeights: Bool
  /// Bytes of paged optimizer states that do not find room on the device.
  public var pagedBytes: Double
  /// Bytes that the update on the device moves, relative to one fused kernel.
  public var updateTraffic: Double
  /// How the update on the device runs.
  public var updateMethod: UpdateMethod
  /// Bytes that other models of the job hold on a rank, by its place in the pipeline and `MemoryKind.rawValue`;
  /// empty where there are none.
  public var companionBytes: [[Int64]]
  /// A step is its forward passes alone: no backward pass, no reduction and no update.
  public var isForwardOnly: Bool

  /// A plan that divides the samples alone, until more is set.
  public init(
    model: Model, device: Accelerator, rankCount: Int, microBatch: Int, accumulation: Int = 1,
    precision: PrecisionPolicy = .bf16, optimizer: Optimizer = .adamw, recompute: RecomputePolicy = .none,
    offload: OffloadPolicy = .none, tiers: HostTiers, bucketBytes: ByteCount = .mebibytes(25),
    overlapsCommunication: Bool = true, updateTraffic: Double = 1
  ) {
    self.model = model
    fleet = DeviceFleet(device)
    layout = .dataParallel(rankCount)
    pipeline = PipelinePlan()
    sequenceParallel = false
    contextMethod = .ring
    experts = ExpertLoad()
    zero = .none
    overlap = OverlapPolicy(gradients: overlapsCommunication)
    self.microBatch = microBatch
    self.accumulation = accumulation
    self.precision = precision
    self.optimizer = optimizer
    projection = .standard
    self.recompute = recompute
    stopsRecomputationEarly = false
    self.offload = offload
    self.tiers = tiers
    self.bucketBytes = bucketBytes
    keepsGradientBuffer = false
    reducesOnce = false
    hasFrozenGradients = false
    expandableSegments = false
    pipelineSlots = 0
    repeatsWeights = false
    pagedBytes = 0
    self.updateTraffic = updateTraffic
    updateMethod = .fused
    companionBytes = []
    isForwardOnly = false
  }

  /// Setting it changes the data degree, and keeps every other.
  public var rankCount: Int {
    get { layout.rankCount }
    set { setData(newValue * degrees.data / layout.rankCount) }
  }
  public var degrees: ParallelDegrees { layout.degrees }
  /// The device of the first rank.
  public var device: Accelerator {
    get { fleet.devices[0] }
    set { fleet.devices[0] = newValue }
  }
  /// Samples of all ranks in one step.
  public var globalBatch: Int { microBatch * accumulation * degrees.data }

  public var shardingRules: ShardingRules {
    ShardingRules(
      degrees, sequenceParallel: sequenceParallel, contextMethod: contextMethod,
      overlapsTensor: overlap.tensor, experts: experts)
  }

  /// The same on another number of data ranks, every other degree kept.
  public mutating func setData(_ data: Int) {
    var degrees = layout.degrees
    degrees.data = data
    layout = RankLayout(degrees, order: layout.order)
  }
}

/// What the data ranks share out among them.
///
/// - Source: Rajbhandari et al. 2020, arXiv:1910.02054.
public enum ZeroStage: Int, Sendable, CaseIterable, Comparable {
  /// Every rank keeps everything.
  case none = 0
  /// Optimizer states.
  case optimizer = 1
  /// And gradients: they are reduced to their owner after every backward pass.
  case gradients = 2
  /// And parameters: a layer's are gathered before each use.
  case parameters = 3

  public static func < (a: ZeroStage, b: ZeroStage) -> Bool { a.rawValue < b.rawValue }
}

/// Which exchanges run beside computation.
public struct OverlapPolicy: Sendable, Hashable {
  /// Gradients are reduced while the backward pass goes on; otherwise after it.
  public var gradients: Bool
  /// Updated parameters are gathered while the next forward pass goes on; otherwise before it.
  public var parameters: Bool
  /// Tensor exchanges run piece by piece beside their products.
  public var tensor: Bool
  /// Stages send while they compute; otherwise a send ends before the next pass starts.
  public var pipeline: Bool

  public init(
    gradients: Bool = true, parameters: Bool = false, tensor: Bool = false, pipeline: Bool = true
  ) {
    self.gradients = gradients
    self.parameters = parameters
    self.tensor = tensor
    self.pipeline = pipeline
  }
}

/// How the layers are divided into stages, and in which order micro-batches pass through them.
public struct PipelinePlan: Sendable, Hashable {
  public var schedule: PipelineScheduleKind
  /// Model chunks of each rank.
  public var virtualStages: Int
  /// Blocks of every stage in the model's order; nil divides them evenly.
  public var stageBlocks: [Int]?

  public init(
    schedule: PipelineScheduleKind = .oneForwardOneBackward, virtualStages: Int = 1, stageBlocks: [Int]? = nil
  ) {
    self.schedule = schedule
    self.virtualStages = virtualStages
    self.stageBlocks = stageBlocks
  }
}

/// The devices of a job, by stretches of ranks.
public struct DeviceFleet: Sendable, Equatable {
  public var devices: [Accelerator]
  /// The first rank of each stretch, 0 first.
  public var firstRanks: [Int]
  /// Ranks that compute slower than their device can, and by what factor, by rank.
  public var stragglers: [Straggler]

  public struct Straggler: Sendable, Equatable {
    public var rank: Int
    /// Time of its kernels over that of the others.
    public var slowdown: Double

    public init(rank: Int, slowdown: Double) {
      self.rank = rank
      self.slowdown = slowdown
    }
  }

  public init(_ device: Accelerator) {
    devices = [device]
    firstRanks = [0]
    stragglers = []
  }

  /// - Precondition: as many first ranks as devices, rising from 0.
  public init(_ devices: [Accelerator], firstRanks: [Int]) {
    precondition(devices.count == firstRanks.count && firstRanks.first == 0, "every stretch has a device")
    self.devices = devices
    self.firstRanks = firstRanks
    stragglers = []
  }

  /// The device whose links, and whose library's constants, the network has: the one with the slowest link to its node,
  /// which all others wait for.
  public var networkDevice: Accelerator {
    func link(_ device: Accelerator) -> Double {
      (device.scaleUpBandwidth ?? device.hostLink).bytesPerSecond
    }
    return devices.min { link($0) < link($1) }!
  }

  /// Ranks of each device, of as many as there are in all.
  public func rankCounts(of rankCount: Int) -> [Int] {
    zip(firstRanks, firstRanks.dropFirst() + [rankCount]).map { max(0, $1 - $0) }
  }

  /// The position in `devices` of a rank's device.
  public func deviceIndex(of rank: Int) -> Int { firstRanks.lastIndex { $0 <= rank } ?? 0 }
  public func slowdown(of rank: Int) -> Double { stragglers.first { $0.rank == rank }?.slowdown ?? 1 }
}
