/// A heap with four children per node in which every entry can be found, moved and removed by its id.
///
/// Made for flow completions, which move whenever rates change: one heap per network, of which only the
/// minimum is known to the event queue. Ids are small numbers, as a table holds each id's position. Ties
/// go to the smaller id, so the order does not depend on how the heap came about.
///
/// - Complexity: `set`, `remove` and `popMinimum` O(log n); `minimum`, `key(of:)` and `contains` O(1).
public struct IndexedHeap<Key: Comparable & BitwiseCopyable>: Sendable where Key: Sendable {
  @usableFromInline struct Entry: BitwiseCopyable, Sendable {
    @usableFromInline var key: Key
    @usableFromInline var id: Int32

    @inlinable init(key: Key, id: Int32) {
      self.key = key
      self.id = id
    }

    @inlinable func precedes(_ other: Entry) -> Bool {
      key < other.key || (key == other.key && id < other.id)
    }
  }

  @usableFromInline var entries: [Entry] = []
  /// Position of each id among the entries, −1 where it is absent.
  @usableFromInline var positions: [Int32] = []

  @inlinable public init() {}

  @inlinable public var count: Int { entries.count }
  @inlinable public var isEmpty: Bool { entries.isEmpty }

  /// The entry with the smallest key, of the smallest id among ties.
  @inlinable public var minimum: (id: Int, key: Key)? {
    entries.first.map { (Int($0.id), $0.key) }
  }

  @inlinable public func contains(_ id: Int) -> Bool { id < positions.count && positions[id] >= 0 }

  @inlinable public func key(of id: Int) -> Key? {
    contains(id) ? entries[Int(positions[id])].key : nil
  }

  /// Makes room for entries with ids below `capacity`.
  @inlinable public mutating func reserveCapacity(_ capacity: Int) {
    entries.reserveCapacity(capacity)
    if positions.count < capacity {
      positions.reserveCapacity(capacity)
      for _ in positions.count..<capacity { positions.append(-1) }
    }
  }

  /// Gives an id a key, whether it had one before or not.
  @inlinable public mutating func set(_ id: Int, to key: Key) {
    let entry = Entry(key: key, id: Int32(id))
    if contains(id) {
      let position = Int(positions[id])
      if entry.precedes(entries[position]) {
        rise(entry, from: position)
      } else {
        sink(entry, from: position)
      }
    } else {
      while positions.count <= id { positions.append(-1) }
      entries.append(entry)
      rise(entry, from: entries.count - 1)
    }
  }

  /// Adds an id.
  ///
  /// - Precondition: the heap does not hold it.
  @inlinable public mutating func insert(_ id: Int, key: Key) {
    precondition(!contains(id), "the heap already holds this id")
    set(id, to: key)
  }

  /// Changes the key of an id.
  ///
  /// - Precondition: the heap holds it.
  @inlinable public mutating func update(_ id: Int, key: Key) {
    precondition(contains(id), "the heap does not hold this id")
    set(id, to: key)
  }

  /// Removes an id and returns its key, or nil where the heap does not hold it.
  @inlinable @discardableResult public mutating func remove(_ id: Int) -> Key? {
    guard contains(id) else { return nil }
    let position = Int(positions[id])
    let removed = entries[position]
    positions[id] = -1
    let moved = entries.removeLast()
    if position < entries.count {
      if moved.precedes(removed) { rise(moved, from: position) } else { sink(moved, from: position) }
    }
    return removed.key
  }

  /// Removes and returns the minimum.
  @inlinable public mutating func popMinimum() -> (id: Int, key: Key)? {
    guard let minimum else { return nil }
    remove(minimum.id)
    return minimum
  }

  /// Forgets all entries; keeps the storage.
  @inlinable public mutating func removeAll() {
    for entry in entries { positions[Int(entry.id)] = -1 }
    entries.removeAll(keepingCapacity: true)
  }

  @inlinable mutating func place(_ entry: Entry, at position: Int) {
    entries[position] = entry
    positions[Int(entry.id)] = Int32(truncatingIfNeeded: position)
  }

  /// Moves a hole towards the root until the entry fits.
  @inlinable mutating func rise(_ entry: Entry, from start: Int) {
    var hole = start
    while hole > 0 {
      let parent = (hole - 1) / 4
      if !entry.precedes(entries[parent]) { break }
      place(entries[parent], at: hole)
      hole = parent
    }
    place(entry, at: hole)
  }

  /// Moves a hole towards the leaves until the entry fits.
  @inlinable mutating func sink(_ entry: Entry, from start: Int) {
    var hole = start
    while true {
      let firstChild = 4 * hole + 1
      if firstChild >= entries.count { break }
      var best = firstChild
      for child in firstChild..<min(firstChild + 4, entries.count)
      where entries[child].precedes(entries[best]) {
        best = child
      }
      if !entries[best].precedes(entry) { break }
      place(entries[best], at: hole)
      hole = best
    }
    place(entry, at: hole)
  }
}
