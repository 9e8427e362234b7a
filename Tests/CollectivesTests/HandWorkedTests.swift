import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Collectives, worked by hand") struct HandWorkedTests {
  func seconds(
    _ kind: CollectiveKind, _ algorithm: CollectiveAlgorithm, n: Int = 8, bytes: ByteCount = .mebibytes(64),
    link: LinkClass = .reference, topology: TopologyKind = .fullMesh, chunkCount: Int? = nil
  ) throws -> Double {
    let fabric = try Fabric(.flat(n, topology, link: link))
    let request = CollectiveRequest(
      kind, algorithm, bytes: bytes, ranks: fabric.devices, chunkCount: chunkCount)
    return try simulate(request, on: fabric, folded: false).duration.seconds
  }

  @Test func `ring, tree and direct all-reduce of 64 MiB on eight ranks`() throws {
    // α = 2 µs, B = 50 GB/s. 8 MiB / B = 167.772 µs, 64 MiB / B = 1342.177 µs.
    // Ring: 14 × (2 + 167.772) µs = 2376.81 µs.
    #expect(agree(try seconds(.allReduce, .ring), 14 * (2e-6 + 8_388_608 / 50e9)))
    // Reduce-scatter and all-gather in one step each: 2 × (2 + 7 × 167.772) µs = 2352.81 µs.
    #expect(agree(try seconds(.allReduce, .reduceScatterAllGather), 2 * (2e-6 + 7 * 8_388_608 / 50e9)))
    // Tree of depth 3, unchunked: rank 7 alone goes up and comes down (f = 1), in the other four rounds
    // two children share a port (f = 2): 6 × 2 µs + (2 × 1 + 4 × 2) × 1342.177 µs = 13433.8 µs.
    #expect(agree(try seconds(.allReduce, .tree, chunkCount: 1), 6 * 2e-6 + 10 * 67_108_864 / 50e9))
    // Parameter server: 7 × 64 MiB in, 7 × 64 MiB out of one port.
    #expect(agree(try seconds(.allReduce, .parameterServer), 2 * (2e-6 + 7 * 67_108_864 / 50e9)))
    // The four differ.
    let all = try [CollectiveAlgorithm.ring, .tree, .reduceScatterAllGather, .parameterServer].map {
      try seconds(.allReduce, $0)
    }
    #expect(Set(all).count == 4)
  }

  @Test func `a tree of seven in two chunks`() throws {
    // Ranks 0; 1 2; 3 4 5 6. H = 2, m = 2, C = 32 MiB: 2 H + m − 1 = 5 rounds.
    // 0: leaves send chunk 0 up, two to a port. 1: leaves chunk 1 (f = 2), depth 1 chunk 0 (f = 2).
    // 2: depth 1 sends chunk 1 up (f = 2 at the root) while the root sends chunk 0 down (f = 2).
    // 3: root chunk 1 down, depth 1 chunk 0 down (f = 2). 4: depth 1 chunk 1 down (f = 2).
    #expect(
      agree(try seconds(.allReduce, .tree, n: 7, chunkCount: 2), 5 * (2e-6 + 2 * 33_554_432 / 50e9)))
    // With three chunks: in round 2 depth 1 takes two chunks from below and one from above, in round 3 it
    // sends one up and two down (f = 3); in the other four no port passes more than two.
    let chunk: Double = 67_108_864 / 3 / 50e9
    #expect(
      agree(try seconds(.allReduce, .tree, n: 7, chunkCount: 3), 6 * 2e-6 + 14 * chunk))
  }

  @Test func `latency counts in every step of a ring`() throws {
    // 500 µs more on every hop: 2 (n − 1) × 500 µs = 7 ms more on eight ranks.
    let far = LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(502))
    let more = try seconds(.allReduce, .ring, link: far) - seconds(.allReduce, .ring)
    #expect(agree(more, 14 * 500e-6))
    // Recursive doubling pays it three times, Rabenseifner six times.
    #expect(
      agree(
        try seconds(.allReduce, .recursiveDoubling, link: far) - seconds(.allReduce, .recursiveDoubling),
        3 * 500e-6))
    #expect(
      agree(
        try seconds(.allReduce, .rabenseifner, link: far) - seconds(.allReduce, .rabenseifner), 6 * 500e-6))
  }

  @Test func `Rabenseifner moves as little as a ring, recursive doubling log n times the buffer`() throws {
    // 100 MiB on eight ranks at 100 Gb/s without latency: recursive doubling 3 × 8.389 = 25.17 ms,
    // Rabenseifner 2 × 7/8 × 8.389 = 14.68 ms, as a ring.
    let link = LinkClass(bandwidth: .gigabitsPerSecond(100), latency: .zero)
    let doubling = try seconds(.allReduce, .recursiveDoubling, bytes: .mebibytes(100), link: link)
    let halving = try seconds(.allReduce, .rabenseifner, bytes: .mebibytes(100), link: link)
    let ring = try seconds(.allReduce, .ring, bytes: .mebibytes(100), link: link)
    #expect(agree(doubling, 3 * 104_857_600 / 12.5e9))
    #expect(agree(halving, 1.75 * 104_857_600 / 12.5e9))
    #expect(agree(ring, halving))
  }

  @Test func `a gather meets at one port`() throws {
    // Seven ranks send 100 MiB each to the eighth behind 100 Gb/s: 7 × 8.388608 = 58.720 ms.
    let link = LinkClass(bandwidth: .gigabitsPerSecond(100), latency: .zero)
    #expect(agree(try seconds(.gather, .direct, bytes: .mebibytes(800), link: link), 0.058720256))
    #expect(agree(try seconds(.broadcast, .direct, bytes: .mebibytes(100), link: link), 0.058720256))
    // And all devices of other nodes share their own ports too: two nodes of eight, S/n = 1 MiB.
    // Into the root's port: 8 MiB / 50 GB/s; the seven mates arrive inside the node meanwhile. All 15
    // meet at the root's down link of 400 GB/s, which has room. 6 µs + 8 × 1 MiB / 50 GB/s.
    let fabric = try Fabric(.nodesOfEight(2))
    let run = try simulate(
      CollectiveRequest(.gather, .direct, bytes: .mebibytes(16), ranks: fabric.devices), on: fabric,
      folded: false)
    #expect(agree(run.duration.seconds, 6e-6 + 8 * 1_048_576 / 50e9))
  }

  @Test func `an all-to-all is bounded by the port of each node`() throws {
    // Two nodes of eight, S = 16 MiB per rank, 1 MiB per pair: 64 MiB out of each port at 50 GB/s.
    let fabric = try Fabric(.nodesOfEight(2))
    let request = CollectiveRequest(.allToAll, .direct, bytes: .mebibytes(16), ranks: fabric.devices)
    for folded in [true, false] {
      let run = try simulate(request, on: fabric, folded: folded)
      #expect(agree(run.duration.seconds, 6e-6 + 64 * 1_048_576 / 50e9), "folded: \(folded)")
    }
  }

  @Test func `a pipelined chain overlaps its chunks`() throws {
    // n = 5, m = 4, C = 16 MiB: n − 2 + m = 7 steps of 2 µs + 16 MiB / 50 GB/s.
    for kind in [CollectiveKind.broadcast, .reduce] {
      #expect(
        agree(try seconds(kind, .ring, n: 5, chunkCount: 4), 7 * (2e-6 + 16_777_216 / 50e9)))
    }
  }

  @Test func `a tree on a ring of nodes goes through others and loses nothing`() throws {
    // Seven nodes in a ring, broadcast of 1 MiB unchunked from 0. Round 0: 0 → 1 (one wire), 0 → 2 (two).
    // Round 1: 1 → 3 and 2 → 4 (two wires), 1 → 4 (three), 2 → 5 (three), 2 → 6 (0 → 6 is not it: three,
    // by way of 1 and 0).
    let fabric = try Fabric(.flat(7, .ring))
    let request = CollectiveRequest(
      .broadcast, .tree, bytes: .mebibytes(1), ranks: fabric.devices, chunkCount: 1)
    let run = try simulate(request, on: fabric, folded: false)
    #expect(run.sendCount == 6)
    #expect(run.bytesSent == 6 * 1_048_576)
    #expect(run.bytesReceived == run.bytesSent)
    var into = 0.0
    for node in 0..<7 { into += run.bytesOnLink[Int(fabric.port(of: NodeID(node)).in.index)] }
    #expect(into == 6 * 1_048_576)
    // Hops: 1 + 2 in round 0; 2 → 5: 3, 2 → 6: 3, 1 → 3: 2, 1 → 4: 3 in round 1: 14 wires crossed.
    let wires = fabric.links.indices.filter { fabric.links[$0].kind == .wire }
    #expect(wires.reduce(0) { $0 + run.bytesOnLink[$1] } == 14 * 1_048_576)
    #expect(agree(run.duration.seconds, try simulate(request, on: fabric).duration.seconds))
  }

  @Test func `a ring all-reduce on a tree of nodes goes through others`() throws {
    let fabric = try Fabric(.flat(7, .binaryTree))
    let request = CollectiveRequest(.allReduce, .ring, bytes: .mebibytes(7), ranks: fabric.devices)
    let run = try simulate(request, on: fabric, folded: false)
    #expect(run.bytesSent == 2 * 6 * 7_340_032)
    #expect(run.duration > .zero)
  }

  @Test func `one rank has nothing to do`() throws {
    for (kind, algorithm) in allPairings where algorithm != .hierarchical {
      #expect(try seconds(kind, algorithm, n: 1) == 0)
    }
  }
}
