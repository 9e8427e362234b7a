extension CachingAllocator {
  /// What is wrong with the tables, for tests; empty where all holds.
  ///
  /// - Complexity: O(n log n) in the number of blocks.
  package var brokenInvariants: [String] {
    var broken: [String] = []
    func check(_ holds: Bool, _ text: @autoclosure () -> String) { if !holds { broken.append(text()) } }
    var inUse: Int64 = 0
    var mapped: Int64 = 0
    var heads = 0
    var listed: [State: Int] = [:]
    for row in blocks.indices where blocks[row].state != .vacant {
      let block = blocks[row]
      check(block.size > 0 && block.size % Rules.granule == 0, "block \(row) has \(block.size) bytes")
      if block.state == .inUse { inUse += block.size }
      if block.state != .unmapped { mapped += block.size }
      if block.previous < 0 { heads += 1 }
      listed[block.state, default: 0] += 1
      if block.next >= 0 {
        let next = blocks[Int(block.next)]
        check(next.previous == Int32(row), "block \(row) and the next do not know each other")
        check(next.address == block.address + block.size, "a gap behind block \(row)")
        check(next.pool == block.pool, "block \(row) and the next are of two pools")
        check(block.state == .inUse || next.state != block.state, "block \(row) is not joined with the next")
      }
    }
    check(inUse == allocated, "\(inUse) bytes in use, \(allocated) counted")
    check(mapped == reserved, "\(mapped) bytes in segments, \(reserved) counted")
    check(heads == segmentCount, "\(heads) segments, \(segmentCount) counted")
    check(allocated <= reserved && reserved <= capacity, "\(allocated), \(reserved), \(capacity) do not rise")
    check(peakAllocated >= allocated && peakReserved >= reserved, "a peak lies below what is held")
    for (index, pool) in pools.enumerated() {
      for (list, state) in [(pool.free, State.free), (pool.unmapped, .unmapped)] {
        var last = BlockKey(size: -1, address: -1, block: -1)
        for entry in list.runs.joined() {
          let row = Int(entry.block)
          check(last < entry, "list of pool \(index) out of order at block \(row)")
          check(blocks[row].state == state, "block \(row) is on the wrong list")
          check(entry.address == blocks[row].address, "block \(row) has moved")
          check(state == .unmapped || entry.size == blocks[row].size, "block \(row) has changed its size")
          listed[state, default: 0] -= 1
          last = entry
        }
      }
    }
    check((listed[.free] ?? 0) == 0 && (listed[.unmapped] ?? 0) == 0, "blocks on no list or on two")
    return broken
  }
}
