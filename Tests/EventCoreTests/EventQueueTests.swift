import EventCore
import RandomStreams
import Testing

/// Times between events that stress different parts of a queue.
enum Increments: String, CaseIterable {
  case exponential, ties, bimodal, wide, dense

  func next(_ random: inout SplitMix64) -> Int64 {
    switch self {
    case .exponential: Int64(random.exponential(mean: 1e6))
    case .ties: 1000
    case .bimodal: random.uniform() < 0.1 ? 1_000_000_000_000 : 1_000_000
    case .wide: 1 << Int64(random.next() & 39)
    case .dense: Int64(random.next() & 7)
    }
  }
}

@Suite("Event queues") struct EventQueueTests {
  @Test(arguments: Increments.allCases, [1, 2, 17, 1000])
  func `radix heap and quaternary heap agree event by event`(pattern: Increments, pending: Int) {
    var random = SplitMix64(seed: UInt64(pending))
    var radix = RadixHeap<Int32>()
    var reference = QuaternaryHeap<Int32>()
    var id: Int32 = 0
    func push(at key: Int64, _ a: inout RadixHeap<Int32>, _ b: inout QuaternaryHeap<Int32>) {
      a.push(id, at: key)
      b.push(id, at: key)
      id += 1
    }
    for _ in 0..<pending { push(at: pattern.next(&random), &radix, &reference) }
    for _ in 0..<20_000 {
      #expect(radix.nextKey == reference.nextKey)
      guard let got = radix.pop(), let expected = reference.pop() else {
        Issue.record("a queue ran empty")
        return
      }
      if got != expected {
        Issue.record("\(got) against \(expected)")
        return
      }
      // The number pending wanders: none, one or two new events for each that leaves.
      let births = radix.count < pending / 2 ? 2 : radix.count > 2 * pending ? 0 : random.next() % 3
      for _ in 0..<births { push(at: got.key + pattern.next(&random), &radix, &reference) }
      if radix.isEmpty { push(at: got.key + pattern.next(&random), &radix, &reference) }
      #expect(radix.count == reference.count)
    }
    while let expected = reference.pop() {
      if radix.pop().map({ $0 == expected }) != true { Issue.record("drain differs at \(expected)") }
    }
    #expect(radix.isEmpty && radix.pop() == nil && radix.nextKey == nil)
  }

  @Test func `ties leave in push order, those pushed meanwhile last`() {
    var queue = RadixHeap<Int>()
    for id in 0..<100 { queue.push(id, at: id % 2 == 0 ? 1 << 40 : 5) }
    var order: [Int] = []
    while let (key, id) = queue.pop() {
      order.append(id)
      if id == 1 { queue.push(1000, at: key) }
    }
    #expect(order == Array(stride(from: 1, to: 100, by: 2)) + [1000] + Array(stride(from: 0, to: 100, by: 2)))
  }

  @Test func `asking for the next key leaves earlier pushes legal`() {
    var queue = RadixHeap<Int>()
    queue.push(1, at: 1_000_000)
    queue.push(2, at: 1_000_001)
    #expect(queue.nextKey == 1_000_000)
    #expect(queue.pop(through: 999_999) == nil)
    queue.push(3, at: 7)
    #expect(queue.pop(through: 999_999).map(\.payload) == 3)
    #expect(queue.nextKey == 1_000_000)
    #expect(queue.lastKey == 7)
  }

  @Test func `a batch holds exactly the events of one time`() {
    var queue = RadixHeap<Int>()
    for id in 0..<90 { queue.push(id, at: Int64(100 + 7 * (id % 3))) }
    var batch: [Int] = []
    for remainder in 0..<3 {
      #expect(queue.popTies(into: &batch) == Int64(100 + 7 * remainder))
      #expect(batch == Array(stride(from: remainder, to: 90, by: 3)))
    }
    #expect(queue.popTies(into: &batch) == nil)
    #expect(batch.isEmpty)
  }

  @Test func `the whole range of keys is usable`() {
    var queue = RadixHeap<Int>()
    let keys: [Int64] = [.max, 0, .max - 1, 1, 63, 64, 4095, 4096, 1 << 62, (1 << 62) - 1]
    for (id, key) in keys.enumerated() { queue.push(id, at: key) }
    var order: [Int64] = []
    while let event = queue.pop() { order.append(event.key) }
    #expect(order == keys.sorted())
  }

  @Test func `emptied queues begin anew at zero`() {
    var queue = RadixHeap<Int>()
    for id in 0..<500 { queue.push(id, at: Int64(id * id)) }
    for _ in 0..<100 { _ = queue.pop() }
    queue.removeAll()
    #expect(queue.isEmpty && queue.nextKey == nil && queue.lastKey == 0)
    queue.push(9, at: 3)
    #expect(queue.pop().map { $0 == (3, 9) } == true)
  }

  @Test func `a push into the past traps`() async {
    await #expect(processExitsWith: .failure) {
      var queue = RadixHeap<Int>()
      queue.push(1, at: 10)
      _ = queue.pop()
      queue.push(2, at: 9)
    }
  }
}
