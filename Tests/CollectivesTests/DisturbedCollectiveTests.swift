import Collectives
import Fabrics
import Quantities
import Testing

@Suite("Collectives while a network changes") struct DisturbedCollectiveTests {
  /// Four hosts in a ring, 10 GB/s and 1 us a link.
  func ring(_ hosts: Int = 4) throws -> Fabric {
    let wire = NetworkWire(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(1))
    return try Fabric(over: try NetworkGraph(.ring(hosts: hosts), wire: wire))
  }

  /// A ring all-reduce of 400 MB, in chunks of 100 MB: six steps of 10.001 ms undisturbed.
  func run(_ fabric: Fabric, _ events: [NetworkEvent], delay: SimDuration = .zero) throws -> CollectiveRun {
    let request = CollectiveRequest(
      .allReduce, .ring, bytes: ByteCount(400_000_000), ranks: fabric.devices, reductionSecondsPerByte: 0)
    return try CollectiveModel(on: fabric).simulate(
      request, during: NetworkTimeline(events, rerouteDelay: delay))
  }

  func event(
    _ milliseconds: Double, _ change: NetworkEvent.Change, _ target: NetworkEvent.Target
  ) -> NetworkEvent { NetworkEvent(at: .zero + .milliseconds(milliseconds), change, target) }

  let link = NetworkEvent.Target.link(from: VertexID(1), to: VertexID(2))

  @Test func `a ring waits for the link that slows down`() throws {
    // At 10 ms the link has 10 kB of its first chunk left, 2 us at half the rate. Each of its five further chunks
    // then takes 1 us and 20 ms, and no rank is further than a step ahead: 10.002 + 5 · 20.001 ms.
    let run = try run(ring(), [event(10, .slow(share: 0.5), link)])
    #expect(run.duration == SimDuration(ticks: 110_007_000_000))
    // Every link of the ring has carried six chunks, whatever its rate.
    #expect(run.bytesOnLink.filter { $0 > 0 }.count == 4)
    for bytes in run.bytesOnLink where bytes > 0 { #expect((bytes - 600e6).magnitude < 1e-3) }
  }

  @Test func `a ring goes round the link that fails`() throws {
    // As the first chunks arrive, at 10.001 ms, the link fails. The five further chunks go the other way round,
    // 3 us and 10 ms each, over links that nothing else uses.
    let run = try run(ring(), [event(10.001, .fail, link)])
    #expect(run.duration == SimDuration(ticks: 60_016_000_000))
  }

  @Test func `a message that is stopped goes on with what is left`() throws {
    // At 5.001 ms half of the first chunk is there. 1 ms later the rest starts, 3 us and 5 ms: 11.004 ms, then
    // five chunks of 10.003 ms.
    let run = try run(ring(), [event(5.001, .fail, link)], delay: .milliseconds(1))
    #expect(run.duration == SimDuration(ticks: 61_019_000_000))
  }

  @Test func `events without effect change nothing, nor do those after the end`() throws {
    let fabric = try ring(6)
    let request = CollectiveRequest(
      .allToAll, .pairwise, bytes: ByteCount(6_000_000), ranks: fabric.devices, reductionSecondsPerByte: 1e-11
    )
    let model = CollectiveModel(on: fabric)
    let plain = try model.simulate(request, folded: false)
    let timed = try model.simulate(
      request, during: NetworkTimeline([event(0.1, .recover, link), event(1e6, .fail, link)]))
    #expect((plain.duration.ticks - timed.duration.ticks).magnitude <= 10)
    #expect(plain.sendCount == timed.sendCount && plain.bytesReceived == timed.bytesReceived)
    for (one, other) in zip(plain.bytesOnLink, timed.bytesOnLink) { #expect((one - other).magnitude < 1e-3) }
  }

  @Test func `a rank that is cut off is named`() throws {
    let fabric = try ring()
    #expect(throws: CollectiveError.cutOff(from: "host 1", to: "host 2", bytesLeft: 100e6)) {
      try run(fabric, [event(10.001, .fail, .vertex(VertexID(2)))])
    }
    let error = CollectiveError.cutOff(from: "host 1", to: "host 2", bytesLeft: 100e6)
    #expect("\(error)" == "events cut host 1 off from host 2 for ever, 100000000 bytes short")
  }

  @Test func `a fabric without a graph takes no events`() throws {
    let fabric = try Fabric(.flat(4))
    #expect(
      throws: CollectiveError.fabric(.network(.badShape("events need a fabric over a network graph")))
    ) { try run(fabric, [event(0, .fail, link)]) }
  }
}
