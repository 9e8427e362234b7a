import Quantities

/// When a resource that does one thing at a time is busy.
///
/// Work is booked first come, first served, so intervals never overlap and busy time never exceeds the time
/// that has passed. Adjacent intervals are joined.
public struct BusyTimeline: Equatable, Sendable {
  private struct Interval: Equatable, Sendable {
    var start: SimTime
    var end: SimTime
    /// Busy time of all earlier intervals.
    var before: SimDuration
  }

  private var intervals: [Interval] = []

  public init() {}

  /// From when on nothing is booked.
  public var freeFrom: SimTime { intervals.last?.end ?? .zero }

  /// Books work at the earliest time from `time` on that lies after all work booked before.
  ///
  /// - Precondition: `duration` is not negative.
  /// - Returns: when it begins and ends.
  public mutating func book(_ duration: SimDuration, from time: SimTime) -> (start: SimTime, end: SimTime) {
    precondition(duration >= .zero, "work takes no negative time")
    let start = max(time, freeFrom)
    let end = start + duration
    if duration == .zero { return (start, end) }
    if let last = intervals.last, last.end == start {
      intervals[intervals.count - 1].end = end
    } else {
      let before = intervals.last.map { $0.before + ($0.end - $0.start) } ?? .zero
      intervals.append(Interval(start: start, end: end, before: before))
    }
    return (start, end)
  }

  /// Busy time from zero up to `now`; work booked for later does not count yet.
  ///
  /// - Complexity: O(log n) in the number of intervals.
  public func busyTime(until now: SimTime) -> SimDuration {
    var low = 0
    var high = intervals.count
    while low < high {
      let middle = (low + high) / 2
      if intervals[middle].start < now { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return .zero }
    let interval = intervals[low - 1]
    return interval.before + (min(interval.end, now) - interval.start)
  }

  /// Busy time as a part of the time since zero, idle time included: 0 to 1.
  public func utilization(at now: SimTime) -> Double {
    now.ticks <= 0 ? 0 : Double(busyTime(until: now).ticks) / Double(now.ticks)
  }
}
