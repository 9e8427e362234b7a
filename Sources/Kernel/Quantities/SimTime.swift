/// A point in simulated time, in ticks since the start of the run.
///
/// Step-level models use picoseconds (`Int64` then spans 106 days). Arithmetic traps on overflow.
public struct SimTime: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var ticks: Int64

  @inlinable public init(ticks: Int64) { self.ticks = ticks }

  /// The start of every run.
  public static let zero = SimTime(ticks: 0)

  @inlinable public static func < (a: SimTime, b: SimTime) -> Bool { a.ticks < b.ticks }
  @inlinable public static func + (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(ticks: a.ticks + b.ticks)
  }
  @inlinable public static func - (a: SimTime, b: SimTime) -> SimDuration {
    SimDuration(ticks: a.ticks - b.ticks)
  }
  @inlinable public static func += (a: inout SimTime, b: SimDuration) { a.ticks += b.ticks }

  /// Seconds since the start of the run.
  @inlinable public var seconds: Double { Double(ticks) / SimDuration.ticksPerSecond }
}

/// A span of simulated time, in picosecond ticks.
public struct SimDuration: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var ticks: Int64

  /// One tick is a picosecond.
  public static let ticksPerSecond = 1e12

  @inlinable public init(ticks: Int64) { self.ticks = ticks }

  /// The nearest whole tick to a number of seconds: the one place where time is rounded.
  ///
  /// - Precondition: `seconds` is finite and below 106 days in magnitude.
  @inlinable public init(seconds: Double) {
    let ticks = (seconds * SimDuration.ticksPerSecond).rounded(.toNearestOrEven)
    precondition(ticks.magnitude < 0x1p63, "duration outside the simulated clock's range")
    self.ticks = Int64(ticks)
  }

  public static let zero = SimDuration(ticks: 0)
  @inlinable public static func microseconds(_ value: Double) -> SimDuration {
    SimDuration(seconds: value * 1e-6)
  }
  @inlinable public static func milliseconds(_ value: Double) -> SimDuration {
    SimDuration(seconds: value * 1e-3)
  }

  @inlinable public static func < (a: SimDuration, b: SimDuration) -> Bool { a.ticks < b.ticks }
  @inlinable public static func + (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(ticks: a.ticks + b.ticks)
  }
  @inlinable public static func - (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(ticks: a.ticks - b.ticks)
  }
  @inlinable public static func += (a: inout SimDuration, b: SimDuration) { a.ticks += b.ticks }
  @inlinable public static func * (a: SimDuration, count: Int) -> SimDuration {
    SimDuration(ticks: a.ticks * Int64(count))
  }

  /// The span scaled by a real factor, rounded to the nearest tick.
  @inlinable public func scaled(by factor: Double) -> SimDuration {
    SimDuration(seconds: Double(ticks) * factor / SimDuration.ticksPerSecond)
  }

  @inlinable public var seconds: Double { Double(ticks) / SimDuration.ticksPerSecond }
}
