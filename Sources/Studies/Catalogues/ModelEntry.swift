import ModelGraphs

/// A model of the catalogue: its dimensions and what others say of its size.
public struct ModelEntry: Sendable, Equatable {
  /// How the counted parameters stand to the published figure.
  public enum Agreement: String, Sendable, CaseIterable {
    /// Equal.
    case exact
    /// Equal to as many digits as were published.
    case rounded
    /// The published figure does not follow from the published dimensions.
    case differs
    /// Nobody published a count.
    case unpublished
  }

  public var name: String
  public var aliases: [String]
  public var family: String
  public var architecture: Architecture
  /// Tokens of one sequence where a scenario does not say; 1 where a sample is no sequence.
  public var sequenceLength: Int
  public var publishedParameters: Int64?
  public var publishedActiveParameters: Int64?
  /// Parameters counted on an instance of the model or from its full list of tensors.
  public var countedParameters: Int64?
  public var countedActiveParameters: Int64?
  public var agreement: Agreement
  public var source: String
  public var note: String?

  /// Layers and operators for one sample.
  ///
  /// - Parameter sequenceLength: tokens of one sequence; the entry's own by default.
  public func model(sequenceLength: Int? = nil) -> Model {
    architecture.model(sequenceLength: sequenceLength ?? self.sequenceLength, name: name)
  }
}
