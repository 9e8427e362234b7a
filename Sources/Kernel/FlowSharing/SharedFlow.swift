/// A flow that shares links with others: what the solvers need to know about it.
///
/// A flow stands for `multiplicity` identical ones; rates are always those of a single one.
public struct SharedFlow: Sendable, Equatable {
  /// Indices of the links it crosses. A link named twice carries it twice.
  public var route: [Int32]
  /// Share of a contended link relative to other flows, above zero.
  public var weight: Double
  /// A rate it never exceeds, whatever its links allow.
  public var rateCap: Double
  /// How many identical flows it stands for, above zero.
  public var multiplicity: Double

  public init(
    route: [Int32], weight: Double = 1, rateCap: Double = .infinity, multiplicity: Double = 1
  ) {
    self.route = route
    self.weight = weight
    self.rateCap = rateCap
    self.multiplicity = multiplicity
  }
}
