import Fabrics
import FlowSharing
import Hardware
import Quantities
import RandomStreams
import TestSupport
import Testing

@Suite("Transfers") struct TransfersTests {
  /// Runs to the end; the instants at which each tag is done.
  func completions(_ transfers: inout Transfers, from start: SimTime = .zero) -> [Int32: SimTime] {
    var done: [Int32: SimTime] = [:]
    transfers.settle(at: start)
    while let now = transfers.nextCompletion {
      while let tag = transfers.popCompleted(at: now) { done[tag] = now }
      transfers.settle(at: now)
    }
    return done
  }

  @Test func `seven senders share the port they meet in`() throws {
    // 7 x 100 MiB into one 100 Gb/s port: 7 x 104857600 / 12.5e9 = 58.720256 ms, all at once.
    let link = LinkClass(bandwidth: .gigabitsPerSecond(100), latency: .zero)
    let fabric = try Fabric(.flat(8, .leafSwitch, link: link))
    var transfers = Transfers(over: fabric)
    for source in 1..<8 {
      var path: [Int32] = []
      try fabric.appendRoute(from: DeviceID(source), to: DeviceID(0), into: &path)
      transfers.start(route: path, hops: path.indices, bytes: 104_857_600, tag: Int32(source), at: .zero)
    }
    let done = completions(&transfers)
    #expect(done.count == 7)
    #expect(done.values.allSatisfy { $0 == SimTime(ticks: 58_720_256_000) })
  }

  @Test func `a short transfer leaves the rest of the link to the long one`() throws {
    // 50 GB/s. 1 GB and 3 GB start together at 25 GB/s each: the first ends at 40 ms; the second then
    // has 2 GB left at 50 GB/s: 80 ms.
    let fabric = try Fabric(.flat(2))
    var path: [Int32] = []
    try fabric.appendRoute(from: DeviceID(0), to: DeviceID(1), into: &path)
    var transfers = Transfers(over: fabric)
    transfers.start(route: path, hops: path.indices, bytes: 1e9, tag: 1, at: .zero)
    transfers.start(route: path, hops: path.indices, bytes: 3e9, tag: 3, at: .zero)
    let done = completions(&transfers)
    #expect(done[1] == SimTime(ticks: 40_000_000_000))
    #expect(done[3] == SimTime(ticks: 80_000_000_000))
  }

  @Test func `a dead link stalls and goes on where it stopped`() throws {
    // 1 GB at 50 GB/s, dead from 10 ms to 30 ms: 10 ms + 20 ms + 10 ms.
    let fabric = try Fabric(.flat(2))
    var path: [Int32] = []
    try fabric.appendRoute(from: DeviceID(0), to: DeviceID(1), into: &path)
    var transfers = Transfers(over: fabric)
    transfers.start(route: path, hops: path.indices, bytes: 1e9, tag: 0, at: .zero)
    transfers.settle(at: .zero)
    transfers.setBandwidth(Bandwidth(bytesPerSecond: 0), of: LinkID(Int(path[0])))
    transfers.settle(at: .zero + .milliseconds(10))
    #expect(transfers.nextCompletion == nil)
    transfers.setBandwidth(.gigabytesPerSecond(50), of: LinkID(Int(path[0])))
    let done = completions(&transfers, from: .zero + .milliseconds(30))
    #expect(done[0] == .zero + .milliseconds(40))
  }
}

@Suite("Completion order") struct CompletionOrderTests {
  @Test func `random transfers end when a plain recomputation says`() throws {
    // Transfers between random pairs of six devices, started at random instants. The reference advances
    // all of them from change to change with rates solved from scratch.
    for seed in 0..<40 {
      var random = SplitMix64(seed: UInt64(seed))
      let fabric = try Fabric(.flat(6))
      let capacities = fabric.links.map(\.bandwidth.bytesPerSecond)
      var pending: [(start: SimTime, route: [Int32], bytes: Double)] = []
      for _ in 0..<20 {
        let from = Int.random(in: 0..<6, using: &random)
        let to = (from + Int.random(in: 1..<6, using: &random)) % 6
        var route: [Int32] = []
        try fabric.appendRoute(from: DeviceID(from), to: DeviceID(to), into: &route)
        let start = SimTime(ticks: Int64.random(in: 0..<4, using: &random) * 1_000_000_000)
        pending.append((start, route, Double.random(in: 1e6...1e8, using: &random)))
      }

      var expected = [Double](repeating: 0, count: 20)
      var left = pending.map(\.bytes)
      var now = 0.0
      while left.contains(where: { $0 > 0 }) {
        let live = left.indices.filter { left[$0] > 0 && pending[$0].start.seconds <= now + 1e-15 }
        let rates = maxMinRates(
          capacities: capacities, flows: live.map { SharedFlow(route: pending[$0].route) })
        let ends = zip(live, rates).map { now + left[$0] / $1 }
        let starts = pending.map(\.start.seconds).filter { $0 > now + 1e-15 }
        let next = (ends + starts).min()!
        for (index, rate) in zip(live, rates) {
          let end = now + left[index] / rate
          left[index] = end <= next * (1 + 1e-12) ? 0 : left[index] - rate * (next - now)
          if left[index] == 0 { expected[index] = next }
        }
        now = next
      }

      var transfers = Transfers(over: fabric)
      var done = [Double](repeating: 0, count: 20)
      var waiting = pending.indices.sorted { (pending[$0].start, $0) < (pending[$1].start, $1) }[...]
      while true {
        let start = waiting.first.map { pending[$0].start }
        guard let next = [start, transfers.nextCompletion].compactMap({ $0 }).min() else { break }
        while let tag = transfers.popCompleted(at: next) { done[Int(tag)] = next.seconds }
        while let first = waiting.first, pending[first].start == next {
          transfers.start(
            route: pending[first].route, hops: pending[first].route.indices, bytes: pending[first].bytes,
            tag: Int32(first), at: next)
          waiting.removeFirst()
        }
        transfers.settle(at: next)
      }
      for (one, other) in zip(done, expected) {
        #expect((one - other).magnitude <= 1e-10, "seed \(seed)")
      }
    }
  }
}
