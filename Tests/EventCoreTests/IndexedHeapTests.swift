import EventCore
import RandomStreams
import Testing

@Suite("Indexed heap") struct IndexedHeapTests {
  @Test(arguments: [1, 2, 5, 300])
  func `agrees with a linear search under random changes`(idCount: Int) {
    var random = SplitMix64(seed: UInt64(idCount))
    var heap = IndexedHeap<Int64>()
    var keys = [Int64?](repeating: nil, count: idCount)
    for _ in 0..<5000 {
      let id = Int(random.next() % UInt64(idCount))
      switch random.next() % 4 {
      case 0:
        #expect(heap.remove(id) == keys[id])
        keys[id] = nil
      case 1:
        let best = keys.indices.filter { keys[$0] != nil }.min { (keys[$0]!, $0) < (keys[$1]!, $1) }
        let popped = heap.popMinimum()
        #expect(popped?.id == best)
        if let best {
          #expect(popped?.key == keys[best])
          keys[best] = nil
        }
      default:
        let key = Int64(random.next() % 50)
        heap.set(id, to: key)
        keys[id] = key
      }
      #expect(heap.count == keys.count { $0 != nil })
      #expect(heap.key(of: id) == keys[id])
    }
  }

  @Test func `ties go to the smaller id however they came in`() {
    for order in [[3, 1, 2, 0], [0, 1, 2, 3], [2, 3, 0, 1]] {
      var heap = IndexedHeap<Double>()
      for id in order { heap.insert(id, key: 1.5) }
      var left: [Int] = []
      while let (id, _) = heap.popMinimum() { left.append(id) }
      #expect(left == [0, 1, 2, 3])
    }
  }

  @Test func `an update moves an entry both ways`() {
    var heap = IndexedHeap<Int64>()
    heap.reserveCapacity(10)
    for id in 0..<10 { heap.insert(id, key: Int64(10 * id)) }
    heap.update(9, key: -1)
    #expect(heap.minimum.map { $0 == (9, -1) } == true)
    heap.update(9, key: 1000)
    #expect(heap.minimum?.id == 0)
    heap.removeAll()
    #expect(heap.isEmpty && !heap.contains(0) && heap.minimum == nil)
  }

  @Test func `a double insert traps`() async {
    await #expect(processExitsWith: .failure) {
      var heap = IndexedHeap<Int64>()
      heap.insert(1, key: 1)
      heap.insert(1, key: 2)
    }
  }
}
