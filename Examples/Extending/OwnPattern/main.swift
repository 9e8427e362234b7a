// A communication pattern of your own, on the same fabric as the built-in ones.
//
//   swift run OwnPattern

import Rehearsal

/// All-reduce through one leader a node: its mates send it all they have, the leaders form a ring, and
/// the leaders give the sum back.
///
///     T = (αᵢ + (G − 1) S βᵢ) + 2 (N − 1) (α + S/N β) + (αᵢ + (G − 1) S βᵢ)
///
/// for N nodes of G devices: few steps, but a leader takes in G − 1 whole buffers.
struct Leaders: CollectivePattern {
  func schedule(for group: RankGroup) throws(CollectiveError) -> CollectiveSchedule {
    guard let perNode = group.ranksPerNode, perNode >= 2, group.rankCount > perNode else {
      throw .needsEqualNodes
    }
    let count = group.rankCount
    let leaders = Array(stride(from: 0, to: count, by: perNode))
    let mates = (0..<count).filter { $0 % perNode != 0 }
    let shard = group.bytes / Double(leaders.count)

    func step(_ sends: [SendList.Send], times: Int = 1, reduces: Bool) -> ScheduleStep {
      ScheduleStep(
        .list(SendList(sends, rankCount: count)), bytes: 0, repeatCount: times, reduces: reduces)
    }
    let up = mates.map { SendList.Send(from: $0, to: $0 - $0 % perNode, bytes: group.bytes) }
    let down = mates.map { SendList.Send(from: $0 - $0 % perNode, to: $0, bytes: group.bytes) }
    let around = leaders.map { SendList.Send(from: $0, to: ($0 + perNode) % count, bytes: shard) }
    return CollectiveSchedule(
      rankCount: count,
      steps: [
        step(up, reduces: true), step(around, times: leaders.count - 1, reduces: true),
        step(around, times: leaders.count - 1, reduces: false), step(down, reduces: false),
      ])
  }
}

// 4 nodes of 8 devices: 300 GB/s inside, one port of 25 GB/s a node.
let fabric = try Fabric(
  ClusterShape(
    nodeCount: 4, devicesPerNode: 8,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(300), latency: .microseconds(2)),
    interNode: LinkClass(bandwidth: .gigabytesPerSecond(25), latency: .microseconds(5))))
let ranks = (0..<32).map { DeviceID($0) }

var table = TextTable([
  "All-reduce of", .number("leaders"), .number("ring"), .number("hierarchical"), .number("messages"),
])
for size in [ByteCount.kibibytes(64), .mebibytes(1), .mebibytes(25), .mebibytes(256)] {
  let request = CollectiveRequest(.allReduce, .ring, bytes: size, ranks: ranks)
  var layered = request
  layered.algorithm = .hierarchical
  let own = try simulate(request, using: Leaders(), on: fabric, folded: false)
  table.add([
    Readable.bytes(Double(size.bytes)), Readable.seconds(own.duration.seconds),
    Readable.seconds(try simulate(request, on: fabric).duration.seconds),
    Readable.seconds(try simulate(layered, on: fabric).duration.seconds), "\(own.sendCount)",
  ])
}
print(table.text())
