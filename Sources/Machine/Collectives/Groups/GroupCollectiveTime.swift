import EventCore
import Quantities

/// How a model says the time of a collective that no library's model says.
public enum GroupFidelity: Sendable, CaseIterable {
  /// By the closed form of the schedule on the fabric.
  case closedForm
  /// Every different step solved once.
  case steps
  /// Every message an event; beside other groups up to a thousand ranks, steps beyond.
  case events
}

/// How long a collective of one group takes while its siblings do the same.
public struct GroupCollectiveTime: Sendable, Equatable {
  public var duration: SimDuration
  /// What was run, or stands for what a library does; nil for a pattern of your own and for a lone rank.
  public var algorithm: CollectiveAlgorithm?
  /// Who chose; nil where the schedule of least time was taken or an algorithm was named.
  public var tuner: TunerName?
  /// What it chose. Where it says a time, that is the duration.
  public var choice: TunerChoice?
  /// Whether the time is exact for the model; otherwise it is a bound from above, or a library's model's.
  public var isExact: Bool
  /// Events executed; folded, the steps that were solved, and none where a library's model says the time.
  public var eventCount = 0
  /// A hash of every event; nil where there were none.
  public var fingerprint: Fingerprint?
}
