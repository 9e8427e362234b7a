import Collectives
import Quantities
import Testing

/// Eight devices on 24 channels of 15 GB/s, by NCCL's own tables.
private func oneNode(_ generation: NCCLGeneration = .hopper, ranks: Int = 8, nvls: Bool = false) -> NCCLSystem
{
  NCCLSystem(
    generation: generation, rankCount: ranks, channelCount: 24, insideRate: 15, hasNVLS: nvls)
}

/// Nodes of eight devices with eight ports of 50 GB/s, two channels to a port.
private func nodes(_ count: Int, perNode: Int = 8, collNet: Bool = false) -> NCCLSystem {
  NCCLSystem(
    generation: .hopper, rankCount: count * perNode, nodeCount: count, channelCount: 16, insideRate: 22.5,
    betweenRate: 25, portCount: 8, networkLatency: 1, hasNVLS: true, hasCollNet: collNet)
}

private func microseconds(
  _ kind: CollectiveKind, _ bytes: Int64, _ system: NCCLSystem, _ algorithm: NCCLAlgorithm,
  _ proto: NCCLProtocol
) throws -> Double {
  try #require(ncclTime(kind, bytes: ByteCount(bytes), on: system, algorithm, proto)).seconds * 1e6
}

private func near(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude <= 1e-6 * b.magnitude }

@Suite("NCCL's tuning model") struct NCCLModelTests {
  @Test func `a ring with LL among eight devices of a node`() throws {
    // 14 steps: 6.6 + 14 · 0.6 = 15 µs. Bus min(141, 360/2) = 141 GB/s, times 8/14.
    // 1 MiB / (141 · 8/14) GB/s = 1048576 / 80571.43 = 13.01424 µs.
    let time = try microseconds(.allReduce, 1 << 20, oneNode(), .ring, .ll)
    #expect(near(time, 15 + 1_048_576 / (1000 * 141 * 8.0 / 14)))
    #expect(abs(time - 28.01424) < 1e-4)
  }

  @Test func `a ring with LL128 and Simple in a node`() throws {
    // LL128: 14 + 14 · 1.9 = 40.6 µs; min(0.92 · 360, 24 · 36.7) = 331.2 GB/s, times 8/14.
    let ll128 = try microseconds(.allReduce, 1 << 24, oneNode(), .ring, .ll128)
    #expect(near(ll128, 40.6 + 16_777_216 / (331.2e3 * 8 / 14)))
    // Simple, gather: 7 steps, 8.4 + 7 · 3.4 = 32.2 µs; 360 · 8/7 GB/s.
    let simple = try microseconds(.allGather, 1 << 24, oneNode(), .ring, .simple)
    #expect(near(simple, 32.2 + 16_777_216 / (360e3 * 8 / 7)))
  }

  @Test func `a tree with Simple among sixteen nodes`() throws {
    // 7 hops inside of 4 µs and log2 16 = 4 hops of 14 + 2 · 1 µs, up and down: 8.4 + 2 (28 + 64) = 192.4.
    // 16 channels of min(0.92 · 22.5, 36) = 20.7 give 331.2 GB/s, halved: 165.6.
    // Size ⌊log2(2^30 / 64)⌋ = 24, so no correction.
    let time = try microseconds(.allReduce, 1 << 30, nodes(16), .tree, .simple)
    #expect(near(time, 192.4 + 1_073_741_824 / 165.6e3))
    // 4 MiB: ⌊log2(2^22 / 64)⌋ = 16, factor 0.7.
    let corrected = try microseconds(.allReduce, 1 << 22, nodes(16), .tree, .simple)
    #expect(near(corrected, 192.4 + 4_194_304 / (0.7 * 165.6e3)))
  }

  @Test func `a ring with Simple across two nodes pays its plateau`() throws {
    // 30 steps, 2 of them between nodes. Inside max(3.4, 3) = 3.4, between 14 + 2 = 16 µs:
    // 8.4 + 28 · 3.4 + 2 · 16 = 135.6; times 1.4 from 64 · 16 · 16 bytes on.
    // 16 · 22.5 = 360 GB/s, times 16/30.
    let large = try microseconds(.allReduce, 1 << 20, nodes(2), .ring, .simple)
    #expect(near(large, 135.6 * 1.4 + 1_048_576 / (360e3 * 16 / 30)))
    let small = try microseconds(.allReduce, 1 << 10, nodes(2), .ring, .simple)
    #expect(near(small, 135.6 + 1024 / (360e3 * 16 / 30)))
  }

