/// The flows on every link, each link's in one block of a common store, those that it holds first.
///
/// A member is an entry number of `FlowSharer`, which tells flow and hop, and the flow's demand. Blocks double when
/// they are full; the blocks they leave are used again by links that grow to that size.
///
/// - Complexity: O(1), amortised for `add`.
struct LinkMembers: Sendable {
  struct Member: BitwiseCopyable {
    var demand = 0.0
    var entry: Int32 = -1
  }

  private struct Block: BitwiseCopyable {
    var start: Int32 = 0
    var count: Int32 = 0
    var heldCount: Int32 = 0
    /// The block holds 2^sizeLog members; −1 for none yet.
    var sizeLog: Int32 = -1
  }

  private var blocks: [Block]
  private var store: [Member] = []
  /// By entry: its place in the block of its link.
  private var ranks: [Int32] = []
  /// Starts of blocks that nobody uses, by the logarithm of their size.
  private var unused = [[Int32]](repeating: [], count: 31)

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

  /// The entry at a place of the store.
  @inline(__always) subscript(position: Int) -> Int32 { store[position].entry }

  /// The members of a link that it holds, without copying them.
  @inline(__always) func withHeld<Answer>(
    by link: Int, _ body: (UnsafeBufferPointer<Member>.SubSequence) -> Answer
  ) -> Answer {
    let range = held(by: link)
    return store.withUnsafeBufferPointer { body($0[range]) }
  }

  /// Adds a member that the link does not hold.
  @inline(__always) mutating func add(_ entry: Int32, _ demand: Double, to link: Int) {
    var block = blocks[link]
    if block.sizeLog < 0 || block.count == 1 << block.sizeLog { block = grow(block) }
    put(Member(demand: demand, entry: entry), at: block.count, of: block.start)
    block.count += 1
    blocks[link] = block
  }

  @inline(__always) mutating func remove(_ entry: Int32, from link: Int) {
    if ranks[Int(entry)] < blocks[link].heldCount { release(entry, by: link) }
    let last = blocks[link].count - 1
    let rank = ranks[Int(entry)]
    if rank != last {
      let start = blocks[link].start
      put(store[Int(start + last)], at: rank, of: start)
    }
    blocks[link].count = last
  }

  /// Lets a link hold one of its members.
  @inline(__always) mutating func hold(_ entry: Int32, by link: Int) {
    let block = blocks[link]
    exchange(entry, with: block.heldCount, of: block.start)
    blocks[link].heldCount = block.heldCount + 1
  }

  /// Lets a link no longer hold a member.
  @inline(__always) mutating func release(_ entry: Int32, by link: Int) {
    let block = blocks[link]
    exchange(entry, with: block.heldCount - 1, of: block.start)
    blocks[link].heldCount = block.heldCount - 1
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
        var member = store[Int(block.start + rank)]
        member.entry = name(member.entry)
        put(member, at: rank, of: block.start)
      }
    }
  }

  @inline(__always) private mutating func put(_ member: Member, at rank: Int32, of start: Int32) {
    store[Int(start + rank)] = member
    ranks[Int(member.entry)] = rank
  }

  @inline(__always) private mutating func exchange(_ entry: Int32, with rank: Int32, of start: Int32) {
    let own = ranks[Int(entry)]
    if own == rank { return }
    let (member, other) = (store[Int(start + own)], store[Int(start + rank)])
    put(other, at: own, of: start)
    put(member, at: rank, of: start)
  }

  /// The block with twice the room, elsewhere.
  private mutating func grow(_ old: Block) -> Block {
    let sizeLog = max(2, old.sizeLog + 1)
    let start: Int32
    if let free = unused[Int(sizeLog)].popLast() {
      start = free
    } else {
      start = Int32(store.count)
      store.append(contentsOf: repeatElement(Member(), count: 1 << Int(sizeLog)))
    }
    for offset in 0..<old.count { store[Int(start + offset)] = store[Int(old.start + offset)] }
    if old.sizeLog >= 0 { unused[Int(old.sizeLog)].append(old.start) }
    return Block(start: start, count: old.count, heldCount: old.heldCount, sizeLog: sizeLog)
  }
}
