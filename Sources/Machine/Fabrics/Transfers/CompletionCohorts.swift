import EventCore

/// The completion times of transfers that may move.
///
/// Transfers that are given the same time one after another form a cohort with one entry in the heap:
/// in a regular collective all messages of a step end together. Within a cohort the order is that of
/// joining.
///
/// - Complexity: O(1) to join the last cohort or to leave one; O(log cohorts) to open or close one.
struct CompletionCohorts: Sendable {
  private struct Cohort: BitwiseCopyable {
    var time: Int64
    var first: Int32 = -1
    var last: Int32 = -1
  }

  private struct Member: BitwiseCopyable {
    /// −1 for a transfer without a completion time.
    var cohort: Int32 = -1
    var next: Int32 = -1
    var previous: Int32 = -1
  }

  private var heap = IndexedHeap<Int64>()
  private var cohorts: [Cohort] = []
  private var freeCohorts: [Int32] = []
  private var members: [Member] = []
  /// The cohort that was joined last, −1 if it has been closed.
  private var current: Int32 = -1

  /// When the next transfer ends.
  var earliest: Int64? { heap.minimum?.key }

  /// Sets or changes when a transfer ends.
  mutating func set(_ slot: Int, to time: Int64) {
    while members.count <= slot { members.append(Member()) }
    if members[slot].cohort >= 0 {
      if cohorts[Int(members[slot].cohort)].time == time { return }
      remove(slot)
    }
    if current < 0 || cohorts[Int(current)].time != time { open(at: time) }
    let cohort = Int(current)
    let last = cohorts[cohort].last
    members[slot] = Member(cohort: current, next: -1, previous: last)
    if last >= 0 { members[Int(last)].next = Int32(slot) } else { cohorts[cohort].first = Int32(slot) }
    cohorts[cohort].last = Int32(slot)
  }

  /// Forgets when a transfer ends, if that is known.
  mutating func remove(_ slot: Int) {
    guard slot < members.count, members[slot].cohort >= 0 else { return }
    let member = members[slot]
    let cohort = Int(member.cohort)
    members[slot].cohort = -1
    if member.next >= 0 {
      members[Int(member.next)].previous = member.previous
    } else {
      cohorts[cohort].last = member.previous
    }
    if member.previous >= 0 {
      members[Int(member.previous)].next = member.next
    } else {
      cohorts[cohort].first = member.next
    }
    if cohorts[cohort].first < 0 { close(member.cohort) }
  }

  /// Removes a transfer that ends at a time or before, and returns its slot.
  mutating func pop(through time: Int64) -> Int? {
    guard let minimum = heap.minimum, minimum.key <= time else { return nil }
    let slot = Int(cohorts[minimum.id].first)
    remove(slot)
    return slot
  }

  private mutating func open(at time: Int64) {
    if let free = freeCohorts.popLast() {
      current = free
      cohorts[Int(free)] = Cohort(time: time)
    } else {
      current = Int32(cohorts.count)
      cohorts.append(Cohort(time: time))
    }
    heap.insert(Int(current), key: time)
  }

  private mutating func close(_ cohort: Int32) {
    heap.remove(Int(cohort))
    freeCohorts.append(cohort)
    if current == cohort { current = -1 }
  }
}
