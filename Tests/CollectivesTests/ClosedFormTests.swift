import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

/// Every kind with every algorithm that can do it.
let allPairings: [(kind: CollectiveKind, algorithm: CollectiveAlgorithm)] = CollectiveKind.allCases.flatMap {
  kind in kind.algorithms.map { (kind, $0) }
}

let rankCounts = Array(2...17) + [64]

func isLegal(_ kind: CollectiveKind, _ algorithm: CollectiveAlgorithm, _ rankCount: Int) -> Bool {
  if kind == .sendReceive { return rankCount == 2 }
  if algorithm == .recursiveDoubling && (kind == .reduceScatter || kind == .allGather) {
    return rankCount & (rankCount - 1) == 0
  }
  return algorithm != .hierarchical && algorithm != .inNetwork
}

@Suite("Closed forms against events") struct ClosedFormTests {
  @Test(arguments: allPairings.indices)
  func `the event run takes the textbook time on an idle full mesh`(index: Int) throws {
    let (kind, algorithm) = allPairings[index]
    for n in rankCounts where isLegal(kind, algorithm, n) {
      let fabric = try Fabric(.flat(n))
      let request = CollectiveRequest(
        kind, algorithm, bytes: kind == .barrier ? .zero : .mebibytes(64), ranks: fabric.devices)
      let unfolded = try simulate(request, on: fabric, folded: false)
      let folded = try simulate(request, on: fabric, folded: true)
      let group = RankGroup(
        rankCount: n, bytes: Double(request.bytes.bytes),
        hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9))
      let pattern = try #require(algorithm.pattern(for: kind))
      let textbook = try #require(pattern.textbookTime(for: group))
      let name: Comment = "\(kind.rawValue) \(algorithm.rawValue) n = \(n)"
      // A tick may be lost to rounding at every step.
      let slack = 1e-9 * textbook + 1e-12 * Double(try pattern.schedule(for: group).stepCount)
      #expect((unfolded.duration.seconds - textbook).magnitude <= slack, name)
      #expect((folded.duration.seconds - textbook).magnitude <= slack, name)
      #expect((try closedForm(request, on: fabric).duration.seconds - textbook).magnitude <= slack, name)
      // Chains and binomial trees, and ranks beyond a power of two, pause in some steps: equal, but not by a
      // general rule.
      let isFolding = kind == .allReduce && (algorithm == .rabenseifner || algorithm == .recursiveDoubling)
      let everyStepIsFull =
        algorithm != .binomial && algorithm != .scatterAllGather && (!isFolding || n & (n - 1) == 0)
      if everyStepIsFull && (algorithm != .ring || !kind.hasRoot) { #expect(folded.isExact, name) }
      #expect(unfolded.sendCount == folded.sendCount, name)
      #expect(agree(unfolded.bytesSent, unfolded.bytesReceived, relative: 1e-12), name)
      #expect(agree(unfolded.bytesSent, folded.bytesSent), name)
      for (one, other) in zip(unfolded.bytesOnLink, folded.bytesOnLink) { #expect(agree(one, other), name) }
      #expect(try CollectiveModel(on: fabric).bytesOnLinks(request) == folded.bytesOnLink, name)
      for (one, other) in zip(unfolded.stepEnds, folded.stepEnds) {
        #expect((one.ticks - other.ticks).magnitude <= unfolded.sendCount, name)
      }
    }
  }

  @Test(arguments: [CollectiveAlgorithm.ring, .recursiveDoubling, .rabenseifner, .reduceScatterAllGather])
  func `reduction arithmetic is charged per reduced byte`(algorithm: CollectiveAlgorithm) throws {
    for n in [2, 3, 5, 8, 16] {
      let fabric = try Fabric(.flat(n))
      // γ of 1 ps a byte: 1 TB/s.
      let request = CollectiveRequest(
        .allReduce, algorithm, bytes: .mebibytes(64), ranks: fabric.devices, reductionSecondsPerByte: 1e-12)
      let group = RankGroup(
        rankCount: n, bytes: Double(request.bytes.bytes),
        hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9), reductionSecondsPerByte: 1e-12)
      let textbook = try #require(algorithm.pattern(for: .allReduce)?.textbookTime(for: group))
      let unfolded = try simulate(request, on: fabric, folded: false).duration.seconds
      let folded = try simulate(request, on: fabric).duration.seconds
      #expect((unfolded - textbook).magnitude <= 1e-9 * textbook + 1e-10, "n = \(n)")
      #expect((folded - textbook).magnitude <= 1e-9 * textbook + 1e-10, "n = \(n)")
    }
  }

  @Test func `folded and unfolded agree in rounds with reduction too`() throws {
    for n in 2...17 {
      let fabric = try Fabric(.flat(n))
      let request = CollectiveRequest(
        .allReduce, .tree, bytes: .mebibytes(8), ranks: fabric.devices, reductionSecondsPerByte: 1e-12,
        chunkCount: 5)
      let unfolded = try simulate(request, on: fabric, folded: false).duration.seconds
      let folded = try simulate(request, on: fabric).duration.seconds
      #expect((unfolded - folded).magnitude <= 1e-9 * unfolded + 1e-10, "n = \(n)")
    }
  }

  @Test func `a ring over nodes pays the port in every step`() throws {
    // 4 nodes of 8: n = 32, S = 64 MiB, chunk 2 MiB. The boundary hop is the slowest: 6 µs of latency,
    // 2 MiB / 50 GB/s = 41.943 µs. 62 steps of 47.943 µs.
    let fabric = try Fabric(.nodesOfEight(4))
    let request = CollectiveRequest(.allReduce, .ring, bytes: .mebibytes(64), ranks: fabric.devices)
    let expected: Double = 62 * (6e-6 + 2_097_152 / 50e9)
    for folded in [true, false] {
      let run = try simulate(request, on: fabric, folded: folded)
      #expect(agree(run.duration.seconds, expected), "folded: \(folded)")
      #expect(run.isExact)
      // Each node's port passes 62 chunks out and 62 in, no more: node by node it is crossed once.
      #expect(agree(run.bytesOnLink[Int(fabric.port(of: NodeID(0)).out.index)], 62 * 2_097_152))
    }
  }

  @Test func `hierarchical uses every device's share of the port`() throws {
    // 4 nodes of 8, S = 64 MiB. Inside: 7 steps of 1 µs + 8 MiB / 400 GB/s, twice. Between: 6 steps of
    // 6 µs + 2 MiB / (50 GB/s / 8), eight rings on one port.
    let fabric = try Fabric(.nodesOfEight(4))
    let request = CollectiveRequest(.allReduce, .hierarchical, bytes: .mebibytes(64), ranks: fabric.devices)
    let inside: Double = 1e-6 + 8_388_608 / 400e9
    let between: Double = 6e-6 + 8 * 2_097_152 / 50e9
    let expected = 14 * inside + 6 * between
    for folded in [true, false] {
      let run = try simulate(request, on: fabric, folded: folded)
      #expect(agree(run.duration.seconds, expected), "folded: \(folded)")
    }
    let ring = try simulate(
      CollectiveRequest(.allReduce, .ring, bytes: .kibibytes(64), ranks: fabric.devices), on: fabric)
    let small = try simulate(
      CollectiveRequest(.allReduce, .hierarchical, bytes: .kibibytes(64), ranks: fabric.devices), on: fabric)
    #expect(small.duration < ring.duration)
  }
}
