import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Levels and switches that reduce") struct LevelTests {
  @Test(arguments: [[2, 2], [2, 3], [3, 5], [4, 4], [2, 2, 2], [2, 2, 2, 2], [4, 2, 8]])
  func `levels take the textbook time on a full mesh`(levels: [Int]) throws {
    let n = levels.reduce(1, *)
    let fabric = try Fabric(.flat(n))
    for kind in [CollectiveKind.allReduce, .reduceScatter, .allGather, .allToAll] {
      let request = CollectiveRequest(
        kind, .hierarchical, bytes: .mebibytes(64), ranks: fabric.devices, levels: levels)
      let group = RankGroup(
        rankCount: n, bytes: 67_108_864, levels: levels,
        hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9))
      let pattern = try #require(CollectiveAlgorithm.hierarchical.pattern(for: kind))
      let textbook = try #require(pattern.textbookTime(for: group))
      let slack = 1e-9 * textbook + 1e-12 * Double(try pattern.schedule(for: group).stepCount)
      for folded in [true, false] {
        let run = try simulate(request, on: fabric, folded: folded)
        #expect((run.duration.seconds - textbook).magnitude <= slack, "\(kind) \(levels)")
        #expect(run.bytesSent == run.bytesReceived)
      }
      #expect((try closedForm(request, on: fabric).duration.seconds - textbook).magnitude <= slack)
    }
  }

  @Test func `a gather and an exchange over nodes use every device's share of the port`() throws {
    // 4 nodes of 8, S = 64 MiB. All-gather: 3 steps of 6 µs + 8 × 2 MiB / 50 GB/s between, then 7 of 1 µs +
    // 8 MiB / 400 GB/s inside. All-to-all: 7 of 1 µs + 8 MiB / 400 GB/s inside, 3 of 6 µs + 8 × 16 MiB /
    // 50 GB/s between: every device's 64 MiB leaves its node but for a quarter.
    let fabric = try Fabric(.nodesOfEight(4))
    let inside: Double = 1e-6 + 8_388_608 / 400e9
    let cases: [(CollectiveKind, Double)] = [
      (.allGather, 3 * (6e-6 + 8 * 2_097_152 / 50e9) + 7 * inside),
      (.reduceScatter, 3 * (6e-6 + 8 * 2_097_152 / 50e9) + 7 * inside),
      (.allToAll, 7 * inside + 3 * (6e-6 + 8 * 16_777_216 / 50e9)),
    ]
    for (kind, expected) in cases {
      let request = CollectiveRequest(kind, .hierarchical, bytes: .mebibytes(64), ranks: fabric.devices)
      for folded in [true, false] {
        let run = try simulate(request, on: fabric, folded: folded)
        #expect(agree(run.duration.seconds, expected), "\(kind) folded: \(folded)")
      }
      #expect(agree(try closedForm(request, on: fabric).duration.seconds, expected))
    }
  }

  @Test func `levels that do not make the ranks are refused`() throws {
    let fabric = try Fabric(.flat(12))
    for (levels, text) in [
      ([3, 5], "levels of 3 × 5 ranks do not make 12"), ([12, 1], "levels of 12 × 1 ranks do not make 12"),
      ([-3, -4], "levels of -3 × -4 ranks do not make 12"), ([], "levels of  ranks do not make 12"),
      ([Int.max, 4], "levels of 9223372036854775807 × 4 ranks do not make 12"),
    ] {
      let request = CollectiveRequest(
        .allReduce, .hierarchical, bytes: .mebibytes(1), ranks: fabric.devices, levels: levels)
      #expect(throws: CollectiveError.unfitLevels(levels, rankCount: 12)) {
        try simulate(request, on: fabric)
      }
      #expect(
        "\(CollectiveError.unfitLevels(levels, rankCount: 12))"
          == text + "; each needs at least two, and all multiplied the number of ranks")
    }
  }

  @Test(arguments: Array(2...17) + [64])
  func `a switch that reduces takes the buffer once each way`(n: Int) throws {
    let request = { (ranks: [DeviceID]) in
      CollectiveRequest(.allReduce, .inNetwork, bytes: .mebibytes(64), ranks: ranks)
    }
    // 2 µs + 64 MiB / 50 GB/s, and the same bytes up and down for every rank.
    let fabric = try Fabric(.flat(n, .leafSwitch))
    for folded in [true, false] {
      let run = try simulate(request(fabric.devices), on: fabric, folded: folded)
      #expect(agree(run.duration.seconds, 2e-6 + 67_108_864 / 50e9))
      #expect(run.isExact)
      #expect(run.bytesOnLink.allSatisfy { $0 == 67_108_864 })
    }
    #expect(throws: CollectiveError.needsReducingSwitch) {
      try simulate(request(Fabric(.flat(n)).devices), on: Fabric(.flat(n)))
    }
  }

  @Test func `devices of a node share out what the network's switch reduces`() throws {
    // One node of 8: 1 µs + 64 MiB / 400 GB/s. Four: 7 steps of 1 µs + 8 MiB / 400 GB/s, the switch in 6 µs +
    // 8 × 8 MiB / 50 GB/s, 7 steps back.
    let one = try Fabric(.nodesOfEight(1))
    let request = CollectiveRequest(.allReduce, .inNetwork, bytes: .mebibytes(64), ranks: one.devices)
    #expect(agree(try simulate(request, on: one).duration.seconds, 1e-6 + 67_108_864 / 400e9))
    let four = try Fabric(.nodesOfEight(4))
    var wide = request
    wide.ranks = four.devices
    let expected = 14 * (1e-6 + 8_388_608 / 400e9) + 6e-6 + 67_108_864 / 50e9
    for folded in [true, false] {
      #expect(agree(try simulate(wide, on: four, folded: folded).duration.seconds, expected))
    }
    // The ports carry S once each way where the best of the others carry 2 (N − 1)/N S.
    let run = try simulate(wide, on: four)
    #expect(run.bytesOnLink[Int(four.port(of: NodeID(0)).out.index)] == 67_108_864)
    let other = try simulate(
      CollectiveRequest(.allReduce, .hierarchical, bytes: .mebibytes(64), ranks: four.devices), on: four)
    #expect(agree(other.bytesOnLink[Int(four.port(of: NodeID(0)).out.index)], 1.5 * 67_108_864))
    #expect(
      "\(CollectiveError.needsReducingSwitch)"
        == "in_network needs one switch over all ranks of a node, or, with equally many on each of several nodes, over "
        + "those of equal place")
    wide.ranks.removeLast()
    #expect(throws: CollectiveError.needsReducingSwitch) { try simulate(wide, on: four) }
  }

  @Test func `over a graph the switch is one that every device has a link to`() throws {
    let wire = NetworkWire(bandwidth: .gigabitsPerSecond(400), latency: .microseconds(1))
    func request(_ fabric: Fabric) -> CollectiveRequest {
      CollectiveRequest(.allReduce, .inNetwork, bytes: .mebibytes(64), ranks: fabric.devices)
    }
    // A switch with 6 hosts: 2 links of 1 µs, and 64 MiB at 50 GB/s.
    let star = try Fabric(over: NetworkGraph(.star(hosts: 6), wire: wire))
    #expect(star.commonSwitch(of: star.devices) == VertexID(6))
    #expect(star.commonSwitch(of: []) == nil)
    for folded in [true, false] {
      let run = try simulate(request(star), on: star, folded: folded)
      #expect(agree(run.duration.seconds, 2e-6 + 67_108_864 / 50e9))
    }
    // Devices of equal place hang on one rail; in a fat tree those of different leaves share nothing.
    let rails = try Fabric(
      over: NetworkGraph(.railOptimized(nodes: 3, devicesPerNode: 2, spines: 1, nodeLink: wire), wire: wire))
    #expect(try simulate(request(rails), on: rails).bytesSent == 12 * 33_554_432 + 6 * 33_554_432)
    let tree = try Fabric(over: NetworkGraph(.fatTree(k: 4), wire: wire))
    #expect(tree.commonSwitch(of: tree.devices) == nil)
    #expect(throws: CollectiveError.needsReducingSwitch) { try simulate(request(tree), on: tree) }
  }
}
