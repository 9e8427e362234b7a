import Quantities

/// What an engine did since it was made or reset.
public struct EngineStatistics: Equatable, Sendable {
  /// Time during which a node was in a phase.
  public struct BusyTime: Equatable, Sendable {
    public var node: Int
    public var phase: Phase
    public var duration: SimDuration
    public var spanCount: Int
    /// Spans without an end so far; their time up to now is part of `duration`.
    public var openSpanCount: Int
  }

  /// Events executed.
  public var eventCount: Int
  /// Events scheduled and not yet executed.
  public var pendingCount: Int
  /// The engine's time: of the last event, or the limit where events lie beyond it.
  public var endTime: SimTime
  /// Busy times by node, then phase.
  public var busyTimes: [BusyTime]
  /// Of every event executed, in order.
  public var fingerprint: Fingerprint

  var countsByKind: [Int]

  /// Events executed of one kind.
  public func count(of kind: PhaseKind) -> Int { countsByKind[Int(kind.rawValue)] }

  /// Time a node spent in a phase; overlapping spans count once.
  public func busyTime(in phase: Phase, node: Int) -> SimDuration {
    busyTimes.first { $0.node == node && $0.phase == phase }?.duration ?? .zero
  }

  /// Busy time of a node in a phase as a part of the time since the start, 0 to 1.
  public func utilization(in phase: Phase, node: Int) -> Double {
    endTime.ticks == 0 ? 0 : Double(busyTime(in: phase, node: node).ticks) / Double(endTime.ticks)
  }
}
