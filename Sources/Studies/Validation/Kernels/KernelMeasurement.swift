import Diagnostics

/// One published time or rate of a kernel that ran alone. What its source leaves out is `nil` or empty.
public struct KernelMeasurement: Sendable, Equatable {
  public var id: String
  public var source: String
  public var hardware: String
  public var kernel: String
  public var library: String
  /// The number format, in words.
  public var dataType: String
  /// Of a product [m × k] · [k × n].
  public var m: Int?
  public var n: Int?
  public var k: Int?
  /// Sequences of attention, tokens of a layer.
  public var batch: Int?
  public var queryLength: Int?
  public var keyLength: Int?
  public var headCount: Int?
  public var keyHeadCount: Int?
  public var headWidth: Int?
  public var isCausal: Bool
  /// Devices over which a layer is split.
  public var tensorDegree: Int?
  public var metric: String
  /// In the unit of the metric.
  public var value: Double
  /// What was timed, and how, in words.
  public var metricDefinition: String
  public var provenance: String
  public var notes: String
  public var location: SourceLocation

  /// A number that the notes state after a word, such as `hidden 4096`.
  func noted(_ word: String) -> Int? {
    let words = notes.split { $0 == " " || $0 == ";" }
    guard let place = words.firstIndex(where: { $0 == word }), place + 1 < words.count,
      let value = Int(words[place + 1]), (1...MeasuredFields.largestCount).contains(value)
    else { return nil }
    return value
  }
}
