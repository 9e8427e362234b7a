/// The flows on every link, each link's in one block of a common store, those that it holds first.
///
/// A member is an entry number of `FlowSharer`, which tells flow and hop. Blocks double when they are full; the
/// blocks they leave are used again by links that grow to that size.
///
/// - Complexity: O(1), amortised for `add`.
struct LinkMembers: Sendable {
  private var blocks: [Block]
  private var entries: [Int32] = []
  /// The demand of each entry's flow, beside it.
  private var demands: [Double] = []
  /// By entry: its place in the block of its link.
  private var ranks: [Int32] = []
  /// Starts of blocks that nobody uses, by the logarithm of their size.
  private var unused = [[Int32]](repeating: [], count: 31)

  private struct Block: BitwiseCopyable {
    var start: Int32 = 0
    var count: Int32 = 0
    var heldCount: Int32 = 0
    /// The block holds 2^sizeLog entries; −1 for none yet.
    var sizeLog: Int32 = -1
  }

  init(linkCount: Int) { blocks = Array(repeating: Block(), count: linkCount) }

  @inline(__always) func count(of link: Int) -> Int { Int(blocks[link].count) }
  @inline(__always) func heldCount(of link: Int) -> Int { Int(blocks[link].heldCount) }

  /// Where in the store the members of a link stand that it holds.
  @inline(__always) func held(by link: Int) -> Range<Int> {
    let block = blocks[link]
    return Int(block.start)..<Int(block.start + block.heldCount)
  }

  /// Where in the store the other members of a link stand.
  @inline(__always) func others(on link: Int) -> Range<Int> {
    let block = blocks[link]
    return Int(block.start + block.heldCount)..<Int(block.start + block.count)
  }

  /// The members of a link that it holds and their demands, without copying them.
  @inline(__always) func withHeld<Answer>(
    by link: Int,
    _ body: (UnsafeBufferPointer<Int32>.SubSequence, UnsafeBufferPointer<Double>.SubSequence) -> Answer
  ) -> Answer {
    let range = held(by: link)
    return entries.withUnsafeBufferPointer { entries in
      demands.withUnsafeBufferPointer { body(entries[range], $0[range]) }
    }
  }

  @inline(__always) subscript(position: Int) -> Int32 { entries[position] }

  /// Adds a member that the link does not hold.
  @inline(__always) mutating func add(_ entry: Int32, _ demand: Double, to link: Int) {
    let block = blocks[link]
    if block.sizeLog < 0 || block.count == 1 << block.sizeLog { grow(link) }
    put(entry, demand, at: block.count, of: blocks[link].start)
    blocks[link].count += 1
  }

  @inline(__always) mutating func remove(_ entry: Int32, from link: Int) {
    if ranks[Int(entry)] < blocks[link].heldCount { release(entry, by: link) }
    let (block, rank) = (blocks[link], ranks[Int(entry)])
    let last = block.count - 1
    if rank != last {
      let moved = Int(block.start + last)
      put(entries[moved], demands[moved], at: rank, of: block.start)
    }
    blocks[link].count = last
  }

  /// Lets a link hold one of its members.
  @inline(__always) mutating func hold(_ entry: Int32, by link: Int) {
    exchange(entry, with: blocks[link].heldCount, of: blocks[link].start)
    blocks[link].heldCount += 1
  }

  /// Lets a link no longer hold a member.
  @inline(__always) mutating func release(_ entry: Int32, by link: Int) {
    blocks[link].heldCount -= 1
    exchange(entry, with: blocks[link].heldCount, of: blocks[link].start)
  }

  /// Makes room for entries below a number.
  mutating func reserve(entryCount: Int) {
    if ranks.count < entryCount { ranks += repeatElement(-1, count: entryCount - ranks.count) }
  }

  /// Renames every entry of every link.
  mutating func rename(entryCount: Int, _ name: (Int32) -> Int32) {
    ranks = Array(repeating: -1, count: entryCount)
    for block in blocks {
      for rank in 0..<block.count {
        let position = Int(block.start + rank)
        put(name(entries[position]), demands[position], at: rank, of: block.start)
      }
    }
  }

  @inline(__always) private mutating func put(
    _ entry: Int32, _ demand: Double, at rank: Int32, of start: Int32
  ) {
    entries[Int(start + rank)] = entry
    demands[Int(start + rank)] = demand
    ranks[Int(entry)] = rank
  }

  @inline(__always) private mutating func exchange(_ entry: Int32, with rank: Int32, of start: Int32) {
    let own = ranks[Int(entry)]
    let (here, there) = (Int(start + own), Int(start + rank))
    let (demand, other, otherDemand) = (demands[here], entries[there], demands[there])
    put(other, otherDemand, at: own, of: start)
    put(entry, demand, at: rank, of: start)
  }

  private mutating func grow(_ link: Int) {
    let old = blocks[link]
    let sizeLog = max(2, old.sizeLog + 1)
    let start: Int32
    if let free = unused[Int(sizeLog)].popLast() {
      start = free
    } else {
      start = Int32(entries.count)
      entries.append(contentsOf: repeatElement(-1, count: 1 << Int(sizeLog)))
      demands.append(contentsOf: repeatElement(0, count: 1 << Int(sizeLog)))
    }
    for offset in 0..<old.count {
      entries[Int(start + offset)] = entries[Int(old.start + offset)]
      demands[Int(start + offset)] = demands[Int(old.start + offset)]
    }
    if old.sizeLog >= 0 { unused[Int(old.sizeLog)].append(old.start) }
    blocks[link] = Block(start: start, count: old.count, heldCount: old.heldCount, sizeLog: sizeLog)
  }
}
