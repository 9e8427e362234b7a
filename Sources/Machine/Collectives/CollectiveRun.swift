import EventCore
import Fabrics
import Quantities

/// The outcome of a collective in simulated time.
public struct CollectiveRun: Sendable, Equatable {
  /// What was done; never `auto`, and nil for a pattern of your own.
  public var algorithm: CollectiveAlgorithm?
  /// From the first send to the last rank's last reduction.
  public var duration: SimDuration
  /// Messages sent.
  public var sendCount: Int
  /// Events executed; folded, the steps that were solved.
  public var eventCount: Int
  public var bytesSent: Double
  public var bytesReceived: Double
  /// Payload bytes that crossed each link, by link index.
  public var bytesOnLink: [Double]
  /// When each step of the schedule, its repetitions included, was done by all.
  public var stepEnds: [SimTime]
  /// Whether nothing was approximated. An event run always is; a folded run is if every step is alike
  /// for all ranks, or no rank can run ahead.
  public var isExact: Bool
  /// A hash of every event.
  public var fingerprint: Fingerprint
}

/// The closed form of a collective on a fabric.
public struct CollectiveEstimate: Sendable, Equatable {
  public var algorithm: CollectiveAlgorithm?
  public var duration: SimDuration
}
