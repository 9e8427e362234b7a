/// A heap with four children per node and a sequence number for ties.
///
/// Slower than `RadixHeap` but with nothing in common with it, so the two check each other.
///
/// - Complexity: `push` and `pop` O(log n), `nextKey` O(1).
public struct QuaternaryHeap<Payload: BitwiseCopyable>: EventQueue {
  @usableFromInline struct Entry: BitwiseCopyable {
    @usableFromInline var key: Int64
    @usableFromInline var sequence: UInt64
    @usableFromInline var payload: Payload

    @inlinable init(key: Int64, sequence: UInt64, payload: Payload) {
      self.key = key
      self.sequence = sequence
      self.payload = payload
    }

    @inlinable func precedes(_ other: Entry) -> Bool {
      key != other.key ? key < other.key : sequence < other.sequence
    }
  }

  @usableFromInline var entries: [Entry] = []
  @usableFromInline var nextSequence: UInt64 = 0
  @usableFromInline var last: Int64 = 0

  @inlinable public init() {}

  @inlinable public var count: Int { entries.count }
  @inlinable public var nextKey: Int64? { entries.first?.key }

  @inlinable public mutating func reserveCapacity(_ capacity: Int) { entries.reserveCapacity(capacity) }

  @inlinable public mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    nextSequence = 0
    last = 0
  }

  @inlinable public mutating func push(_ payload: Payload, at key: Int64) {
    precondition(key >= last, "an event may not be pushed before the event popped last")
    let entry = Entry(key: key, sequence: nextSequence, payload: payload)
    nextSequence += 1
    entries.append(entry)
    var hole = entries.count - 1
    while hole > 0 {
      let parent = (hole - 1) / 4
      if !entry.precedes(entries[parent]) { break }
      entries[hole] = entries[parent]
      hole = parent
    }
    entries[hole] = entry
  }

  @inlinable public mutating func pop() -> (key: Int64, payload: Payload)? {
    guard let first = entries.first, let moved = entries.popLast() else { return nil }
    if !entries.isEmpty { sink(moved) }
    last = first.key
    return (first.key, first.payload)
  }

  /// Fills the hole at the root with an entry.
  @inlinable mutating func sink(_ entry: Entry) {
    var hole = 0
    while true {
      let firstChild = 4 * hole + 1
      if firstChild >= entries.count { break }
      var best = firstChild
      for child in firstChild..<min(firstChild + 4, entries.count)
      where entries[child].precedes(entries[best]) {
        best = child
      }
      if !entries[best].precedes(entry) { break }
      entries[hole] = entries[best]
      hole = best
    }
    entries[hole] = entry
  }
}