  @Test func `reduction in the switch`() throws {
    // 25 µs. Eight heads of 45 GB/s: 8 · 45 · 0.85 · 7/8 · 2 · 8/14 = 306 GB/s.
    let time = try microseconds(.allReduce, 1 << 30, oneNode(nvls: true), .nvls, .simple)
    #expect(near(time, 25 + 1_073_741_824 / 306e3))
    // Between nodes through CollNet: 25 + 18 + 2 · 1; the ports' 400 GB/s, times 64/126.
    let across = try microseconds(.allReduce, 1 << 30, nodes(8, collNet: true), .nvls, .simple)
    #expect(near(across, 45 + 1_073_741_824 / (400e3 * 64 / 126)))
  }

  @Test func `CollNet and PAT`() throws {
    let system = nodes(8, collNet: true)
    // Chain: 2 · 7 · 2.8 + 30 + 2 = 71.2 µs; min(360, 400) / 2.
    #expect(
      near(
        try microseconds(.allReduce, 1 << 30, system, .collNetChain, .simple),
        71.2 + 1_073_741_824 / 180e3))
    // Direct: 2 (3.7 + 0.4 · 7) + 31 + 2 = 46 µs; a device to a port: 360 · 0.85 / 2.
    #expect(
      near(
        try microseconds(.allReduce, 1 << 30, system, .collNetDirect, .simple), 46 + 1_073_741_824 / 153e3))
    // PAT on 16 nodes of one: 8 + 4 · 16 / 3.5 + 2.8 · 16; 0.75 · 360.
    #expect(
      near(
        try microseconds(.allGather, 1 << 30, nodes(16, perNode: 1), .pat, .simple),
        8 + 64 / 3.5 + 44.8 + 1_073_741_824 / 270e3))
  }

  @Test func `the protocol changes from LL to LL128 to Simple with the size`() throws {
    let ring = [NCCLAlgorithm.ring]
    let protocols = (8...33).compactMap {
      ncclChoice(.allReduce, bytes: ByteCount(1 << $0), on: oneNode(.ampere), among: ring)?.channelProtocol
    }
    var changes = protocols.prefix(1)
    for next in protocols where next != changes.last { changes.append(next) }
    #expect(Array(changes) == [.ll, .ll128, .simple])
  }

  @Test func `large messages among Hopper devices are reduced in the switch`() throws {
    for system in [oneNode(nvls: true), calibrated(oneNode(nvls: true))] {
      let choice = try #require(ncclChoice(.allReduce, bytes: .gibibytes(1), on: system))
      #expect(choice.algorithm == .nvls)
      #expect(ncclChoice(.allReduce, bytes: ByteCount(1024), on: system)?.algorithm == .ring)
    }
    #expect(ncclChoice(.allReduce, bytes: .gibibytes(1), on: oneNode())?.algorithm == .ring)
  }

  @Test func `more bytes never take less time, and no ring or tree beats its links`() throws {
    let systems =
      NCCLGeneration.allCases.flatMap { [oneNode($0, nvls: true), calibrated(oneNode($0, nvls: true))] }
      + [nodes(2), nodes(3), nodes(16), nodes(64, collNet: true), nodes(4, perNode: 1)]
    let kinds: [CollectiveKind] = [.allReduce, .allGather, .reduceScatter, .broadcast, .reduce, .allToAll]
    for system in systems {
      for kind in kinds {
        // A ring passes NVLink and ports alike; the sends of an all-to-all each pass one of them.
        let (inside, ports) = (system.insideBandwidth, system.betweenBandwidth)
        let link =
          system.nodeCount == 1 ? inside : kind == .allToAll ? max(inside, ports) : min(inside, ports)
        for algorithms in NCCLAlgorithm.allCases.map({ [$0] }) + [NCCLAlgorithm.allCases] {
          var previous = SimDuration.zero
          for exponent in 6...34 {
            let bytes = ByteCount(1 << exponent)
            guard let choice = ncclChoice(kind, bytes: bytes, on: system, among: algorithms) else { continue }
            // A tree's correction factors make steps of their own; the choice does not follow them down.
            if algorithms != [.tree] { #expect(choice.time >= previous, "\(kind) \(algorithms) \(bytes)") }
            previous = choice.time
            let reducesInSwitch: [NCCLAlgorithm?] = [.nvls, .nvlsTree, .collNetDirect, .collNetChain]
            let isTreeOfTwo = choice.algorithm == .tree && system.nodeCount == 2
            if !reducesInSwitch.contains(choice.algorithm) && !isTreeOfTwo {
              #expect(choice.busBandwidth.bytesPerSecond <= link * 1.000001e9)
            }
          }
        }
      }
    }
  }

  @Test func `what is not there is not offered`() {
    let bytes = ByteCount.mebibytes(1)
    #expect(ncclTime(.allGather, bytes: bytes, on: oneNode(), .tree, .simple) == nil)
    #expect(ncclTime(.allReduce, bytes: bytes, on: oneNode(), .nvls, .simple) == nil)
    #expect(ncclTime(.allReduce, bytes: bytes, on: oneNode(.ampere, nvls: true), .nvls, .simple) == nil)
    #expect(ncclTime(.allReduce, bytes: bytes, on: nodes(2), .nvls, .simple) == nil)
    #expect(ncclTime(.allGather, bytes: bytes, on: nodes(2), .pat, .simple) == nil)
    #expect(ncclTime(.allReduce, bytes: bytes, on: nodes(2), .collNetDirect, .simple) == nil)
    var pci = oneNode()
    pci.insidePath = .pci
    #expect(ncclTime(.allReduce, bytes: bytes, on: pci, .ring, .ll128) == nil)
    for kind in [CollectiveKind.gather, .scatter, .barrier] {
      #expect(ncclChoice(kind, bytes: bytes, on: oneNode()) == nil)
    }
  }

  /// The tables decide where links do not: from one generation, size of cluster or host processor
  /// to the next, LL, LL128, trees and NVLSTree change where their entries do.
  @Test func `tables differ where NCCL's do`() throws {
    func bandwidth(
      _ generation: NCCLGeneration, _ count: Int, _ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol,
      _ host: NCCLHostProcessor = .intel
    ) throws -> Double {
      // Links so fast that the caps decide.
      let system = NCCLSystem(
        generation: generation, rankCount: 8 * count, nodeCount: count, channelCount: 4, insideRate: 1e4,
        betweenRate: 1e4, hostProcessor: host, hasNVLS: true)
      let small = try microseconds(.allReduce, 1 << 40, system, algorithm, proto)
      let large = try microseconds(.allReduce, 1 << 41, system, algorithm, proto)
      return Double(1 << 40) / (large - small) / 1000
    }
    let generations = NCCLGeneration.allCases
    let nodeCounts = [1, 2, 4]
    func table(_ algorithm: NCCLAlgorithm, _ proto: NCCLProtocol, _ counts: [Int], from: Int = 0) throws
      -> [[Double]]
    {
      try generations[from...].map { generation in
        try counts.map { count in
          let ranks = Double(8 * count)
          let ratio = algorithm == .tree ? 0.5 : ranks / (2 * (ranks - 1))
          let channels = proto == .ll ? 1.0 : 4
          return try (bandwidth(generation, count, algorithm, proto) / ratio / channels * 100).rounded() / 100
        }
      }
    }
    #expect(
      try table(.tree, .simple, nodeCounts).flatMap(\.self)
        == [26.5, 18.5, 10, 24, 23.6, 17.8, 38.7, 41.4, 36, 70, 42.8, 24])
    #expect(
      try table(.ring, .ll128, nodeCounts).flatMap(\.self)
        == [20, 20, 20, 20, 20, 20, 36.7, 36.7, 36.7, 40, 40, 40])
    #expect(try table(.nvlsTree, .simple, [2, 4], from: 2).flatMap(\.self) == [115.4, 91, 192, 160])
    // On one node by generation; on several Intel counts as Volta.
    #expect(
      try table(.ring, .ll, nodeCounts).flatMap(\.self)
        == [39, 39, 20.4, 87.7, 39, 20.4, 141, 39, 20.4, 282, 39, 20.4])
    let amd = try bandwidth(.hopper, 4, .ring, .ll, .amd) * 62 / 32
    #expect(near(amd.rounded(), 19))
  }
}

/// The system with its generation's measured constants.
private func calibrated(_ system: NCCLSystem) -> NCCLSystem {
  var system = system
  system.calibration = .measured(system.generation)
  return system
}
