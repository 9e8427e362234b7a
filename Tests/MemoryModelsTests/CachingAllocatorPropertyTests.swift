import Quantities
import TestSupport
import Testing

@testable import MemoryModels

/// A random sequence of requests on a device too small for all of them, and what it leaves.
private struct RandomRun {
  var allocator: CachingAllocator
  var figures: [Int64] = []
  var refusals = 0

  init(seed: Int, expandable: Bool, operations: Int, checksEach: Bool) {
    allocator = CachingAllocator(capacity: .mebibytes(200), expandableSegments: expandable)
    var random = SeededGenerator(seed: seed)
    var held: [(id: CachingAllocator.AllocationID, bytes: Int64)] = []
    for _ in 0..<operations {
      if held.isEmpty || Int.random(in: 0..<5, using: &random) < 3 {
        let bytes = Int64.random(in: 1...(1 << Int64.random(in: 0...26, using: &random)), using: &random)
        do throws(OutOfMemory) {
          let id = try allocator.allocate(bytes, stream: Int.random(in: 0...1, using: &random))
          #expect(allocator.size(of: id) >= bytes, "seed \(seed)")
          held.append((id, bytes))
        } catch {
          refusals += 1
          #expect(error.requested == bytes && error.reserved == allocator.reserved, "seed \(seed)")
        }
      } else {
        allocator.free(held.remove(at: Int.random(in: 0..<held.count, using: &random)).id)
      }
      figures += [allocator.allocated, allocator.reserved]
      if checksEach { #expect(allocator.brokenInvariants == [], "seed \(seed)") }
    }
    #expect(held.reduce(0) { $0 + $1.bytes } <= allocator.allocated, "seed \(seed)")
    for block in held { allocator.free(block.id) }
    #expect(allocator.allocated == 0, "seed \(seed)")
    allocator.releaseCached()
    #expect(allocator.reserved == 0 && allocator.segmentCount == 0, "seed \(seed)")
    #expect(allocator.brokenInvariants == [], "seed \(seed)")
  }
}

@Suite("Caching allocator on random requests") struct CachingAllocatorPropertyTests {
  @Test(arguments: [false, true])
  func `blocks fill their segments, no two free ones touch, and all comes back`(expandable: Bool) {
    var refusals = 0
    for seed in 1...20 {
      refusals +=
        RandomRun(seed: seed, expandable: expandable, operations: 400, checksEach: true).refusals
    }
    // The device is small enough for the paths under pressure to be taken.
    #expect(refusals > 0)
  }

  @Test(arguments: [false, true])
  func `the same requests leave the same figures`(expandable: Bool) {
    let first = RandomRun(seed: 7, expandable: expandable, operations: 3000, checksEach: false)
    let again = RandomRun(seed: 7, expandable: expandable, operations: 3000, checksEach: false)
    #expect(first.figures == again.figures)
  }

  @Test func `ordered blocks are the sorted blocks`() {
    // Against an array that is sorted at each step; 2000 keys make many runs.
    var random = SeededGenerator(seed: 3)
    var ordered = OrderedBlocks()
    var plain: [BlockKey] = []
    for step in 0..<6000 {
      if plain.isEmpty || (step < 4000 && Int.random(in: 0..<4, using: &random) > 0) {
        let key = BlockKey(
          size: Int64.random(in: 1...300, using: &random), address: Int64(step), block: Int32(step))
        ordered.insert(key)
        plain.append(key)
      } else {
        ordered.remove(plain.remove(at: Int.random(in: 0..<plain.count, using: &random)))
      }
      if step % 50 == 0 {
        plain.sort { $0 < $1 }
        #expect(ordered.runs.joined().map(\.block) == plain.map(\.block))
        #expect(ordered.runs.allSatisfy { (1...OrderedBlocks.longestRun).contains($0.count) })
        let probe = BlockKey(size: 150, address: -1, block: -1)
        #expect(
          ordered.first(notBefore: probe).map { ordered[$0].block } == plain.first { $0.size >= 150 }?.block)
      }
    }
  }
}
