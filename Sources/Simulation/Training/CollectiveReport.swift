import Collectives
import Parallelism
import Quantities

/// One kind and size of collective in a step.
public struct CollectiveReport: Sendable, Equatable {
  public var kind: CollectiveKind
  /// Who takes part, and how many ranks.
  public var communicator: Communicator
  public var ranks: Int
  public var bytes: ByteCount
  /// What was run, or stands for what a library does; nil where a calibration says the time.
  public var algorithm: CollectiveAlgorithm?
  /// What a library takes; nil where no library chose.
  public var library: LibraryCall?
  public var duration: SimDuration
  /// Calls of this kind and size in one step.
  public var count: Int
  /// Whether the time is exact for the model; otherwise it is a bound from above, or said by a library's model
  /// or a calibration.
  public var isExact: Bool

  /// Whether another is the same but for its count.
  func isAlike(_ other: CollectiveReport) -> Bool {
    var copy = other
    copy.count = count
    return self == copy
  }
}

/// A collective as the library that chose it calls it.
public struct LibraryCall: Sendable, Equatable {
  public var tuner: TunerName
  /// The library's algorithm.
  public var name: String
  /// How the library marks data as ready, where it has a choice.
  public var channelProtocol: NCCLProtocol?
  /// Whether the pattern that was run differs from the library's algorithm in more than details.
  public var isApproximate: Bool
  /// Whether the time is the library's own model's, not the pattern's on the fabric.
  public var saysTime: Bool

  public init(_ tuner: TunerName, _ choice: TunerChoice) {
    self.tuner = tuner
    name = choice.libraryName
    channelProtocol = choice.channelProtocol
    isApproximate = choice.isApproximate
    saysTime = choice.time != nil
  }
}
