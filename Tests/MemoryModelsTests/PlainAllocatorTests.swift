import Quantities
import TestSupport
import Testing

@testable import MemoryModels

/// The allocator's rules without expandable segments, in the plainest way: segments are lists of pieces, and
/// every search looks at all of them.
private struct PlainAllocator {
  struct Piece {
    var size: Int64
    var owner: Int?
  }
  struct Segment {
    var pool: Int
    var pieces: [Piece]
    var size: Int64 { pieces.reduce(0) { $0 + $1.size } }
  }

  var capacity: Int64
  var segments: [Segment] = []
  var nextOwner = 0

  var reserved: Int64 { segments.reduce(0) { $0 + $1.size } }
  var allocated: Int64 {
    segments.reduce(0) { $0 + $1.pieces.reduce(0) { $0 + ($1.owner == nil ? 0 : $1.size) } }
  }

  /// The owner's number; `nil` where memory is out.
  mutating func allocate(_ bytes: Int64, stream: Int) -> Int? {
    let size = (bytes + 511) / 512 * 512
    let isSmall = size <= 1 << 20
    let pool = 2 * stream + (isSmall ? 0 : 1)
    if bestFit(size, pool) == nil {
      let segment: Int64 =
        isSmall ? 2 << 20 : size < 10 << 20 ? 20 << 20 : (size + (2 << 20) - 1) / (2 << 20) * (2 << 20)
      if reserved + segment > capacity {
        segments.removeAll { $0.pieces.count == 1 && $0.pieces[0].owner == nil }
      }
      if reserved + segment > capacity { return nil }
      segments.append(Segment(pool: pool, pieces: [Piece(size: segment)]))
    }
    let (s, p) = bestFit(size, pool)!
    let rest = segments[s].pieces[p].size - size
    if isSmall ? rest >= 512 : rest > 1 << 20 {
      segments[s].pieces[p].size = size
      segments[s].pieces.insert(Piece(size: rest), at: p + 1)
    }
    nextOwner += 1
    segments[s].pieces[p].owner = nextOwner
    return nextOwner
  }

  mutating func free(_ owner: Int) {
    for s in segments.indices {
      guard let p = segments[s].pieces.firstIndex(where: { $0.owner == owner }) else { continue }
      segments[s].pieces[p].owner = nil
      for left in [p, p - 1] where left >= 0 && left + 1 < segments[s].pieces.count {
        let pair = segments[s].pieces[left...left + 1]
        if pair.allSatisfy({ $0.owner == nil }) {
          segments[s].pieces[left].size += segments[s].pieces.remove(at: left + 1).size
        }
      }
    }
  }

  private func bestFit(_ size: Int64, _ pool: Int) -> (Int, Int)? {
    var best: (Int, Int)?
    for s in segments.indices where segments[s].pool == pool {
      for (p, piece) in segments[s].pieces.enumerated() where piece.owner == nil && piece.size >= size {
        if let found = best, segments[found.0].pieces[found.1].size <= piece.size { continue }
        best = (s, p)
      }
    }
    return best
  }
}

@Suite("Caching allocator against the rules in plain form") struct PlainAllocatorTests {
  @Test(arguments: 1...12)
  func `both hold the same after every request`(seed: Int) {
    let capacity: Int64 = 150 << 20
    var plain = PlainAllocator(capacity: capacity)
    var allocator = CachingAllocator(capacity: ByteCount(capacity))
    var random = SeededGenerator(seed: seed)
    var held: [(Int, CachingAllocator.AllocationID)] = []
    for step in 0..<600 {
      if held.isEmpty || Int.random(in: 0..<9, using: &random) < 5 {
        let bytes = Int64.random(in: 1...(1 << Int64.random(in: 8...25, using: &random)), using: &random)
        let stream = Int.random(in: 0...1, using: &random)
        let expected = plain.allocate(bytes, stream: stream)
        let taken = try? allocator.allocate(bytes, stream: stream)
        #expect((expected == nil) == (taken == nil), "seed \(seed), step \(step)")
        if let expected, let taken { held.append((expected, taken)) }
      } else {
        let (expected, taken) = held.remove(at: Int.random(in: 0..<held.count, using: &random))
        plain.free(expected)
        allocator.free(taken)
      }
      #expect(allocator.allocated == plain.allocated, "seed \(seed), step \(step)")
      #expect(allocator.reserved == plain.reserved, "seed \(seed), step \(step)")
      #expect(allocator.segmentCount == plain.segments.count, "seed \(seed), step \(step)")
    }
  }
}
