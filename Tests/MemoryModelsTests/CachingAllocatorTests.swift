import Quantities
import Testing

@testable import MemoryModels

private let kibibyte: Int64 = 1 << 10
private let mebibyte: Int64 = 1 << 20

@Suite("Caching allocator") struct CachingAllocatorTests {
  // Request → block in use, segment reserved.
  @Test(
    arguments: [
      (1, 512, 2 * mebibyte), (512, 512, 2 * mebibyte), (513, 1024, 2 * mebibyte),
      // 1 MiB is the last small request; a byte more comes from a segment of 20 MiB.
      (mebibyte, mebibyte, 2 * mebibyte), (mebibyte + 1, mebibyte + 512, 20 * mebibyte),
      (5 * mebibyte, 5 * mebibyte, 20 * mebibyte),
      // 10 MiB − 512 B is the last one that does; from 10 MiB on a request has a segment of its own.
      (10 * mebibyte - 512, 10 * mebibyte - 512, 20 * mebibyte),
      (10 * mebibyte, 10 * mebibyte, 10 * mebibyte), (12 * mebibyte, 12 * mebibyte, 12 * mebibyte),
      // 13 MiB in a segment of 14 MiB leave 1 MiB, which is not more than 1 MiB and stays with the block.
      (13 * mebibyte, 14 * mebibyte, 14 * mebibyte),
      // 12 MiB + 512 B in 14 MiB leave 2 MiB − 512 B: split off.
      (12 * mebibyte + 512, 12 * mebibyte + 512, 14 * mebibyte),
    ] as [(Int64, Int64, Int64)])
  func `a first request takes a block and a segment`(request: Int64, block: Int64, segment: Int64) throws {
    var allocator = CachingAllocator(capacity: .gibibytes(1))
    let taken = try allocator.allocate(request)
    #expect(allocator.size(of: taken) == block)
    #expect(allocator.allocated == block)
    #expect(allocator.reserved == segment)
    #expect(allocator.segmentCount == 1)
    allocator.free(taken)
    #expect(allocator.allocated == 0)
    #expect(allocator.reserved == segment)
    #expect(allocator.peakAllocated == block)
    #expect(allocator.brokenInvariants == [])
  }

  @Test func `nothing takes nothing`() throws {
    var allocator = CachingAllocator(capacity: .gibibytes(1))
    let nothing = try allocator.allocate(0)
    allocator.free(nothing)
    #expect(allocator.size(of: nothing) == 0)
    #expect(allocator.reserved == 0)
  }

  @Test func `a segment is split among requests and joined again`() throws {
    // 5 + 8 + 4 MiB of a segment of 20 MiB, 3 MiB left. The free 8 MiB go to a request of 6 MiB, of which
    // 2 MiB are split off; freed, they are 8 MiB again.
    var allocator = CachingAllocator(capacity: .gibibytes(1))
    let first = try allocator.allocate(5 * mebibyte)
    let second = try allocator.allocate(8 * mebibyte)
    let third = try allocator.allocate(4 * mebibyte)
    #expect(allocator.reserved == 20 * mebibyte)
    allocator.free(second)
    let fourth = try allocator.allocate(6 * mebibyte)
    #expect(allocator.size(of: fourth) == 6 * mebibyte)
    // The best fit of 2 MiB is the remainder of 2 MiB, not the 3 MiB at the end.
    let fifth = try allocator.allocate(2 * mebibyte)
    #expect(allocator.size(of: fifth) == 2 * mebibyte)
    for block in [first, third, fourth, fifth] { allocator.free(block) }
    // All is one free block of 20 MiB again, which one request of 20 MiB takes.
    let whole = try allocator.allocate(20 * mebibyte)
    #expect(allocator.reserved == 20 * mebibyte)
    #expect(allocator.size(of: whole) == 20 * mebibyte)
    #expect(allocator.brokenInvariants == [])
  }

  @Test func `small requests share a segment down to 512 bytes`() throws {
    // 2 MiB / 512 B = 4096 blocks; one more takes another segment.
    var allocator = CachingAllocator(capacity: .gibibytes(1))
    for _ in 0..<4096 { _ = try allocator.allocate(1) }
    #expect(allocator.reserved == 2 * mebibyte)
    _ = try allocator.allocate(1)
    #expect(allocator.reserved == 4 * mebibyte)
  }

  @Test func `streams do not share blocks`() throws {
    var allocator = CachingAllocator(capacity: .gibibytes(1))
    allocator.free(try allocator.allocate(5 * mebibyte, stream: 0))
    _ = try allocator.allocate(5 * mebibyte, stream: 1)
    #expect(allocator.reserved == 40 * mebibyte)
    _ = try allocator.allocate(5 * mebibyte, stream: 0)
    #expect(allocator.reserved == 40 * mebibyte)
  }

