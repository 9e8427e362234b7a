import Diagnostics
import Quantities

/// One published time or bandwidth of a collective. What its source leaves out is `nil` or empty.
public struct CollectiveMeasurement: Sendable, Equatable {
  public var id: String
  public var source: String
  public var hardware: String
  public var deviceCount: Int
  public var nodeCount: Int?
  /// The links inside a node and a node's links to others, in words.
  public var intraLink: String
  public var interLink: String
  public var library: String
  public var libraryVersion: String
  public var collective: String
  /// The algorithm that the run was held to, in words.
  public var algorithm: String
  /// The whole buffer, as nccl-tests counts it.
  public var size: ByteCount?
  public var metric: String
  /// In the unit of the metric.
  public var value: Double
  /// What was timed, and by which tool, in words.
  public var metricDefinition: String
  public var provenance: String
  public var notes: String
  public var location: SourceLocation
}
