import EventCore
import PriorityQueuePeer
import RandomStreams

/// How far apart events lie in time.
enum Pattern: String, CaseIterable {
  case exponential = "exponential"
  case ties = "all ties"
  case bimodal = "bimodal"
  case wide = "wide"

  /// Times between events, in picoseconds.
  func increments(count: Int) -> [Int64] {
    var random = RandomStreams(seed: 1).generator(named: rawValue)
    return (0..<count).map { _ in
      switch self {
      case .exponential: Int64(random.exponential(mean: 1e6)) + 1
      case .ties: 1_000_000
      case .bimodal: random.uniform() < 0.1 ? 1_000_000_000_000 : 1_000_000
      case .wide: 1 << Int64(random.next() % 40)
      }
    }
  }
}

/// What an event carries besides its time.
struct Payload: BitwiseCopyable {
  var subject: Int32
  var kind: Int32
}

/// The hold model on the radix heap, operation for operation what `peer_hold` does.
struct RadixHold: ~Copyable {
  private var queue = RadixHeap<Payload>()
  private let increments: UnsafePointer<Int64>
  private let mask: UInt64
  private var cursor: UInt64 = 0
  private var checksum: UInt64 = 0

  init(increments: UnsafePointer<Int64>, mask: UInt64, pending: Int) {
    self.increments = increments
    self.mask = mask
    queue.reserveCapacity(pending)
    for subject in 0..<pending {
      queue.push(Payload(subject: Int32(subject), kind: 0), at: increments[Int(cursor & mask)])
      cursor += 1
    }
  }

  mutating func hold(_ operations: Int) -> peer_result {
    let start = peer_cpu_seconds()
    for _ in 0..<operations {
      guard let (time, payload) = queue.pop() else { preconditionFailure("the queue ran empty") }
      let who = UInt64(UInt32(bitPattern: payload.subject)) << 40
      checksum = (checksum << 5 | checksum >> 59) ^ UInt64(bitPattern: time) ^ who
      queue.push(payload, at: time + increments[Int(cursor & mask)])
      cursor += 1
    }
    return peer_result(checksum: checksum, cpu_seconds: peer_cpu_seconds() - start)
  }
}
