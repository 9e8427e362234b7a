/// What decides how a rank's part of a layer looks, beside the degrees.
public struct ShardingRules: Sendable, Hashable {
  public var degrees: ParallelDegrees
  /// Work on whole rows, such as norms, is divided by tokens among tensor ranks.
  public var sequenceParallel: Bool
  public var contextMethod: ContextMethod
  /// Tensor exchanges run beside the products that need or feed them, in pieces.
  public var overlapsTensor: Bool
  public var experts: ExpertLoad

  public init(
    _ degrees: ParallelDegrees, sequenceParallel: Bool = false, contextMethod: ContextMethod = .ring,
    overlapsTensor: Bool = false, experts: ExpertLoad = ExpertLoad()
  ) {
    self.degrees = degrees
    self.sequenceParallel = sequenceParallel
    self.contextMethod = contextMethod
    self.overlapsTensor = overlapsTensor
    self.experts = experts
  }

  /// Ranks that divide the tokens of row-wise work.
  var tokenShare: Int { sequenceParallel ? degrees.tensor : 1 }
}

/// How the ranks of a context group attend to the whole sequence.
public enum ContextMethod: String, Sendable, CaseIterable {
  /// Keys and values go round a ring beside the attention that uses them (Liu et al. 2023, arXiv:2310.01889).
  case ring
  /// Heads are exchanged for tokens before attention and back after it (Jacobs et al. 2023, arXiv:2309.14509).
  case ulysses
}

/// How unevenly tokens visit the experts.
public struct ExpertLoad: Sendable, Hashable {
  /// Tokens of the busiest rank's experts over the mean; 1 is balanced.
  public var imbalance: Double
  /// Places of an expert over its mean tokens; tokens beyond are dropped, empty places are computed. Nil: none
  /// dropped, nothing padded.
  public var capacity: Double?
  /// Bytes of an element sent to experts; nil: as activations are stored.
  public var dispatchWidth: Double?

  public init(imbalance: Double = 1, capacity: Double? = nil, dispatchWidth: Double? = nil) {
    self.imbalance = imbalance
    self.capacity = capacity
    self.dispatchWidth = dispatchWidth
  }

  /// Rows that the busiest rank computes over the mean.
  ///
  /// With a capacity every expert computes that many places, whatever arrives.
  public var rowFactor: Double { capacity ?? imbalance }
}
