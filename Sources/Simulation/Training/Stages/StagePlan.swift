import FineTuning
import ModelGraphs
import PostTraining

/// What a stage of training adds to a job's passes: models beside the trained one, and answers to be written.
public struct StagePlan: Sendable {
  /// A model beside the one that the job's plan trains.
  public struct Companion: Sendable {
    public var role: ModelRole
    /// As its method trains it where it is trained.
    public var model: Model

    public init(_ role: ModelRole, _ model: Model) {
      self.role = role
      self.model = model
    }
  }

  public var work: StageWork
  /// Passes over the same answers, each with an update of its own.
  public var epochs: Int
  /// Every other model of the stage, in the order of `work.residents`.
  public var companions: [Companion]
  public var rollout: RolloutPlan?

  /// - Precondition: the stage trains a model.
  public init(
    _ work: StageWork, epochs: Int = 1, companions: [Companion] = [], rollout: RolloutPlan? = nil
  ) {
    precondition(!work.trainings.isEmpty, "a stage trains a model")
    self.work = work
    self.epochs = epochs
    self.companions = companions
    self.rollout = rollout
  }

  /// The part of the model that the job's plan trains.
  public var trainedRole: ModelRole { work.trainings[0].role }

  /// Sequences of one sample in one pass of the trained model over it.
  public var sequencesPerSample: Int { work.trainings[0].sequences / epochs }

  func isTrained(_ role: ModelRole) -> Bool { work.trainings.contains { $0.role == role } }
}

/// How the answers of a step are written.
public struct RolloutPlan: Sendable, Equatable {
  public enum Placement: String, Sendable, CaseIterable {
    /// The devices that train, in turn.
    case colocated
    /// Nodes of their own, behind those that train.
    case split
  }

  /// The model that writes, the trained one's own.
  public var architecture: TransformerArchitecture
  public var promptTokens: Int
  public var lengths: AnswerLengths
  /// Ranks of one generating worker.
  public var tensorParallel: Int
  public var placement: Placement
  /// Nodes that only generate; 0 where colocated.
  public var nodes: Int
  /// Steps by which the weights that generate may be behind.
  public var staleness: Int

  public init(
    _ architecture: TransformerArchitecture, promptTokens: Int, lengths: AnswerLengths,
    tensorParallel: Int = 1,
    placement: Placement = .colocated, nodes: Int = 0, staleness: Int = 0
  ) {
    self.architecture = architecture
    self.promptTokens = promptTokens
    self.lengths = lengths
    self.tensorParallel = tensorParallel
    self.placement = placement
    self.nodes = nodes
    self.staleness = staleness
  }
}
