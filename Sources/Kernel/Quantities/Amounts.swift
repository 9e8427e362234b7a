/// A number of bytes.
public struct ByteCount: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var bytes: Int64

  @inlinable public init(_ bytes: Int64) { self.bytes = bytes }
  @inlinable public init(_ bytes: Int) { self.bytes = Int64(bytes) }
  /// The nearest whole number of bytes; the most there is, 8 EiB, beyond that.
  ///
  /// - Precondition: `bytes` is a number.
  @inlinable public init(rounding bytes: Double) {
    precondition(!bytes.isNaN, "a number of bytes is a number")
    let rounded = bytes.rounded()
    self.bytes = rounded.magnitude < 0x1p63 ? Int64(rounded) : (rounded < 0 ? -.max : .max)
  }

  public static let zero = ByteCount(Int64(0))
  @inlinable public static func kibibytes(_ value: Int64) -> ByteCount { ByteCount(value << 10) }
  @inlinable public static func mebibytes(_ value: Int64) -> ByteCount { ByteCount(value << 20) }
  @inlinable public static func gibibytes(_ value: Int64) -> ByteCount { ByteCount(value << 30) }
  @inlinable public static func gigabytes(_ value: Double) -> ByteCount { ByteCount(rounding: value * 1e9) }

  @inlinable public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
  @inlinable public static func + (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes + b.bytes) }
  @inlinable public static func - (a: ByteCount, b: ByteCount) -> ByteCount { ByteCount(a.bytes - b.bytes) }
  @inlinable public static func += (a: inout ByteCount, b: ByteCount) { a.bytes += b.bytes }
  @inlinable public static func -= (a: inout ByteCount, b: ByteCount) { a.bytes -= b.bytes }
  @inlinable public static func * (a: ByteCount, count: Int) -> ByteCount {
    ByteCount(a.bytes * Int64(count))
  }

  @inlinable public var gibibytes: Double { Double(bytes) / 0x1p30 }
}

/// A rate of bytes per second, one direction.
public struct Bandwidth: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var bytesPerSecond: Double

  @inlinable public init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }
  @inlinable public static func gigabytesPerSecond(_ value: Double) -> Bandwidth {
    Bandwidth(bytesPerSecond: value * 1e9)
  }
  @inlinable public static func gigabitsPerSecond(_ value: Double) -> Bandwidth {
    Bandwidth(bytesPerSecond: value * 1e9 / 8)
  }

  @inlinable public static func < (a: Bandwidth, b: Bandwidth) -> Bool { a.bytesPerSecond < b.bytesPerSecond }
  @inlinable public static func * (a: Bandwidth, factor: Double) -> Bandwidth {
    Bandwidth(bytesPerSecond: a.bytesPerSecond * factor)
  }
}

/// Time to move bytes at a rate.
@inlinable public func / (amount: ByteCount, rate: Bandwidth) -> SimDuration {
  SimDuration(seconds: Double(amount.bytes) / rate.bytesPerSecond)
}

/// A number of floating-point operations; a multiply-add counts as two.
public struct FLOPCount: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var count: Double

  @inlinable public init(_ count: Double) { self.count = count }
  public static let zero = FLOPCount(0)
  @inlinable public static func < (a: FLOPCount, b: FLOPCount) -> Bool { a.count < b.count }
  @inlinable public static func + (a: FLOPCount, b: FLOPCount) -> FLOPCount { FLOPCount(a.count + b.count) }
  @inlinable public static func += (a: inout FLOPCount, b: FLOPCount) { a.count += b.count }
  @inlinable public static func * (a: FLOPCount, factor: Double) -> FLOPCount { FLOPCount(a.count * factor) }
}

/// Floating-point operations per second, dense unless said otherwise.
public struct FLOPRate: Comparable, Hashable, Sendable, BitwiseCopyable {
  public var perSecond: Double

  @inlinable public init(perSecond: Double) { self.perSecond = perSecond }
  @inlinable public static func teraflops(_ value: Double) -> FLOPRate { FLOPRate(perSecond: value * 1e12) }
  @inlinable public static func < (a: FLOPRate, b: FLOPRate) -> Bool { a.perSecond < b.perSecond }
  @inlinable public static func * (a: FLOPRate, factor: Double) -> FLOPRate {
    FLOPRate(perSecond: a.perSecond * factor)
  }
}