  @Test func `free segments are released when the device is full`() throws {
    // Three of 30 MiB on a device of 100 MiB; two freed ones make room for 60 MiB: 30 + 60 = 90.
    var allocator = CachingAllocator(capacity: .mebibytes(100))
    let blocks = try (0..<3).map { _ in try allocator.allocate(30 * mebibyte) }
    allocator.free(blocks[0])
    allocator.free(blocks[2])
    _ = try allocator.allocate(60 * mebibyte)
    #expect(allocator.retryCount == 1)
    #expect(allocator.reserved == 90 * mebibyte)
    #expect(allocator.segmentCount == 2)
    #expect(allocator.brokenInvariants == [])
  }

  /// 30, 10 and 30 MiB side by side, the outer two freed.
  private func fragmented(_ allocator: inout CachingAllocator) throws {
    allocator.free(try allocator.allocate(70 * mebibyte))
    let blocks = try [30, 10, 30].map { try allocator.allocate($0 * mebibyte) }
    allocator.free(blocks[0])
    allocator.free(blocks[2])
    #expect(allocator.allocated == 10 * mebibyte)
  }

  @Test func `a live block between two free ones keeps a segment from serving their sum`() throws {
    // One segment of 70 MiB holds 30 free, 10 in use, 30 free: it cannot be released, and 70 + 60 > 100.
    var allocator = CachingAllocator(capacity: .mebibytes(100))
    try fragmented(&allocator)
    #expect(allocator.reserved == 70 * mebibyte)
    #expect(
      throws: OutOfMemory(
        requested: 60 * mebibyte, allocated: 10 * mebibyte, reserved: 70 * mebibyte, capacity: 100 * mebibyte)
    ) { try allocator.allocate(60 * mebibyte) }
  }

  @Test func `an expandable segment grows past the live block`() throws {
    // 70 MiB are four pages of 20 MiB. Behind 30 and 10 MiB lie 40 MiB, to which one page is added: 100 MiB.
    var allocator = CachingAllocator(capacity: .mebibytes(100), expandableSegments: true)
    try fragmented(&allocator)
    #expect(allocator.reserved == 80 * mebibyte)
    let large = try allocator.allocate(60 * mebibyte)
    #expect(allocator.reserved == 100 * mebibyte)
    #expect(allocator.size(of: large) == 60 * mebibyte)
    #expect(allocator.segmentCount == 1)
    #expect(allocator.retryCount == 0)
    #expect(allocator.brokenInvariants == [])
  }

  @Test func `whole free pages move to where they are needed`() throws {
    // On 80 MiB there is no page left to add: of the first 30 MiB one page goes back to the device, of the
    // last 40 two, which with the first one make 60 MiB behind the live block.
    var allocator = CachingAllocator(capacity: .mebibytes(80), expandableSegments: true)
    try fragmented(&allocator)
    _ = try allocator.allocate(60 * mebibyte)
    #expect(allocator.reserved == 80 * mebibyte)
    #expect(allocator.allocated == 70 * mebibyte)
    #expect(allocator.retryCount == 1)
    #expect(allocator.brokenInvariants == [])
  }

  @Test func `an expandable segment keeps any remainder of 512 bytes`() throws {
    // 13 MiB of a page of 20 MiB; then 7 MiB fit beside it.
    var allocator = CachingAllocator(capacity: .gibibytes(1), expandableSegments: true)
    let first = try allocator.allocate(13 * mebibyte)
    #expect(allocator.size(of: first) == 13 * mebibyte)
    _ = try allocator.allocate(7 * mebibyte)
    #expect(allocator.reserved == 20 * mebibyte)
    _ = try allocator.allocate(1)
    // The small pool has a segment of its own, which grows by 2 MiB.
    #expect(allocator.reserved == 22 * mebibyte)
    #expect(allocator.segmentCount == 2)
  }

  @Test func `an emptied cache gives all back`() throws {
    for expandable in [false, true] {
      var allocator = CachingAllocator(capacity: .gibibytes(1), expandableSegments: expandable)
      let blocks = try [1, 700_000, 3_000_000, 50_000_000].map { try allocator.allocate($0) }
      let held = allocator.reserved
      for block in blocks { allocator.free(block) }
      #expect(allocator.reserved == held)
      allocator.releaseCached()
      #expect(allocator.reserved == 0)
      #expect(allocator.segmentCount == 0)
      #expect(allocator.peakReserved == held)
      allocator.resetPeaks()
      #expect(allocator.peakReserved == 0)
      #expect(allocator.brokenInvariants == [])
    }
  }

  @Test func `an error says what was asked for, what is held and what to do`() throws {
    var allocator = CachingAllocator(capacity: .mebibytes(100))
    try fragmented(&allocator)
    func message(_ bytes: Int64) -> String {
      do throws(OutOfMemory) {
        _ = try allocator.allocate(bytes)
        return "served"
      } catch { return error.description }
    }
    #expect(
      message(60 * mebibyte)
        == """
        out of memory: 60 MiB asked for, 10 MiB of 100 MiB in use, 60 MiB free in segments of the allocator
          mend: enough is free, but not in one piece: use expandable segments, or smaller buffers
        """)
    #expect(
      message(91 * mebibyte)
        == """
        out of memory: 91 MiB asked for, 10 MiB of 100 MiB in use, 60 MiB free in segments of the allocator
          mend: use a smaller micro-batch, recomputation or sharding
        """)
  }
}
