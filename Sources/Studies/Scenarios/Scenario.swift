import Training
import Diagnostics

/// One training job as a document declares it: checked, with units and defaults, names not yet looked up.
///
/// Values that the document leaves to `auto` and that follow from the document alone (batch sizes, world
/// size, gradient precision, grid extents, output directory) are filled in when it is read; those that
/// need the catalogue stay `nil`.
public struct Scenario: Sendable, Equatable {
  public var name: String
  public var description = ""
  public var model: ModelDeclaration
  public var cluster = ClusterDeclaration()
  public var training = TrainingDeclaration()
  public var plan = PlanDeclaration()
  public var simulation = SimulationSettings()
  public var output = OutputSettings()
  /// Where the document writes each key.
  public var places = KeyPlaces()

  /// A job with the defaults of a document, its automatic values not filled in yet: see `completed()`.
  public init(name: String, model: ModelDeclaration) {
    self.name = name
    self.model = model
  }

  /// The same with its automatic values filled in, as if it had been read from a document.
  ///
  /// To change a complete scenario, set what follows from the change to 0 or `nil` as well, such as the
  /// global batch and `plan.data` after another node count.
  ///
  /// - Throws: where declared values contradict each other.
  public func completed() throws(Diagnostics) -> Scenario {
    var copy = self
    var problems = Diagnostics()
    copy.complete(file: name, devicesPerNode: { _ in nil }, &problems)
    try problems.throwIfAny()
    return copy
  }

  /// Accelerators that train, each one rank: all of the cluster's but those of nodes that only generate.
  public var worldSize: Int { trainingNodes * cluster.acceleratorsPerNode }

  /// Nodes that train.
  public var trainingNodes: Int {
    let isSplit = training.rollout.placement == .split
    return max(1, cluster.nodes - (isSplit ? training.rollout.nodes ?? 1 : 0))
  }

  /// Ranks that share the work of one sample: tensor × context × pipeline.
  ///
  /// Beyond what can be counted, the largest number.
  public var ranksPerSample: Int {
    [plan.context, plan.pipeline].reduce(plan.tensor) {
      let (product, overflows) = $0.multipliedReportingOverflow(by: $1)
      return overflows ? .max : product
    }
  }

  /// Ranks, or groups of them, that take samples of their own.
  public var dataRanks: Int { max(1, worldSize / ranksPerSample) }
}

/// How the run is simulated; `threads` changes nothing but the time it takes.
public struct SimulationSettings: Sendable, Equatable {
  public var network = NetworkFidelity.flow
  public var fold = Folding.auto
  public var seed = 42
  /// σ of the log-normal factor on the time of every operator.
  public var jitter = 0.0
  public var interference = InterferenceDeclaration()
  public var stragglers: [StragglerDeclaration] = []
  /// Threads for independent runs; `nil`: as many as the machine has cores.
  public var threads: Int?
}

/// Shares of a device's computation that collectives take; `nil`: as measured where they overlap.
public struct InterferenceDeclaration: Sendable, Equatable {
  public var insideNode: Double?
  public var betweenNodes: Double?
}

/// A rank that computes slower than its device can.
public struct StragglerDeclaration: Sendable, Equatable {
  public var rank = 0
  public var slowdown = 1.0

  public init() {}
}

/// What is written, and where.
public struct OutputSettings: Sendable, Equatable {
  public var directory = ""
  public var charts = true
  public var trace = false
  public var history = false
  public var detailedStats = false

  public init() {}
}
