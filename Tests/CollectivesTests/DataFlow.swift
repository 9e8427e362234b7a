@testable import Collectives

/// What every rank holds of every block while a schedule runs: the ranks whose data are in it.
struct DataFlow {
  /// By rank, by block: bit r for the contribution of rank r.
  var holdings: [[UInt64]]
  let blockBytes: Double
  private(set) var faults: [String] = []

  init(rankCount: Int, blockCount: Int, blockBytes: Double, holds: (Int, Int) -> Bool) {
    holdings = (0..<rankCount).map { rank in
      (0..<blockCount).map { block in holds(rank, block) ? 1 << UInt64(rank) : 0 }
    }
    self.blockBytes = blockBytes
  }

  /// A message of a schedule: its step, the repetition of it, and how many of the same ends came before.
  struct Message {
    var step: Int
    var repetition: Int
    var from: Int
    var to: Int
    var isReduced: Bool
    var twin: Int
    var bytes: Double
  }

  /// Runs a schedule step by step with the blocks that a rule puts into each message.
  ///
  /// All messages of a step carry what their senders held when it began. A reduction may not count a rank
  /// twice, and no copy may lose what its receiver has; the blocks of a message make up its bytes.
  mutating func run(_ schedule: CollectiveSchedule, blocks rule: (Message) -> [Int]) {
    for (index, step) in schedule.steps.enumerated() {
      for repetition in 0..<step.repeatCount {
        let before = holdings
        for from in 0..<schedule.rankCount {
          var peers: [Peer] = []
          step.sends.appendReceivers(from: from, among: schedule.rankCount, into: &peers)
          for (place, peer) in peers.enumerated() {
            let twin = peers[..<place].count { $0.rank == peer.rank && $0.isReducible == peer.isReducible }
            let message = Message(
              step: index, repetition: repetition, from: from, to: Int(peer.rank),
              isReduced: step.reduces && peer.isReducible, twin: twin,
              bytes: peer.bytes < 0 ? step.bytes : peer.bytes)
            deliver(message, rule(message), before)
          }
        }
      }
    }
  }

  private mutating func deliver(_ message: Message, _ blocks: [Int], _ before: [[UInt64]]) {
    let bytes = Double(blocks.count) * blockBytes
    if (bytes - message.bytes).magnitude > 1e-9 * message.bytes {
      faults.append("\(message): \(blocks.count) blocks are \(bytes) bytes")
    }
    for block in blocks {
      let sent = before[message.from][block]
      let held = holdings[message.to][block]
      if sent == 0 { faults.append("\(message): block \(block) is not there to send") }
      if message.isReduced {
        if sent & held != 0 { faults.append("\(message): block \(block) is counted twice") }
        holdings[message.to][block] = sent | held
      } else {
        if held & ~sent != 0 { faults.append("\(message): block \(block) is lost") }
        holdings[message.to][block] = sent
      }
    }
  }
}
