/// A monotone priority queue: keys never lie below the key popped last.
///
/// A key differs from the last popped key first in some digit of six bits. That digit's position is the
/// key's level and its value the key's bucket, so there are 11 levels of 64 buckets, and all keys of a
/// bucket on level 0 are equal. `pop` takes from level 0 in order; when that is empty it advances to the
/// smallest key of the lowest bucket and spreads the rest of that bucket over the levels below. An event
/// so moves at most once a level, and a bucket is written and read in sequence.
///
/// Equal keys are always in one bucket and keep their order there, hence ties leave in push order and no
/// sequence number is stored. Buckets are chains of chunks from one pool: once the pool has grown to the
/// greatest number of pending events, nothing is allocated.
///
/// - Complexity: `push` and `nextKey` O(1); `pop` amortised O(log₆₄ of the spread of pending keys).
/// - Source: Ahuja, Mehlhorn, Orlin & Tarjan 1990, doi:10.1145/77600.77615, with wider digits.
public struct RadixHeap<Payload: BitwiseCopyable>: ~Copyable, EventQueue {
  @usableFromInline struct Entry: BitwiseCopyable {
    @usableFromInline var key: Int64
    @usableFromInline var payload: Payload

    @inlinable init(key: Int64, payload: Payload) {
      self.key = key
      self.payload = payload
    }
  }

  /// First and one-past-last slot of a chain of chunks. Empty: `head` −1 and `tail` 0.
  @usableFromInline struct Bucket: BitwiseCopyable {
    @usableFromInline var minimum: Int64 = 0
    @usableFromInline var head: Int32 = -1
    @usableFromInline var tail: Int32 = 0

    @inlinable init() {}
  }

  @inlinable static var digitBits: Int { 6 }
  @inlinable static var digitMask: Int { (1 << digitBits) - 1 }
  @inlinable static var levelCount: Int { 11 }
  @inlinable static var bucketCount: Int { levelCount << digitBits }
  @inlinable static var chunkBits: Int32 { 4 }
  @inlinable static var chunkMask: Int32 { (1 << chunkBits) - 1 }

  @usableFromInline var buckets: UnsafeMutablePointer<Bucket>
  /// For each level, which of its buckets hold events.
  @usableFromInline var occupied: UnsafeMutablePointer<UInt64>
  /// Which levels hold events.
  @usableFromInline var levels: UInt64 = 0
  @usableFromInline var entries: UnsafeMutablePointer<Entry>
  /// For each chunk, the next one of its chain or of the free list.
  @usableFromInline var successors: UnsafeMutablePointer<Int32>
  @usableFromInline var freeChunk: Int32 = -1
  @usableFromInline var chunkCount: Int = 0

  @usableFromInline var last: Int64 = 0
  @usableFromInline var pending: Int = 0

  @inlinable public init() {
    buckets = .allocate(capacity: Self.bucketCount)
    buckets.initialize(repeating: Bucket(), count: Self.bucketCount)
    occupied = .allocate(capacity: Self.levelCount)
    occupied.initialize(repeating: 0, count: Self.levelCount)
    entries = .allocate(capacity: 0)
    successors = .allocate(capacity: 0)
  }

  @inlinable deinit {
    buckets.deallocate()
    occupied.deallocate()
    entries.deallocate()
    successors.deallocate()
  }

  @inlinable public var count: Int { pending }

  /// The key popped last; zero before the first `pop`.
  @inlinable public var lastKey: Int64 { last }

  @inlinable public var nextKey: Int64? {
    if levels == 0 { return nil }
    return buckets[lowestBucket].minimum
  }

  @inlinable public mutating func push(_ payload: Payload, at key: Int64) {
    precondition(key >= last, "an event may not be pushed before the event popped last")
    append(Entry(key: key, payload: payload))
    pending += 1
  }

  @inlinable public mutating func pop() -> (key: Int64, payload: Payload)? {
    if levels == 0 { return nil }
    pending -= 1
    let index = lowestBucket
    let bucket = buckets[index]
    last = bucket.minimum
    let isAlone = bucket.tail &- bucket.head == 1
    let entry = isAlone || index <= Self.digitMask ? takeFirst(of: index) : spread(index)
    return (entry.key, entry.payload)
  }

  /// Removes all events that share the earliest key, in push order.
  ///
  /// - Parameter batch: receives the payloads; what it held is dropped, its storage is kept.
  /// - Returns: their key, or nil when nothing is pending.
  @inlinable public mutating func popTies(into batch: inout [Payload]) -> Int64? {
    batch.removeAll(keepingCapacity: true)
    guard let first = pop() else { return nil }
    batch.append(first.payload)
    let index = Int(truncatingIfNeeded: last) & Self.digitMask
    while occupied[0] & (1 << UInt64(index)) != 0 {
      pending -= 1
      batch.append(takeFirst(of: index).payload)
    }
    return first.key
  }

  @inlinable public mutating func reserveCapacity(_ capacity: Int) {
    // Every bucket may hold one chunk that is not full, and `spread` holds one more.
    growPool(to: capacity >> Int(Self.chunkBits) + Self.bucketCount + 2)
  }

  @inlinable public mutating func removeAll() {
    buckets.update(repeating: Bucket(), count: Self.bucketCount)
    occupied.update(repeating: 0, count: Self.levelCount)
    levels = 0
    pending = 0
    last = 0
    freeChunk = -1
    linkFree(0..<chunkCount)
  }
}

// Its storage has one owner and is reached only through it.
extension RadixHeap: @unchecked Sendable where Payload: Sendable {}
