import Quantities

/// PyTorch's caching allocator of device memory, request by request.
///
/// Requests are rounded to 512 B. Those up to 1 MiB are served from segments of 2 MiB, those below
/// 10 MiB from segments of 20 MiB, larger ones take a segment of their own, rounded to 2 MiB. Each
/// stream has its own pools. The smallest free block that fits serves a request, the lowest of equals;
/// what is left of it stays free if it is at least 512 B (small pool) or more than 1 MiB (large pool).
/// A freed block joins its free neighbours and stays reserved. When the device has no room for another
/// segment, segments that are free from end to end go back to it, and the request is tried once more.
///
/// With expandable segments a pool grows one range of addresses by pages of 2 MiB (small) or 20 MiB
/// (large), a remainder of 512 B always stays free, and whole free pages go back to the device.
///
///     allocated ≤ reserved ≤ capacity
///
/// Not modelled: blocks lent to a second stream, graph pools, `max_split_size_mb`, rounding to powers of
/// two, garbage collection by threshold. Segments lie one behind the other in the order in which they
/// were taken; the driver's own addresses would only decide ties.
///
/// - Complexity: O(log n) a request for n free blocks, but for releases under pressure.
/// - Source: PyTorch, c10/cuda/CUDACachingAllocator.cpp (2.1 to 2.9).
public struct CachingAllocator: Sendable {
  /// A piece of memory in use, until it is freed.
  public struct AllocationID: Hashable, Sendable, BitwiseCopyable {
    var block: Int32
    var serial: UInt32
  }

  enum State: UInt8, Sendable {
    case inUse, free
    /// Addresses of an expandable segment without memory behind them.
    case unmapped
    /// A row of the table that stands for no block.
    case vacant
  }

  struct Block: Sendable, BitwiseCopyable {
    var address: Int64
    var size: Int64
    /// Neighbours in the segment; −1 at its ends.
    var previous: Int32 = -1
    var next: Int32 = -1
    var pool: Int32
    /// How often this row has been handed out, so that stale identifiers are noticed.
    var serial: UInt32 = 0
    var state = State.vacant
  }

  struct Pool: Sendable {
    var free = OrderedBlocks()
    /// In the order of addresses alone.
    var unmapped = OrderedBlocks()
  }

  /// Sizes that PyTorch's allocator is built on, in bytes.
  enum Rules {
    /// `kMinBlockSize`.
    static let granule: Int64 = 512
    /// `kSmallSize`: the largest request of the small pool.
    static let largestSmall: Int64 = 1 << 20
    /// `kSmallBuffer`.
    static let smallSegment: Int64 = 2 << 20
    /// `kLargeBuffer`.
    static let largeSegment: Int64 = 20 << 20
    /// `kMinLargeAlloc`: requests from here on have segments of their own size.
    static let smallestOwn: Int64 = 10 << 20
    /// `kRoundLarge`.
    static let ownGranule: Int64 = 2 << 20
  }

  public let capacity: Int64
  public let expandableSegments: Bool
  /// Bytes in blocks that are in use, as the allocator counts them: whole blocks.
  public internal(set) var allocated: Int64 = 0
  /// Bytes taken from the device.
  public internal(set) var reserved: Int64 = 0
  public internal(set) var peakAllocated: Int64 = 0
  public internal(set) var peakReserved: Int64 = 0
  /// Segments held; an expandable segment counts once.
  public internal(set) var segmentCount = 0
  /// Requests that found the device full and released cached segments: `num_alloc_retries`.
  public internal(set) var retryCount = 0

  var blocks: [Block] = []
  var vacancies: [Int32] = []
  /// Two for each stream: small requests, then large ones.
  var pools: [Pool] = []
  var nextAddress: Int64 = 0

  /// - Parameter capacity: what the device has for segments, without contexts and libraries.
  public init(capacity: ByteCount, expandableSegments: Bool = false) {
    precondition(capacity.bytes >= 0, "a device has no negative memory")
    self.capacity = capacity.bytes
    self.expandableSegments = expandableSegments
  }

  /// Takes a block for `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: 0 takes nothing and needs no `free`, though it may have one.
  ///   - stream: streams are numbered from 0.
  public mutating func allocate(_ bytes: Int64, stream: Int = 0) throws(OutOfMemory) -> AllocationID {
    precondition(bytes >= 0 && stream >= 0, "sizes and streams count from 0")
    if bytes == 0 { return AllocationID(block: -1, serial: 0) }
    let size = roundedUp(bytes, to: Rules.granule)
    let pool = 2 * stream + (size <= Rules.largestSmall ? 0 : 1)
    while pools.count <= pool { pools.append(Pool()) }
    var found = takeFree(size, pool: pool)
    if found < 0 { found = takeNew(size, pool: pool) }
    if found < 0 {
      retryCount += 1
      releaseCached()
      found = takeNew(size, pool: pool)
    }
    if found < 0 {
      throw OutOfMemory(requested: bytes, allocated: allocated, reserved: reserved, capacity: capacity)
    }
    let row = Int(found)
    if splits(blocks[row].size - size, pool: pool) { cutTail(of: row, keeping: size) }
    blocks[row].state = .inUse
    blocks[row].serial &+= 1
    allocated += blocks[row].size
    peakAllocated = max(peakAllocated, allocated)
    return AllocationID(block: found, serial: blocks[row].serial)
  }

  /// Gives a block back to its pool.
  ///
  /// - Precondition: the block is in use.
  public mutating func free(_ allocation: AllocationID) {
    if allocation.block < 0 { return }
    let row = Int(allocation.block)
    checkInUse(allocation)
    allocated -= blocks[row].size
    blocks[row].state = .free
    joinNeighbours(of: row)
    pools[Int(blocks[row].pool)].free.insert(key(row))
  }

  /// Bytes of the block behind an allocation: the request, rounded, with a remainder too small to split off.
  public func size(of allocation: AllocationID) -> Int64 {
    if allocation.block < 0 { return 0 }
    checkInUse(allocation)
    return blocks[Int(allocation.block)].size
  }

  /// Peaks start again from what is held now.
  public mutating func resetPeaks() {
    peakAllocated = allocated
    peakReserved = reserved
  }

  private func checkInUse(_ allocation: AllocationID) {
    let block = blocks[Int(allocation.block)]
    precondition(
      block.state == .inUse && block.serial == allocation.serial, "a block is freed once, while it is in use")
  }

  private func splits(_ remainder: Int64, pool: Int) -> Bool {
    pool % 2 == 0 || expandableSegments ? remainder >= Rules.granule : remainder > Rules.largestSmall
  }
}

func roundedUp(_ value: Int64, to step: Int64) -> Int64 { (value + step - 1) / step * step }
