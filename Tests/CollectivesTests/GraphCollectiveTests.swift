import Collectives
import Fabrics
import Quantities
import TestSupport
import Testing

/// 50 GB/s and 1 µs.
private let cable = NetworkWire(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(1))
/// 400 GB/s and 1 µs.
private let inside = NetworkWire(bandwidth: .gigabytesPerSecond(400), latency: .microseconds(1))

private func fabric(_ shape: NetworkShape, seed: UInt64 = 0) throws -> Fabric {
  try Fabric(over: NetworkGraph(shape, wire: cable), seed: seed)
}

@Suite("Collectives over networks") struct GraphCollectiveTests {
  static let shapes: [NetworkShape] = [
    .fatTree(k: 4), .leafSpine(leaves: 3, spines: 2, hostsPerLeaf: 3, oversubscription: 3),
    .railOptimized(nodes: 2, devicesPerNode: 4, spines: 2, nodeLink: inside),
    .railOptimized(nodes: 4, devicesPerNode: 2, spines: 0, nodeLink: inside),
    .dragonfly(groups: 3, routersPerGroup: 2, hostsPerRouter: 2), .torus([4, 2]), .torus([2, 2, 2]),
    .mesh([3, 3]), .hypercube(dimensions: 3),
    .edges((0..<5).map { NetworkEdge(from: "host \($0)", to: "host \(($0 + 1) % 5)", wire: cable) }),
  ]

  @Test(arguments: shapes)
  func `bytes sent arrive and no link carries more than it can`(shape: NetworkShape) throws {
    let fabric = try fabric(shape, seed: 3)
    let n = fabric.deviceCount
    for (kind, algorithm) in allPairings
    where isLegal(kind, algorithm, n) || (algorithm == .hierarchical && fabric.devicesPerNode > 1) {
      let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices)
      let run = try simulate(request, on: fabric, folded: false)
      let folded = try simulate(request, on: fabric)
      let name: Comment = "\(shape.name) \(kind) \(algorithm)"
      #expect(run.bytesSent == run.bytesReceived, name)
      for (link, bytes) in run.bytesOnLink.enumerated() {
        let most = fabric.links[link].bandwidth.bytesPerSecond * run.duration.seconds
        #expect(bytes <= most * (1 + 1e-9), name)
      }
      // What goes over a device's links is what it sends and what it forwards, which comes in too.
      func carried(_ isOfDevice: (Link) -> Bool) -> Double {
        fabric.links.indices.reduce(0) { $0 + (isOfDevice(fabric.links[$1]) ? run.bytesOnLink[$1] : 0) }
      }
      let out = carried { Int($0.from.index) < n }
      let into = carried { Int($0.to.index) < n }
      #expect(agree(out, into), name)
      #expect(out >= run.bytesSent * (1 - 1e-9), name)
      // Near where steps overlap.
      let ratio = run.duration.seconds / folded.duration.seconds
      #expect(folded.isExact ? agree(ratio, 1) : ratio > 0.3 && ratio < 1.1, name)
      #expect(folded.sendCount == run.sendCount, name)
      for (a, b) in zip(folded.bytesOnLink, run.bytesOnLink) { #expect(agree(a, b), name) }
    }
  }

  @Test func `a ring over two nodes on rails`() throws {
    // n = 4, S = 64 MiB, six steps of 16 MiB. Ranks 0 1 | 2 3: from 1 to 2 and from 3 to 0 over both rails
    // and the spine, 4 µs, two messages on the one cable each way between a rail and the spine.
    let fabric = try fabric(.railOptimized(nodes: 2, devicesPerNode: 2, spines: 1, nodeLink: inside))
    func time(_ ranks: [Int], folded: Bool) throws -> CollectiveRun {
      try simulate(
        CollectiveRequest(.allReduce, .ring, bytes: .mebibytes(64), ranks: ranks.map { DeviceID($0) }),
        on: fabric, folded: folded)
    }
    for folded in [true, false] {
      let crossing = try time([0, 1, 2, 3], folded: folded)
      #expect(agree(crossing.duration.seconds, 6 * (4e-6 + 2 * 16_777_216 / 50e9)))
      // Ranks 0 1 | 3 2: each boundary along a rail of its own, 2 µs, no cable shared.
      let along = try time([0, 1, 3, 2], folded: folded)
      #expect(agree(along.duration.seconds, 6 * (2e-6 + 16_777_216 / 50e9)))
    }
    let run = try time([0, 1, 2, 3], folded: false)
    func carried(_ name: String) throws -> Double {
      run.bytesOnLink[
        try #require(fabric.links.indices.first { fabric.name(of: LinkID($0)) == name })]
    }
    #expect(try carried("rail 1 -> spine 0") == 12 * 16_777_216)
    #expect(try carried("rail 0 -> spine 0") == 0)
    #expect(try carried("node 0 -> host 1") == 6 * 16_777_216)
  }

  @Test func `closed form, folded run and events are one on symmetric networks`() throws {
    // Neighbours of a ring of 8 routers are three cables apart; a cube's partners too, at every step.
    let chunk: Double = 8_388_608 / 50e9
    let ring = 14 * (3e-6 + chunk)
    let doubling = 3 * (3e-6 + 8 * chunk)
    let cases: [(NetworkShape, CollectiveAlgorithm, Double)] = [
      (.torus([8]), .ring, ring), (.hypercube(dimensions: 3), .recursiveDoubling, doubling),
      // Two cables to the next host of the same leaf.
      (.leafSpine(leaves: 1, spines: 1, hostsPerLeaf: 8), .ring, 14 * (2e-6 + chunk)),
      // Four at worst: each leaf's boundary goes up to a spine, one message a leaf.
      (.leafSpine(leaves: 2, spines: 1, hostsPerLeaf: 4), .ring, 14 * (4e-6 + chunk)),
    ]
    for (shape, algorithm, expected) in cases {
      let fabric = try fabric(shape)
      let request = CollectiveRequest(.allReduce, algorithm, bytes: .mebibytes(64), ranks: fabric.devices)
      #expect(agree(try closedForm(request, on: fabric).duration.seconds, expected), "\(shape)")
      for folded in [true, false] {
        #expect(
          agree(try simulate(request, on: fabric, folded: folded).duration.seconds, expected), "\(shape)")
      }
    }
  }

  @Test func `one leaf is the switch of a cluster`() throws {
    let leaf = try fabric(.leafSpine(leaves: 1, spines: 1, hostsPerLeaf: 8))
    let cluster = try Fabric(.flat(8, .leafSwitch))
    for (kind, algorithm) in allPairings where isLegal(kind, algorithm, 8) {
      for folded in [true, false] {
        let request = CollectiveRequest(kind, algorithm, bytes: .mebibytes(4), ranks: leaf.devices)
        let one = try simulate(request, on: leaf, folded: folded)
        #expect(try simulate(request, on: cluster, folded: folded).duration == one.duration)
      }
    }
  }

  @Test func `all pairs of many hosts are counted one by one`() throws {
    // 260 hosts on one leaf: each link carries 259 messages of 1 KiB.
    let fabric = try fabric(.leafSpine(leaves: 1, spines: 1, hostsPerLeaf: 260))
    let request = CollectiveRequest(.allToAll, .direct, bytes: .kibibytes(260), ranks: fabric.devices)
    let run = try simulate(request, on: fabric)
    #expect(agree(run.duration.seconds, 2e-6 + 259 * 1024 / 50e9))
    #expect(run.isExact)
  }
}
