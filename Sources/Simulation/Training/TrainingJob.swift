import Collectives
import Fabrics
import Quantities
import Parallelism
import StepGraphs

/// How the time of a collective is found.
public enum NetworkFidelity: String, Sendable, CaseIterable {
  /// The sends of the algorithm, sharing the links of the fabric.
  case flow
  /// The closed form of the algorithm on the idle fabric.
  case analytic
}

/// What equal ranks are folded into.
public enum Folding: String, Sendable, CaseIterable {
  /// Folded unless something makes ranks differ.
  case auto
  /// One rank stands for all, and a collective for its steps.
  case on
  /// Every operator of every rank is an event; collectives are folded steps.
  case ranks
  /// Every operator of every rank and every message of every collective is an event.
  case off
}

/// A training job: what runs, on which cluster, and how it is simulated.
public struct TrainingJob: Sendable {
  public var name: String
  public var plan: TrainingPlan
  public var cluster: ClusterShape
  public var allReduce: CollectiveAlgorithm
  /// Who chooses the algorithm where `allReduce` is `auto`.
  public var tuner: TunerName
  /// An all-reduce of your own in place of `allReduce`.
  public var pattern: (any CollectivePattern)?
  /// Measured times of the all-reduce, in place of any algorithm.
  public var calibration: CollectiveCalibration?
  public var network: NetworkFidelity
  public var folding: Folding
  public var steps: Int
  public var seed: UInt64
  /// Share of a device's computation that a collective inside a node, and one between nodes, takes while it runs.
  public var interference: CollectiveInterference
  /// Whether PyTorch's allocator is played with each rank's tensors; otherwise it reserves what is live.
  public var playsAllocator: Bool
  /// Standard deviation of the log-normal factor on each operator's time.
  public var jitter: Double
  /// Ranks whose spans are kept for charts, traces and the event history; see `ranksToRecord`.
  public var recordedRanks: Int
  /// Iterations whose spans are kept.
  public var recordedIterations: Int
  /// What surrounds the update where a step is more than passes over data; `nil` for plain training.
  public var stage: StagePlan?

  public init(
    name: String, plan: TrainingPlan, cluster: ClusterShape, allReduce: CollectiveAlgorithm = .auto,
    tuner: TunerName = .auto, pattern: (any CollectivePattern)? = nil,
    calibration: CollectiveCalibration? = nil,
    network: NetworkFidelity = .flow, folding: Folding = .auto, steps: Int = 1, seed: UInt64 = 42,
    jitter: Double = 0, recordedRanks: Int = 4, recordedIterations: Int = 3
  ) {
    self.name = name
    self.plan = plan
    self.cluster = cluster
    self.allReduce = allReduce
    self.tuner = tuner
    self.pattern = pattern
    self.calibration = calibration
    self.network = network
    self.folding = folding
    self.steps = steps
    self.seed = seed
    interference = .none
    playsAllocator = true
    self.jitter = jitter
    self.recordedRanks = recordedRanks
    self.recordedIterations = recordedIterations
  }

  /// What a collective on each stream takes of a device, by `StepGraph.Stream.rawValue`; empty for nothing.
  var computeShares: [Double] {
    if interference == .none { return [] }
    return StepGraph.Stream.allCases.map { stream in
      guard let communicator = stream.communicator, plan.layout.groupSize(of: communicator) > 1 else {
        return 0
      }
      let members = plan.layout.members(of: communicator, with: 0)
      let isInside = members.allSatisfy { $0 / cluster.devicesPerNode == 0 }
      return isInside ? interference.insideNode : interference.betweenNodes
    }
  }

  /// Samples that one step of the job consumes.
  public var globalBatch: Int { plan.globalBatch / sequencesPerSample }

  /// Sequences that the trained model passes of one sample.
  public var sequencesPerSample: Int { stage?.sequencesPerSample ?? 1 }

  /// Devices that train, and those that only generate.
  public var deviceCount: Int { plan.rankCount + (stage?.rollout?.nodes ?? 0) * cluster.devicesPerNode }

  /// Steps that are run event by event.
  ///
  /// Equal ranks take every step alike, so that a thousand steps stand for any number; where ranks differ,
  /// or their events are wanted, every step is run.
  public var simulatedSteps: Int {
    isUnfolded || varies ? steps : min(steps, max(1000, recordedIterations))
  }

  /// Whether micro-batches of equal ranks take different times.
  public var varies: Bool { jitter > 0 || plan.lengths?.varies == true }

  /// Whether every rank is simulated on its own.
  ///
  /// Variation makes ranks differ, so it unfolds unless folding is forced.
  public var isUnfolded: Bool {
    switch folding {
    case .on: false
    case .ranks, .off: true
    case .auto: varies && plan.rankCount > 1
    }
  }
}
