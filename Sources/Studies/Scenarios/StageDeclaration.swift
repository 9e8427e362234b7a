import FineTuning
import Training

/// Adapters of a low-rank method; `nil` where the method has none, and until the scenario is complete.
public struct AdapterDeclaration: Sendable, Equatable {
  /// Width between the two matrices.
  public var rank: Int?
  /// Names of products, or `all-linear` alone.
  public var targets: [String]?
  public var dropout: Double?
  /// Whether scales of a quantised base are quantised too.
  public var doubleQuantisation: Bool?
}

/// Layers that stay trainable under `freeze`; `nil` under other methods.
public struct FreezeDeclaration: Sendable, Equatable {
  public var trainableLayers: Int?
  public var side: LayerFreeze.Side?
  /// Whether embedding and head train too.
  public var embeddings: Bool?
}

/// How answers are written; `nil` in stages whose data has them.
public struct RolloutDeclaration: Sendable, Equatable {
  public var promptTokens: Int?
  /// Tokens of an answer, the median where they differ.
  public var answerTokens: Int?
  /// Standard deviation of the logarithm of an answer's length.
  public var answerSpread: Double?
  /// Answers for one prompt.
  public var groupSize: Int?
  /// Ranks of one generating worker.
  public var tensor: Int?
  public var placement: RolloutPlan.Placement?
  /// Of the cluster's nodes, those that only generate.
  public var nodes: Int?
  /// Steps by which generation may work with older weights.
  public var staleness: Int?
  /// Passes over the same answers.
  public var epochs: Int?
  /// Whether the trained policy computes the answers' log-probabilities again.
  public var rescore: Bool?
}

/// A model beside the policy.
public enum CompanionDeclaration: Sendable, Equatable {
  /// As large as the policy.
  case automatic
  case none
  case named(DeclaredName)
}

/// What stands for the policy as it was.
public enum ReferenceDeclaration: String, DocumentChoice {
  case model
  /// Log-probabilities computed before training and read with the data.
  case precomputed
  case none
}
