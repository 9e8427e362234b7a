/// A point in simulated time, in ticks since the start of the run.
///
/// Step-level models use picoseconds (`Int64` then spans 106 days). Sums stop at `endOfClock`, which no
/// real answer reaches: what ends there did not fit the clock.
public struct SimTime: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var ticks: Int64

  @inlinable public init(ticks: Int64) { self.ticks = ticks }

  /// The start of every run.
  public static let zero = SimTime(ticks: 0)
  /// The last tick there is.
  public static let endOfClock = SimTime(ticks: .max)

  @inlinable public static func < (a: SimTime, b: SimTime) -> Bool { a.ticks < b.ticks }
  @inlinable public static func + (a: SimTime, b: SimDuration) -> SimTime {
    SimTime(ticks: clockSum(a.ticks, b.ticks))
  }
  @inlinable public static func - (a: SimTime, b: SimTime) -> SimDuration {
    SimDuration(ticks: a.ticks - b.ticks)
  }
  @inlinable public static func += (a: inout SimTime, b: SimDuration) { a = a + b }

  /// Seconds since the start of the run.
  @inlinable public var seconds: Double { Double(ticks) / SimDuration.ticksPerSecond }
}

/// A span of simulated time, in picosecond ticks; sums and products stop at `longest`.
public struct SimDuration: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var ticks: Int64

  /// One tick is a picosecond.
  public static let ticksPerSecond = 1e12

  @inlinable public init(ticks: Int64) { self.ticks = ticks }

  /// The nearest whole tick to a number of seconds: the one place where time is rounded. Beyond the 106
  /// days of the clock, and for infinity, `longest` or its negative.
  ///
  /// - Precondition: `seconds` is a number.
  @inlinable public init(seconds: Double) {
    let ticks = (seconds * SimDuration.ticksPerSecond).rounded(.toNearestOrEven)
    precondition(!ticks.isNaN, "a duration is a number")
    self.ticks = ticks.magnitude < 0x1p63 ? Int64(ticks) : (ticks < 0 ? -.max : .max)
  }

  public static let zero = SimDuration(ticks: 0)
  /// 106 days.
  public static let longest = SimDuration(ticks: .max)
  @inlinable public static func microseconds(_ value: Double) -> SimDuration {
    SimDuration(seconds: value * 1e-6)
  }
  @inlinable public static func milliseconds(_ value: Double) -> SimDuration {
    SimDuration(seconds: value * 1e-3)
  }

  @inlinable public static func < (a: SimDuration, b: SimDuration) -> Bool { a.ticks < b.ticks }
  @inlinable public static func + (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(ticks: clockSum(a.ticks, b.ticks))
  }
  @inlinable public static func - (a: SimDuration, b: SimDuration) -> SimDuration {
    SimDuration(ticks: a.ticks - b.ticks)
  }
  @inlinable public static func += (a: inout SimDuration, b: SimDuration) { a = a + b }
  @inlinable public static func * (a: SimDuration, count: Int) -> SimDuration {
    let product = a.ticks.multipliedReportingOverflow(by: Int64(count))
    if !product.overflow { return SimDuration(ticks: product.partialValue) }
    return SimDuration(ticks: (a.ticks < 0) == (count < 0) ? .max : -.max)
  }

  /// The span scaled by a real factor, rounded to the nearest tick.
  @inlinable public func scaled(by factor: Double) -> SimDuration {
    SimDuration(seconds: Double(ticks) * factor / SimDuration.ticksPerSecond)
  }

  @inlinable public var seconds: Double { Double(ticks) / SimDuration.ticksPerSecond }
}

/// The sum, or the end of the clock on the side where it lies beyond.
@inlinable func clockSum(_ a: Int64, _ b: Int64) -> Int64 {
  let sum = a.addingReportingOverflow(b)
  return sum.overflow ? (b < 0 ? -.max : .max) : sum.partialValue
}
