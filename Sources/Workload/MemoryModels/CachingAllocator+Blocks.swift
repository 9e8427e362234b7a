/// Blocks in the free lists and in their segments: found, cut and joined.
extension CachingAllocator {
  func key(_ row: Int) -> BlockKey {
    BlockKey(size: blocks[row].size, address: blocks[row].address, block: Int32(row))
  }

  func addressKey(_ row: Int) -> BlockKey {
    BlockKey(size: 0, address: blocks[row].address, block: Int32(row))
  }

  /// Takes the best free block of a pool off its list; −1 where none fits.
  mutating func takeFree(_ size: Int64, pool: Int) -> Int32 {
    guard let best = bestFree(size, pool: pool) else { return -1 }
    let block = pools[pool].free[best].block
    pools[pool].free.remove(at: best)
    return block
  }

  /// The smallest free block of at least `size`.
  ///
  /// A block at the growing end of an expandable segment counts with what it can grow to, so a larger
  /// block that cannot grow is preferred to it.
  private func bestFree(_ size: Int64, pool: Int) -> OrderedBlocks.Position? {
    guard var place = pools[pool].free.first(notBefore: BlockKey(size: size, address: -1, block: -1)) else {
      return nil
    }
    if expandableSegments {
      while let next = pools[pool].free.next(after: place),
        reachableSize(Int(pools[pool].free[next].block)) < reachableSize(Int(pools[pool].free[place].block))
      {
        place = next
      }
    }
    return place
  }

  private func reachableSize(_ row: Int) -> Int64 {
    let next = Int(blocks[row].next)
    return blocks[row].size + (next >= 0 && blocks[next].state == .unmapped ? blocks[next].size : 0)
  }

  /// Makes the end of a block a free block of its own.
  mutating func cutTail(of row: Int, keeping size: Int64) {
    let tail = split(row, keeping: size, tail: .free)
    pools[Int(blocks[tail].pool)].free.insert(key(tail))
  }

  /// Cuts a block in two rows; the caller puts them on their lists.
  mutating func split(_ row: Int, keeping size: Int64, tail state: State) -> Int {
    let tail = Int(
      newBlock(
        address: blocks[row].address + size, size: blocks[row].size - size, pool: Int(blocks[row].pool),
        state: state))
    let after = blocks[row].next
    blocks[tail].previous = Int32(row)
    blocks[tail].next = after
    if after >= 0 { blocks[Int(after)].previous = Int32(tail) }
    blocks[row].next = Int32(tail)
    blocks[row].size = size
    return tail
  }

  /// Takes in the neighbours that are as the block is, free or unmapped, off their lists.
  ///
  /// - Precondition: the block itself is on no list.
  mutating func joinNeighbours(of row: Int) {
    let state = blocks[row].state
    let pool = Int(blocks[row].pool)
    let before = Int(blocks[row].previous)
    if before >= 0, blocks[before].state == state {
      leaveList(before, pool: pool)
      blocks[row].address = blocks[before].address
      blocks[row].size += blocks[before].size
      blocks[row].previous = blocks[before].previous
      if blocks[row].previous >= 0 { blocks[Int(blocks[row].previous)].next = Int32(row) }
      retire(before)
    }
    let after = Int(blocks[row].next)
    if after >= 0, blocks[after].state == state {
      leaveList(after, pool: pool)
      blocks[row].size += blocks[after].size
      blocks[row].next = blocks[after].next
      if blocks[row].next >= 0 { blocks[Int(blocks[row].next)].previous = Int32(row) }
      retire(after)
    }
  }

  private mutating func leaveList(_ row: Int, pool: Int) {
    if blocks[row].state == .free {
      pools[pool].free.remove(key(row))
    } else {
      pools[pool].unmapped.remove(addressKey(row))
    }
  }

  /// A block alone in its segment so far, in a row of the table.
  mutating func newBlock(address: Int64, size: Int64, pool: Int, state: State) -> Int32 {
    var block = Block(address: address, size: size, pool: Int32(pool), state: state)
    if let row = vacancies.popLast() {
      block.serial = blocks[Int(row)].serial
      blocks[Int(row)] = block
      return row
    }
    blocks.append(block)
    return Int32(blocks.count - 1)
  }

  mutating func retire(_ row: Int) {
    blocks[row].state = .vacant
    vacancies.append(Int32(row))
  }
}
