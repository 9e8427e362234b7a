import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Properties of collectives") struct CollectivePropertyTests {
  @Test(arguments: [TopologyKind.fullMesh, .leafSwitch, .ring, .binaryTree, .torus2D, .mesh2D])
  func `no algorithm beats the bounds or leaves its links empty`(topology: TopologyKind) throws {
    for n in [2, 5, 8, 12, 16] {
      let fabric = try Fabric(.flat(n, topology))
      for (kind, algorithm) in allPairings where isLegal(kind, algorithm, n) {
        let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices)
        let run = try simulate(request, on: fabric, folded: false)
        let share = Double(n - 1) / Double(n) * 4_194_304
        let bound =
          switch kind {
          case .allReduce: 2 * share / 50e9
          case .reduceScatter, .allGather, .gather, .scatter, .allToAll: share / 50e9
          case .broadcast, .reduce, .sendReceive: 4_194_304 / 50e9
          case .barrier: 2e-6
          }
        let name: Comment = "\(topology) \(kind) \(algorithm) n = \(n)"
        #expect(run.duration.seconds >= bound * (1 - 1e-9), name)
        #expect(agree(run.bytesSent, run.bytesReceived, relative: 1e-12), name)
        // No link carries more than it can in that time.
        for (link, bytes) in run.bytesOnLink.enumerated() {
          let most = fabric.links[link].bandwidth.bytesPerSecond * run.duration.seconds
          #expect(bytes <= most * (1 + 1e-9), name)
        }
        // Everything sent leaves by a port and enters by one.
        let out = fabric.links.indices.filter { fabric.links[$0].kind == .nicOut }
        let into = fabric.links.indices.filter { fabric.links[$0].kind == .nicIn }
        #expect(agree(out.reduce(0) { $0 + run.bytesOnLink[$1] }, run.bytesSent), name)
        #expect(agree(into.reduce(0) { $0 + run.bytesOnLink[$1] }, run.bytesSent), name)
      }
    }
  }

  @Test func `folding equals the events where it says so and is near them elsewhere`() throws {
    for topology in TopologyKind.allCases where topology != .custom {
      for nodes in [2, 3, 4] {
        let fabric = try Fabric(.nodesOfEight(nodes, topology))
        for (kind, algorithm) in allPairings where isLegal(kind, algorithm, fabric.deviceCount) {
          let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices)
          let folded = try simulate(request, on: fabric)
          let unfolded = try simulate(request, on: fabric, folded: false)
          let name: Comment = "\(topology) \(kind) \(algorithm) \(nodes) nodes"
          let ratio = unfolded.duration.seconds / folded.duration.seconds
          #expect(folded.isExact ? agree(ratio, 1) : ratio > 0.4 && ratio < 1.05, name)
          #expect(folded.sendCount == unfolded.sendCount, name)
          for (a, b) in zip(folded.bytesOnLink, unfolded.bytesOnLink) { #expect(agree(a, b), name) }
        }
      }
    }
  }

  @Test func `more bandwidth or less latency never slows an idle fabric`() throws {
    let faster = LinkClass(bandwidth: .gigabytesPerSecond(60), latency: .microseconds(1))
    for (kind, algorithm) in allPairings where isLegal(kind, algorithm, 8) {
      let slow = try Fabric(.flat(8))
      let fast = try Fabric(.flat(8, link: faster))
      let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: slow.devices)
      #expect(try simulate(request, on: fast).duration < simulate(request, on: slow).duration)
    }
  }

  @Test func `the same run twice has one fingerprint`() throws {
    let fabric = try Fabric(.nodesOfEight(2))
    for (kind, algorithm) in allPairings where isLegal(kind, algorithm, 16) {
      let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices)
      for folded in [true, false] {
        #expect(
          try simulate(request, on: fabric, folded: folded) == simulate(request, on: fabric, folded: folded))
      }
    }
    let ring = CollectiveRequest(.allReduce, .ring, bytes: .mebibytes(4), ranks: fabric.devices)
    var other = ring
    other.bytes = .mebibytes(5)
    #expect(
      try simulate(ring, on: fabric, folded: false).fingerprint
        != simulate(other, on: fabric, folded: false).fingerprint)
  }

  @Test func `any rank may be the root`() throws {
    let fabric = try Fabric(.flat(8))
    for (kind, algorithm) in allPairings where kind.hasRoot {
      let durations = try (0..<8).map {
        try simulate(
          CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices, root: $0),
          on: fabric
        ).duration
      }
      #expect(durations.allSatisfy { $0 == durations[0] })
    }
    let gather = CollectiveRequest(.gather, .direct, bytes: .mebibytes(8), ranks: fabric.devices, root: 5)
    let run = try simulate(gather, on: fabric)
    #expect(run.bytesOnLink[Int(fabric.port(of: NodeID(5)).in.index)] == 7 * 1_048_576)
    #expect(run.bytesOnLink[Int(fabric.port(of: NodeID(0)).in.index)] == 0)
  }

  @Test func `auto takes the algorithm of least closed form`() throws {
    let fabric = try Fabric(.flat(16))
    for bytes in [ByteCount(8), .kibibytes(64), .mebibytes(1), .gibibytes(1)] {
      for kind in CollectiveKind.allCases where kind != .sendReceive {
        let chosen = try closedForm(
          CollectiveRequest(kind, bytes: bytes, ranks: fabric.devices), on: fabric)
        let others = try kind.automaticAlgorithms.filter { isLegal(kind, $0, 16) }.map {
          try closedForm(CollectiveRequest(kind, $0, bytes: bytes, ranks: fabric.devices), on: fabric)
            .duration
        }
        #expect(chosen.duration == others.min())
        let run = try simulate(CollectiveRequest(kind, bytes: bytes, ranks: fabric.devices), on: fabric)
        #expect(run.algorithm == chosen.algorithm)
        #expect(run.duration == chosen.duration)
      }
    }
    // Eight bytes want few steps, a gigabyte few bytes; over nodes the port decides.
    func best(_ bytes: ByteCount, _ fabric: Fabric) throws -> CollectiveAlgorithm? {
      try closedForm(CollectiveRequest(.allReduce, bytes: bytes, ranks: fabric.devices), on: fabric).algorithm
    }
    #expect(try best(ByteCount(8), fabric) == .recursiveDoubling)
    #expect(try best(.mebibytes(1), Fabric(.nodesOfEight(4))) == .hierarchical)
  }

  @Test func `large groups fold`() throws {
    // 65,536 devices: 2 × 65,535 steps of 6 µs + 1 GiB / 65,536 / 50 GB/s.
    let fabric = try Fabric(.nodesOfEight(8192))
    let ring = CollectiveRequest(.allReduce, .ring, bytes: .gibibytes(1), ranks: fabric.devices)
    let run = try simulate(ring, on: fabric)
    #expect(agree(run.duration.seconds, 2 * 65_535 * (6e-6 + 16_384 / 50e9)))
    #expect(run.sendCount == 2 * 65_535 * 65_536)
    let direct = CollectiveRequest(
      .allReduce, .reduceScatterAllGather, bytes: .gibibytes(1), ranks: fabric.devices)
    // Out of each port: 8 × 65,528 messages of 16 KiB, twice.
    #expect(
      agree(try simulate(direct, on: fabric).duration.seconds, 2 * (6e-6 + 8 * 65_528 * 16_384 / 50e9)))
  }

  @Test func `all pairs have one answer above and below the size where loads are counted by node`() throws {
    for shape in [ClusterShape.nodesOfEight(33), .nodesOfEight(36, .torus2D), .flat(260, .ring)] {
      let fabric = try Fabric(shape)
      let request = CollectiveRequest(.allToAll, .direct, bytes: .mebibytes(64), ranks: fabric.devices)
      let folded = try simulate(request, on: fabric)
      // Loads one by one: the same sends as a list.
      let n = fabric.deviceCount
      let list = SendList(
        (0..<n).flatMap { from in
          (0..<n).compactMap {
            $0 == from ? nil : SendList.Send(from: from, to: $0, bytes: 67_108_864 / Double(n))
          }
        }, rankCount: n)
      let each = try simulate(request, using: OneList(list: list), on: fabric)
      for (a, b) in zip(folded.bytesOnLink, each.bytesOnLink) { #expect(agree(a, b)) }
      #expect(each.duration.seconds <= folded.duration.seconds * (1 + 1e-9))
    }
  }
}

/// A pattern of the user's own: one step of listed messages.
struct OneList: CollectivePattern {
  var list: SendList

  func schedule(for group: RankGroup) -> CollectiveSchedule {
    CollectiveSchedule(rankCount: group.rankCount, steps: [ScheduleStep(.list(list), bytes: 0)])
  }
}
