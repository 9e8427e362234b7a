import Rehearsal
import TestSupport
import Testing

/// 100 Gb/s without latency, so that times are bytes over bandwidth.
private let plainLink = LinkClass(bandwidth: .gigabitsPerSecond(100), latency: .zero)

@Suite("Messages on the fabric") struct CollectiveFlawTests {
  private func fabric(
    _ count: Int, _ kind: TopologyKind = .fullMesh, link: LinkClass = plainLink
  ) throws -> Fabric {
    try Fabric(.flat(count, kind, link: link))
  }

  @Test(arguments: [true, false])
  func `seven nodes gather into one port one after another`(folded: Bool) throws {
    // 7 × 100 MiB behind one port of 100 Gb/s: 7 × 104857600 / 12.5e9 = 58.720256 ms, not 8.389 ms.
    for kind in [TopologyKind.fullMesh, .leafSwitch] {
      let fabric = try fabric(8, kind)
      let gather = CollectiveRequest(.gather, .direct, bytes: .mebibytes(800), ranks: fabric.devices)
      let run = try simulate(gather, on: fabric, folded: folded)
      #expect(agree(run.duration.seconds, 0.058720256))
      #expect(agree(run.bytesOnLink[Int(fabric.port(of: NodeID(0)).in.index)], 7 * 104_857_600))
      // And the other way: all leave by the root's port.
      let broadcast = CollectiveRequest(.broadcast, .direct, bytes: .mebibytes(100), ranks: fabric.devices)
      #expect(agree(try simulate(broadcast, on: fabric, folded: folded).duration.seconds, 0.058720256))
    }
  }

  @Test func `a message crosses the nodes between its ends`() throws {
    // 0 → 2 on a ring of five: two wires, two latencies, and the bytes on both.
    let fabric = try fabric(5, .ring, link: .reference)
    let send = CollectiveRequest(
      .sendReceive, bytes: .mebibytes(10), ranks: [DeviceID(0), DeviceID(2)])
    let run = try simulate(send, on: fabric, folded: false)
    #expect(try fabric.hopCount(from: NodeID(0), to: NodeID(2)) == 2)
    #expect(agree(run.duration.seconds, 2 * 2e-6 + 10_485_760 / 50e9))
    let wires = fabric.links.indices.filter { fabric.links[$0].kind == .wire && run.bytesOnLink[$0] > 0 }
    #expect(wires.map { run.bytesOnLink[$0] } == [10_485_760, 10_485_760])
    #expect(run.bytesReceived == 10_485_760)
  }

  @Test(arguments: [TopologyKind.fullMesh, .ring, .binaryTree, .torus2D, .mesh2D, .leafSwitch])
  func `every algorithm delivers every byte on every topology`(kind: TopologyKind) throws {
    let fabric = try fabric(8, kind, link: .reference)
    let sum = 64e6
    // A switch that reduces moves less.
    for algorithm in CollectiveKind.allReduce.algorithms
    where algorithm != .hierarchical && algorithm != .inNetwork {
      let request = CollectiveRequest(
        .allReduce, algorithm, bytes: .gigabytes(0.064), ranks: fabric.devices)
      let run = try simulate(request, on: fabric, folded: false)
      #expect(agree(run.bytesSent, run.bytesReceived), "\(algorithm)")
      // 2 (n − 1) · S over all ranks is the least any all-reduce moves: every rank's S must be summed
      // with the others' and come back. (Patarasuk & Yuan 2009, doi:10.1016/j.jpdc.2008.09.002)
      #expect(run.bytesReceived >= 2 * 7 * sum * (1 - 1e-9), "\(algorithm)")
      let intoPorts = (0..<8).reduce(0.0) {
        $0 + run.bytesOnLink[Int(fabric.port(of: NodeID($1)).in.index)]
      }
      #expect(agree(intoPorts, run.bytesReceived), "\(algorithm)")
    }
  }

  @Test func `a tree over a ring of wires drops nothing`() throws {
    // Tree edges 0–2, 1–3, 1–4 and so on are no wires of the ring; they go through others.
    let fabric = try fabric(7, .ring, link: .reference)
    let request = CollectiveRequest(
      .allReduce, .tree, bytes: .mebibytes(1), ranks: fabric.devices, chunkCount: 1)
    let run = try simulate(request, on: fabric, folded: false)
    // Six edges, up and down.
    #expect(run.sendCount == 12)
    #expect(run.bytesReceived == 12 * 1_048_576)
  }

  @Test func `Rabenseifner's all-reduce is bandwidth-optimal, recursive doubling is not`() throws {
    // 100 MiB on eight: 2 · 7/8 · 8.388608 = 14.680064 ms against 3 · 8.388608 = 25.165824 ms.
    let fabric = try fabric(8)
    func seconds(_ algorithm: CollectiveAlgorithm) throws -> Double {
      let request = CollectiveRequest(.allReduce, algorithm, bytes: .mebibytes(100), ranks: fabric.devices)
      return try simulate(request, on: fabric).duration.seconds
    }
    #expect(agree(try seconds(.rabenseifner), 0.014680064))
    #expect(agree(try seconds(.recursiveDoubling), 0.025165824))
    #expect(agree(try seconds(.ring), 0.014680064))
  }

  @Test func `one all-reduce over 1024 nodes is two different steps folded`() throws {
    let fabric = try fabric(1024, .leafSwitch, link: .reference)
    let request = CollectiveRequest(.allReduce, .ring, bytes: .gibibytes(1), ranks: fabric.devices)
    let run = try simulate(request, on: fabric)
    // 2 (n − 1) steps at most, each worked out once; the messages they stand for are all counted.
    #expect(run.eventCount <= 2046)
    #expect(run.sendCount == 2 * 1023 * 1024)
    #expect(run.isExact)
    // 2 · 1023 steps of α + S/n / B.
    #expect(agree(run.duration.seconds, 2 * 1023 * (2e-6 + 1_048_576 / 50e9), relative: 1e-6))
  }

  @Test func `unfolded it sends 2(n − 1) messages a rank and takes as long`() throws {
    let fabric = try fabric(256, .leafSwitch, link: .reference)
    let request = CollectiveRequest(.allReduce, .ring, bytes: .gibibytes(1), ranks: fabric.devices)
    let run = try simulate(request, on: fabric, folded: false)
    #expect(run.sendCount == 2 * 255 * 256)
    let folded = try simulate(request, on: fabric)
    #expect(folded.sendCount == run.sendCount)
    // Rounding to ticks, once a step.
    #expect(abs(folded.duration.ticks - run.duration.ticks) <= 2 * 255)
  }
}
