/// The completion times of transfers that may move: a heap of four children per node that knows where
/// each slot lies. Ties leave by slot.
///
/// - Complexity: O(log n) to set, move or remove; O(1) to look at the first.
struct CompletionHeap: Sendable {
  private struct Entry: BitwiseCopyable {
    var time: Int64
    var slot: Int32

    func precedes(_ other: Entry) -> Bool {
      time != other.time ? time < other.time : slot < other.slot
    }
  }

  private var entries: [Entry] = []
  /// Where a slot's entry lies, −1 if it has none.
  private var positions: [Int32] = []

  var first: Int64? { entries.first?.time }

  mutating func set(_ time: Int64, for slot: Int32) {
    while positions.count <= Int(slot) { positions.append(-1) }
    let entry = Entry(time: time, slot: slot)
    let position = Int(positions[Int(slot)])
    if position < 0 {
      entries.append(entry)
      rise(entry, from: entries.count - 1)
    } else if entry.precedes(entries[position]) {
      rise(entry, from: position)
    } else {
      sink(entry, from: position)
    }
  }

  /// Removes the first entry.
  ///
  /// - Precondition: there is one.
  mutating func popSlot() -> Int32 {
    let slot = entries[0].slot
    remove(slot)
    return slot
  }

  /// Removes a slot's entry if it has one.
  mutating func remove(_ slot: Int32) {
    guard slot < positions.count, positions[Int(slot)] >= 0 else { return }
    let position = Int(positions[Int(slot)])
    positions[Int(slot)] = -1
    let last = entries.removeLast()
    if position == entries.count { return }
    if last.precedes(entries[position]) { rise(last, from: position) } else { sink(last, from: position) }
  }

  private mutating func rise(_ entry: Entry, from start: Int) {
    var hole = start
    while hole > 0 {
      let parent = (hole - 1) / 4
      guard entry.precedes(entries[parent]) else { break }
      place(entries[parent], at: hole)
      hole = parent
    }
    place(entry, at: hole)
  }

  private mutating func sink(_ entry: Entry, from start: Int) {
    var hole = start
    while true {
      let firstChild = 4 * hole + 1
      guard firstChild < entries.count else { break }
      var best = firstChild
      var child = firstChild + 1
      while child < min(firstChild + 4, entries.count) {
        if entries[child].precedes(entries[best]) { best = child }
        child += 1
      }
      guard entries[best].precedes(entry) else { break }
      place(entries[best], at: hole)
      hole = best
    }
    place(entry, at: hole)
  }

  private mutating func place(_ entry: Entry, at position: Int) {
    entries[position] = entry
    positions[Int(entry.slot)] = Int32(position)
  }
}
