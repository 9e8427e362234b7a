import Diagnostics
import Quantities

/// One published figure of a training run, as its source states it. What the source leaves out is `nil` or
/// empty.
public struct Measurement: Sendable, Equatable {
  public var id: String
  /// The run that the figure is of; figures of one run share it.
  public var configuration: String
  public var source: String
  /// Where in the source the figure stands.
  public var locator: String
  public var hardware: String
  /// Memory of one accelerator, in GiB as vendors count it.
  public var acceleratorMemoryGiB: Double?
  public var devicesPerNode: Int?
  public var deviceCount: Int
  /// A node's links to others, in words.
  public var interLink: String
  public var model: String
  /// Its family in words, such as `decoder`.
  public var architecture: String
  public var shape: MeasuredShape
  public var layout: MeasuredLayout
  public var sequenceLength: Int?
  /// Samples per device in one forward and backward pass.
  public var microBatch: Int?
  public var accumulation: Int?
  /// Samples of one step on all devices.
  public var globalBatch: Int?
  /// The number formats, in words.
  public var dataType: String
  public var recompute: String
  /// What waits in the host's memory, in words.
  public var offload: String
  /// Which kernels compute attention, in words.
  public var attention: String
  public var task: String
  public var framework: String
  public var metric: String
  /// In the unit of the metric.
  public var value: Double
  public var unit: String
  /// What the source says that the number counts.
  public var definition: String
  public var notes: String
  /// How the number was taken from its source.
  public var provenance: String
  public var location: SourceLocation

  /// Forward passes computed again, as a share of all: what the source's figures of the same run tell, hardware FLOPs over
  /// model FLOPs less one, times three; nil where it does not print both.
  public internal(set) var recomputedShare: Double?
}
