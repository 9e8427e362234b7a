import Fabrics
import Hardware
import Quantities
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
