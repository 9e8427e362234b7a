import Glibc
import PriorityQueuePeer

/// Compares the radix heap with `std::priority_queue` on the hold model: with a fixed number of events
/// pending, take the earliest and put it back later.
///
/// Both queues do the same operations on the same increments, turn about, and the better of several
/// stretches counts. Exit code 1 if their checksums differ; a missed aim is printed, not an error.
@main struct EventQueueBenchmark {
  struct Size {
    var name: String
    var pending: Int
    var operations: Int
    var aim: Double
  }

  static let sizes = [
    Size(name: "1k", pending: 1000, operations: 1_000_000, aim: 1.5),
    Size(name: "100k", pending: 100_000, operations: 1_000_000, aim: 2),
    Size(name: "1M", pending: 1_000_000, operations: 1_500_000, aim: 2),
  ]
  static let rounds = 4
  static let incrementCount = 1 << 14

  static func main() {
    row("pending", "increments", "ours M/s", "C++ M/s", "ratio", "alloc/event", "verdict")
    var agreed = true
    for size in sizes {
      for pattern in Pattern.allCases { agreed = measure(size, pattern) && agreed }
    }
    if !agreed {
      print("checksums differ")
      exit(1)
    }
    print("all checksums equal")
  }

  /// Prints one row.
  ///
  /// - Returns: whether both queues gave the same events in the same order.
  static func measure(_ size: Size, _ pattern: Pattern) -> Bool {
    let increments = pattern.increments(count: incrementCount)
    return increments.withUnsafeBufferPointer { buffer in
      let base = buffer.baseAddress!
      let mask = UInt64(incrementCount - 1)
      var ours = RadixHold(increments: base, mask: mask, pending: size.pending)
      let peer = peer_create(base, mask, UInt64(size.pending))
      defer { peer_destroy(peer) }

      // Every event moves about once before the clock counts.
      let warm = ours.hold(size.pending)
      var agreed = warm.checksum == peer_hold(peer, UInt64(size.pending)).checksum
      var oursBest = Double.infinity
      var peerBest = Double.infinity
      var allocations: UInt64 = 0
      for _ in 0..<rounds {
        let before = peer_allocation_count()
        let mine = ours.hold(size.operations)
        allocations += peer_allocation_count() - before
        let theirs = peer_hold(peer, UInt64(size.operations))
        agreed = agreed && mine.checksum == theirs.checksum
        oursBest = min(oursBest, mine.cpu_seconds)
        peerBest = min(peerBest, theirs.cpu_seconds)
      }
      let ratio = peerBest / oursBest
      let rate = Double(size.operations) / 1e6
      let met = ratio >= size.aim && allocations == 0
      row(
        size.name, pattern.rawValue, decimal(rate / oursBest), decimal(rate / peerBest), decimal(ratio),
        decimal(Double(allocations) / Double(rounds * size.operations), places: 6),
        !agreed ? "CHECKSUMS DIFFER" : met ? "aim ≥\(size.aim)x met" : "aim ≥\(size.aim)x MISSED")
      return agreed
    }
  }

  static func row(_ cells: String...) {
    let widths = [8, 12, 9, 8, 6, 12, 0]
    print(
      zip(cells, widths).map { cell, width in
        cell + String(repeating: " ", count: max(0, width - cell.count))
      }.joined(separator: " "))
  }

  /// A number with a fixed count of decimal places.
  static func decimal(_ value: Double, places: Int = 1) -> String {
    let digits = String(Int((value * pow(10, Double(places))).rounded()))
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return "\(padded.dropLast(places)).\(padded.suffix(places))"
  }
}
