/// A block of memory in the order of a pool: by size, then by address.
struct BlockKey: Sendable, BitwiseCopyable {
  var size: Int64
  var address: Int64
  /// Where the block stands in the allocator's table.
  var block: Int32

  static func < (a: BlockKey, b: BlockKey) -> Bool {
    a.size != b.size ? a.size < b.size : a.address < b.address
  }
}

/// Blocks in order, kept in short sorted runs.
///
/// A run that grows past `longestRun` is cut in half and an empty one is dropped, so an insertion moves
/// a few kilobytes at most, however many blocks there are.
///
/// - Complexity: a search is O(log n); an insertion or removal moves at most one run and the list of runs.
struct OrderedBlocks: Sendable {
  /// A place in the order.
  struct Position: BitwiseCopyable {
    var run: Int
    var offset: Int
  }

  /// Keys in a run at most: 256 of 24 bytes are 6 KiB, which stay in the nearest cache.
  static let longestRun = 256

  private(set) var runs: [[BlockKey]] = []

  subscript(position: Position) -> BlockKey { runs[position.run][position.offset] }

  /// The first key that is not before `key`; `nil` where all are.
  func first(notBefore key: BlockKey) -> Position? {
    let run = run(of: key)
    if run == runs.count { return nil }
    return Position(run: run, offset: offset(of: key, in: run))
  }

  /// The place after `position`; `nil` at the end.
  func next(after position: Position) -> Position? {
    if position.offset + 1 < runs[position.run].count {
      return Position(run: position.run, offset: position.offset + 1)
    }
    return position.run + 1 < runs.count ? Position(run: position.run + 1, offset: 0) : nil
  }

  mutating func insert(_ key: BlockKey) {
    if runs.isEmpty {
      runs.append([key])
      return
    }
    let run = min(run(of: key), runs.count - 1)
    runs[run].insert(key, at: offset(of: key, in: run))
    if runs[run].count > Self.longestRun {
      let half = Self.longestRun / 2
      runs.insert(Array(runs[run][half...]), at: run + 1)
      runs[run].removeSubrange(half...)
    }
  }

  /// - Precondition: a key of this size and address is here.
  mutating func remove(_ key: BlockKey) {
    let run = run(of: key)
    precondition(run < runs.count, "no such block in the pool")
    let offset = offset(of: key, in: run)
    precondition(runs[run][offset].address == key.address, "no such block in the pool")
    remove(at: Position(run: run, offset: offset))
  }

  mutating func remove(at position: Position) {
    runs[position.run].remove(at: position.offset)
    if runs[position.run].isEmpty { runs.remove(at: position.run) }
  }

  /// The first run that ends at `key` or after it.
  private func run(of key: BlockKey) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle][runs[middle].count - 1] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func offset(of key: BlockKey, in run: Int) -> Int {
    runs[run].withUnsafeBufferPointer { keys in
      var low = 0
      var high = keys.count
      while low < high {
        let middle = (low + high) / 2
        if keys[middle] < key { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }
}
