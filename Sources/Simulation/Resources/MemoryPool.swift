import Quantities

/// Why an allocation or a release was refused.
public enum MemoryRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  case outOfMemory(id: String, requested: ByteCount, free: ByteCount, capacity: ByteCount)
  case alreadyAllocated(id: String)
  case notAllocated(id: String)
  case negativeAmount(id: String, requested: ByteCount)

  public var description: String {
    switch self {
    case .outOfMemory(let id, let requested, let free, let capacity):
      "'\(id)' asks for \(requested.bytes) bytes, \(free.bytes) of \(capacity.bytes) are free"
    case .alreadyAllocated(let id): "'\(id)' is allocated already"
    case .notAllocated(let id): "'\(id)' is not allocated"
    case .negativeAmount(let id, let requested): "'\(id)' asks for \(requested.bytes) bytes"
    }
  }
}

/// How full a memory is: below 70 %, below 85 %, below 95 %, or fuller.
public enum MemoryPressure: String, CaseIterable, Comparable, Sendable {
  case low, medium, high, critical

  public init(fraction: Double) {
    self = fraction < 0.7 ? .low : fraction < 0.85 ? .medium : fraction < 0.95 ? .high : .critical
  }

  public static func < (a: MemoryPressure, b: MemoryPressure) -> Bool {
    a.rank < b.rank
  }

  private var rank: Int {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    case .critical: 3
    }
  }
}

/// A memory of fixed capacity with named allocations; no fragmentation.
///
/// At any time the sizes of the allocations add up to `used`, and `used + free = capacity`.
public struct MemoryPool: Equatable, Sendable {
  public let capacity: ByteCount
  public private(set) var used = ByteCount.zero
  /// The most that was in use at one time.
  public private(set) var peak = ByteCount.zero
  /// Allocations refused because the memory was too full.
  public private(set) var refusalCount = 0
  private var sizes: [String: ByteCount] = [:]

  public init(capacity: ByteCount) {
    precondition(capacity >= .zero, "a memory has no negative capacity")
    self.capacity = capacity
  }

  public var free: ByteCount { capacity - used }

  /// Size of an allocation, or nil.
  public func size(of id: String) -> ByteCount? { sizes[id] }

  /// Names and sizes of all allocations, by name.
  public var allocations: [(id: String, size: ByteCount)] {
    sizes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Takes memory under a name; a refusal changes nothing but `refusalCount`.
  public mutating func allocate(_ id: String, _ amount: ByteCount) throws(MemoryRefusal) {
    if amount < .zero { throw .negativeAmount(id: id, requested: amount) }
    if sizes[id] != nil { throw .alreadyAllocated(id: id) }
    if amount > free {
      refusalCount += 1
      throw .outOfMemory(id: id, requested: amount, free: free, capacity: capacity)
    }
    sizes[id] = amount
    used += amount
    peak = max(peak, used)
  }

  /// Gives back the memory under a name.
  ///
  /// - Returns: how much that was.
  /// - Throws: `MemoryRefusal.notAllocated`, also for what was freed before.
  @discardableResult public mutating func free(_ id: String) throws(MemoryRefusal) -> ByteCount {
    guard let size = sizes.removeValue(forKey: id) else { throw .notAllocated(id: id) }
    used -= size
    return size
  }

  /// Part of the capacity in use now.
  public var fraction: Double { fraction(of: used) }
  public var pressure: MemoryPressure { MemoryPressure(fraction: fraction) }

  /// Part of the capacity in use at the peak.
  public var peakFraction: Double { fraction(of: peak) }

  /// Whether the job is likely to run out of memory: an allocation was refused, or the peak left less than
  /// 5 %, which fragmentation alone can take.
  public var isAtRisk: Bool { refusalCount > 0 || MemoryPressure(fraction: peakFraction) == .critical }

  private func fraction(of amount: ByteCount) -> Double {
    capacity == .zero ? 0 : Double(amount.bytes) / Double(capacity.bytes)
  }
}
