/// Memory taken from the device and given back to it.
extension CachingAllocator {
  /// A block of at least `size` from memory that was not reserved; −1 where the device has no room.
  mutating func takeNew(_ size: Int64, pool: Int) -> Int32 {
    if size > capacity { return -1 }
    return expandableSegments ? takeGrown(size, pool: pool) : takeSegment(size, pool: pool)
  }

  private mutating func takeSegment(_ size: Int64, pool: Int) -> Int32 {
    let segment =
      size <= Rules.largestSmall
      ? Rules.smallSegment
      : size < Rules.smallestOwn ? Rules.largeSegment : roundedUp(size, to: Rules.ownGranule)
    if reserved + segment > capacity { return -1 }
    let row = newBlock(address: nextAddress, size: segment, pool: pool, state: .free)
    nextAddress += segment
    segmentCount += 1
    reserve(segment)
    return row
  }

  private mutating func reserve(_ bytes: Int64) {
    reserved += bytes
    peakReserved = max(peakReserved, reserved)
  }

  private func pageSize(pool: Int) -> Int64 {
    pool % 2 == 0 ? Rules.smallSegment : Rules.largeSegment
  }

  /// Maps pages behind addresses until a free block of at least `size` stands there.
  private mutating func takeGrown(_ size: Int64, pool: Int) -> Int32 {
    var row = growthPlace(size, pool: pool)
    if blocks[row].state == .unmapped, !map(row, atLeast: min(size, blocks[row].size)) { return -1 }
    while blocks[row].size < size {
      // What is mapped joins the free block before it, so the row moves on.
      let next = Int(blocks[row].next)
      if !map(next, atLeast: min(size - blocks[row].size, blocks[next].size)) { return -1 }
      row = next
    }
    pools[pool].free.remove(key(row))
    return Int32(row)
  }

  /// The lowest run of free and unmapped blocks with room for `size`, or a segment without pages yet.
  private mutating func growthPlace(_ size: Int64, pool: Int) -> Int {
    if let row = knownPlace(size, pool: pool) { return row }
    // A segment's addresses are those of the whole device and an eighth more.
    let page = pageSize(pool: pool)
    nextAddress = roundedUp(nextAddress, to: page)
    let range = roundedUp(capacity + capacity / 8, to: page)
    let row = Int(newBlock(address: nextAddress, size: range, pool: pool, state: .unmapped))
    nextAddress += range
    segmentCount += 1
    pools[pool].unmapped.insert(addressKey(row))
    return row
  }

  private func knownPlace(_ size: Int64, pool: Int) -> Int? {
    var place = pools[pool].unmapped.first(notBefore: BlockKey(size: 0, address: 0, block: -1))
    while let position = place {
      var row = Int(pools[pool].unmapped[position].block)
      let before = Int(blocks[row].previous)
      if before >= 0, blocks[before].state == .free { row = before }
      if hasRoom(size, from: row) { return row }
      place = pools[pool].unmapped.next(after: position)
    }
    return nil
  }

  private func hasRoom(_ size: Int64, from start: Int) -> Bool {
    var room: Int64 = 0
    var row = start
    while row >= 0, blocks[row].state != .inUse {
      room += blocks[row].size
      if room >= size { return true }
      row = Int(blocks[row].next)
    }
    return false
  }

  /// Puts memory behind the first pages of an unmapped block, which becomes free; all of them or none.
  private mutating func map(_ row: Int, atLeast size: Int64) -> Bool {
    let pool = Int(blocks[row].pool)
    let mapped = roundedUp(size, to: pageSize(pool: pool))
    if reserved + mapped > capacity { return false }
    pools[pool].unmapped.remove(addressKey(row))
    if mapped < blocks[row].size {
      let rest = split(row, keeping: mapped, tail: .unmapped)
      pools[pool].unmapped.insert(addressKey(rest))
    }
    blocks[row].state = .free
    joinNeighbours(of: row)
    pools[pool].free.insert(key(row))
    reserve(mapped)
    return true
  }

  /// Gives the device what no block needs, on all streams: segments that are free from end to end, and the
  /// whole pages of free blocks in expandable ones. What `torch.cuda.empty_cache()` does.
  public mutating func releaseCached() {
    for pool in pools.indices {
      for key in pools[pool].free.runs.joined() {
        let row = Int(key.block)
        if expandableSegments {
          unmap(row)
        } else if blocks[row].previous < 0, blocks[row].next < 0 {
          pools[pool].free.remove(key)
          reserved -= key.size
          segmentCount -= 1
          retire(row)
        }
      }
    }
  }

  /// Takes the memory from behind the whole pages of a free block.
  private mutating func unmap(_ row: Int) {
    let pool = Int(blocks[row].pool)
    let page = pageSize(pool: pool)
    let end = blocks[row].address + blocks[row].size
    let firstPage = roundedUp(blocks[row].address, to: page)
    let lastPage = end / page * page
    if firstPage >= lastPage { return }
    pools[pool].free.remove(key(row))
    var middle = row
    if firstPage > blocks[row].address {
      middle = split(row, keeping: firstPage - blocks[row].address, tail: .free)
      pools[pool].free.insert(key(row))
    }
    if lastPage < end { cutTail(of: middle, keeping: lastPage - firstPage) }
    reserved -= lastPage - firstPage
    blocks[middle].state = .unmapped
    joinNeighbours(of: middle)
    if blocks[middle].previous < 0, blocks[middle].next < 0 {
      segmentCount -= 1
      retire(middle)
    } else {
      pools[pool].unmapped.insert(addressKey(middle))
    }
  }
}
