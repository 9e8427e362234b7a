// Moving entries between buckets, and the pool of chunks below them.

extension RadixHeap {
  /// The bucket with the earliest key.
  ///
  /// - Precondition: something is pending.
  @inlinable var lowestBucket: Int {
    let level = levels.trailingZeroBitCount
    return level << Self.digitBits | occupied[level].trailingZeroBitCount
  }

  /// The bucket of a key relative to the key popped last.
  @inlinable func bucketIndex(of key: Int64) -> Int {
    let difference = UInt64(bitPattern: key ^ last)
    let level = (63 &- (difference | 1).leadingZeroBitCount) / Self.digitBits
    let digit = Int(truncatingIfNeeded: key &>> Int64(level &* Self.digitBits)) & Self.digitMask
    return level << Self.digitBits | digit
  }

  @inlinable mutating func append(_ entry: Entry) {
    let index = bucketIndex(of: entry.key)
    var tail = buckets[index].tail
    if tail & Self.chunkMask == 0 { tail = openChunk(index, entry.key) }
    entries[Int(tail)] = entry
    buckets[index].tail = tail &+ 1
    if entry.key < buckets[index].minimum { buckets[index].minimum = entry.key }
  }

  /// Gives an empty or full chain another chunk and returns its first slot.
  @inlinable mutating func openChunk(_ index: Int, _ key: Int64) -> Int32 {
    if freeChunk < 0 { growPool(to: max(64, 2 * chunkCount)) }
    let chunk = freeChunk
    freeChunk = successors[Int(chunk)]
    let slot = chunk << Self.chunkBits
    if buckets[index].head < 0 {
      buckets[index].head = slot
      buckets[index].minimum = key
      let level = index >> Self.digitBits
      occupied[level] |= 1 << UInt64(index & Self.digitMask)
      levels |= 1 << UInt64(level)
    } else {
      successors[Int((buckets[index].tail &- 1) >> Self.chunkBits)] = chunk
    }
    return slot
  }

  @inlinable mutating func release(_ chunk: Int32) {
    successors[Int(chunk)] = freeChunk
    freeChunk = chunk
  }

  @inlinable mutating func markEmpty(_ index: Int) {
    buckets[index].head = -1
    buckets[index].tail = 0
    let level = index >> Self.digitBits
    occupied[level] &= ~(1 << UInt64(index & Self.digitMask))
    if occupied[level] == 0 { levels &= ~(1 << UInt64(level)) }
  }

  /// Removes the first entry of a bucket whose keys are all equal.
  @inlinable mutating func takeFirst(of index: Int) -> Entry {
    let head = buckets[index].head
    let entry = entries[Int(head)]
    let after = head &+ 1
    if after == buckets[index].tail {
      release(head >> Self.chunkBits)
      markEmpty(index)
    } else if after & Self.chunkMask == 0 {
      let chunk = head >> Self.chunkBits
      buckets[index].head = successors[Int(chunk)] << Self.chunkBits
      release(chunk)
    } else {
      buckets[index].head = after
    }
    return entry
  }

  /// Empties a bucket above level 0: returns the first of its smallest keys, which `last` already equals,
  /// and files the others anew, each on a lower level.
  @inlinable mutating func spread(_ index: Int) -> Entry {
    var slot = buckets[index].head
    let tail = buckets[index].tail
    markEmpty(index)
    let lastChunk = (tail &- 1) >> Self.chunkBits
    var first: Entry?
    while true {
      let chunk = slot >> Self.chunkBits
      let end = chunk == lastChunk ? tail : (chunk &+ 1) << Self.chunkBits
      while slot < end {
        let entry = entries[Int(slot)]
        if entry.key == last, first == nil { first = entry } else { append(entry) }
        slot &+= 1
      }
      let next = successors[Int(chunk)]
      release(chunk)
      if chunk == lastChunk { break }
      slot = next << Self.chunkBits
    }
    return first!
  }

  @inlinable mutating func growPool(to newCount: Int) {
    if newCount <= chunkCount { return }
    precondition(newCount < 1 << 27, "too many pending events")
    let newEntries = UnsafeMutablePointer<Entry>.allocate(capacity: newCount << Int(Self.chunkBits))
    newEntries.update(from: entries, count: chunkCount << Int(Self.chunkBits))
    entries.deallocate()
    entries = newEntries
    let newSuccessors = UnsafeMutablePointer<Int32>.allocate(capacity: newCount)
    newSuccessors.update(from: successors, count: chunkCount)
    successors.deallocate()
    successors = newSuccessors
    let fresh = chunkCount..<newCount
    chunkCount = newCount
    linkFree(fresh)
  }

  /// Puts chunks before the free list, the lowest first.
  @inlinable mutating func linkFree(_ chunks: Range<Int>) {
    for chunk in chunks.reversed() { release(Int32(chunk)) }
  }
}
