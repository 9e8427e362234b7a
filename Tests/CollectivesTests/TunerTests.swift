import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Tuners") struct TunerTests {
  let sizes = [ByteCount(8), ByteCount(1000), .kibibytes(16), .kibibytes(300), .mebibytes(3), .gibibytes(1)]

  @Test(arguments: Array(2...17) + [64])
  func `what a library takes runs on a fabric`(n: Int) throws {
    let fabric = try Fabric(.flat(n, .leafSwitch))
    for kind in CollectiveKind.allCases {
      for bytes in sizes {
        let request = CollectiveRequest(
          kind, bytes: kind == .barrier ? .zero : bytes, ranks: fabric.devices)
        for tuner in [OpenMPITuner() as any CollectiveTuner, MPICHTuner()] {
          let name: Comment = "\(tuner.name) \(kind) \(bytes.bytes) n = \(n)"
          guard let choice = try tuner.choice(for: kind, bytes: request.bytes, among: n) else {
            #expect(kind == .sendReceive && n > 2, name)
            continue
          }
          #expect(kind.algorithms.contains(choice.algorithm), name)
          var tuned = request
          tuned.algorithm = choice.algorithm
          tuned.chunkCount = choice.chunkCount
          #expect(try closedForm(tuned, on: fabric).duration > .zero, name)
        }
      }
    }
  }

  @Test func `Open MPI's rules by ranks and bytes`() {
    let tuner = OpenMPITuner()
    func name(_ kind: CollectiveKind, _ bytes: Int64, _ n: Int) -> String? {
      tuner.choice(for: kind, bytes: ByteCount(bytes), among: n)?.libraryName
    }
    // All-reduce among 8 to 15 ranks: recursive doubling below 8 KiB.
    #expect(name(.allReduce, 8191, 8) == "recursive_doubling")
    #expect(name(.allReduce, 8192, 15) == "rabenseifner")
    #expect(name(.allReduce, 100_000, 3) == "segmented_ring")
    #expect(name(.allReduce, 2047, 5000) == "nonoverlapping")
    #expect(name(.broadcast, 2_000_000, 20) == "scatter_allgather")
    #expect(name(.broadcast, 100, 40) == "binomial")
    // One rank's block decides: 64 ranks of 512 B, then of 511 B.
    #expect(name(.allGather, 64 * 512, 64) == "neighbor")
    #expect(name(.allGather, 64 * 511, 64) == "recursive_doubling")
    #expect(name(.allToAll, 64 * 1023, 64) == "bruck")
    #expect(name(.allToAll, 64 * 262_144, 64) == "pairwise")
    #expect(name(.gather, 1 << 30, 100) == "binomial")
    #expect(name(.scatter, 100 * 1000, 100) == "linear_nb")
    #expect(name(.reduce, 1, 2) == "rabenseifner")
    #expect(name(.barrier, 0, 300) == "tree")
    #expect(name(.reduceScatter, 300_000, 16) == "ring")
    #expect(name(.allReduce, 8, 1) == nil)
    // Gathers of no power of two go by Bruck's steps.
    #expect(tuner.choice(for: .allGather, bytes: ByteCount(120), among: 12)?.algorithm == .bruck)
    #expect(tuner.choice(for: .allGather, bytes: ByteCount(120), among: 16)?.algorithm == .recursiveDoubling)
    // Chains run unsegmented.
    #expect(tuner.choice(for: .broadcast, bytes: .mebibytes(2), among: 6)?.chunkCount == 1)
    #expect(tuner.choice(for: .broadcast, bytes: ByteCount(1000), among: 16)?.isApproximate == true)
  }

  @Test func `MPICH's rules by ranks and bytes`() {
    let tuner = MPICHTuner()
    func algorithm(_ kind: CollectiveKind, _ bytes: Int64, _ n: Int) -> CollectiveAlgorithm? {
      tuner.choice(for: kind, bytes: ByteCount(bytes), among: n)?.algorithm
    }
    #expect(algorithm(.broadcast, 12287, 64) == .binomial)
    #expect(algorithm(.broadcast, 12288, 64) == .scatterAllGather)
    #expect(algorithm(.broadcast, 1 << 30, 7) == .binomial)
    #expect(algorithm(.allReduce, 2048, 12) == .recursiveDoubling)
    #expect(algorithm(.allReduce, 2049, 12) == .rabenseifner)
    #expect(algorithm(.allGather, 524_287, 16) == .recursiveDoubling)
    #expect(algorithm(.allGather, 524_288, 16) == .ring)
    #expect(algorithm(.allGather, 81919, 12) == .bruck)
    #expect(algorithm(.allGather, 81920, 12) == .ring)
    #expect(algorithm(.allToAll, 8 * 256, 8) == .bruck)
    #expect(algorithm(.allToAll, 7 * 256, 7) == .direct)
    #expect(algorithm(.allToAll, 8 * 32769, 8) == .pairwise)
    #expect(algorithm(.reduceScatter, 524_287, 6) == .rabenseifner)
    #expect(algorithm(.reduceScatter, 524_288, 6) == .pairwise)
    #expect(algorithm(.gather, 8, 5) == .binomial)
    #expect(algorithm(.allReduce, 8, 0) == nil)
  }

  @Test func `the least closed form is what auto takes`() throws {
    let fabric = try Fabric(.nodesOfEight(4))
    let tuner = LeastClosedForm(on: fabric, ranks: fabric.devices)
    for bytes in sizes {
      let request = CollectiveRequest(.allReduce, bytes: bytes, ranks: fabric.devices)
      let automatic = try closedForm(request, on: fabric)
      let tuned = try #require(try request.tuned(by: tuner))
      #expect(tuned.algorithm == automatic.algorithm)
      #expect(try closedForm(tuned, on: fabric).duration == automatic.duration)
    }
  }

  @Test func `NCCL's choice is its tuning model's`() throws {
    let system = NCCLSystem(
      generation: .hopper, rankCount: 16, nodeCount: 2, channelCount: 16, insideRate: 22.5, betweenRate: 25,
      portCount: 8, hasNVLS: true)
    let tuner = NCCLTuner(system)
    for kind in [CollectiveKind.allReduce, .allGather, .reduceScatter, .broadcast] {
      for bytes in sizes {
        let model = try #require(ncclChoice(kind, bytes: bytes, on: system))
        let choice = try #require(tuner.choice(for: kind, bytes: bytes, among: 16))
        #expect(choice.libraryName == model.algorithm?.rawValue)
        #expect(choice.channelProtocol == model.channelProtocol)
        #expect(choice.time == model.time)
        #expect(kind.algorithms.contains(choice.algorithm))
        // Trees of a node's devices and of nodes put on ports what levels do.
        let isTree = model.algorithm == .tree || model.algorithm == .nvlsTree
        #expect(!isTree || choice.algorithm == .hierarchical && choice.isApproximate)
      }
    }
    #expect(tuner.choice(for: .allReduce, bytes: ByteCount(8), among: 8) == nil)
    #expect(tuner.choice(for: .gather, bytes: ByteCount(8), among: 16) == nil)
    #expect(tuner.choice(for: .allToAll, bytes: ByteCount(8), among: 16)?.algorithm == .direct)
  }

  @Test func `RCCL's choice on one node of eight`() throws {
    let system = RCCLSystem(generation: .gfx942, rankCount: 8, insideBandwidth: 336)
    let tuner = RCCLTuner(system)
    // 64 KiB, ring and LL: 12 + 14 × 0.8 µs + 65,536 / (336 GB/s × 0.08 × 8/14). A tree with LL: 12 + 14 × 0.9
    // + 65,536 / (336 × 0.06 / 2). A ring with Simple: 17 + 14 × 2.1 + 65,536 / (336 × 8/14).
    let small = try #require(tuner.choice(for: .allReduce, bytes: .kibibytes(64), among: 8))
    #expect(small.algorithm == .ring && small.channelProtocol == .ll)
    let expected: Double = 12 + 11.2 + 65.536 / (336 * 0.08 * 8 / 14)
    #expect(agree(try #require(small.time).seconds, expected * 1e-6, relative: 1e-6))
    let large = try #require(tuner.choice(for: .allReduce, bytes: .gibibytes(1), among: 8))
    #expect(large.algorithm == .ring && large.channelProtocol == .simple)
    let bandwidth: Double = 336e9 * 8 / 14
    #expect(
      agree(try #require(large.time).seconds, 46.4e-6 + 1_073_741_824 / bandwidth, relative: 1e-6))
    #expect(tuner.choice(for: .barrier, bytes: .zero, among: 8) == nil)
    #expect(tuner.choice(for: .allReduce, bytes: .zero, among: 9) == nil)
    // Two algorithms by three protocols, but no tree with Simple inside a node.
    #expect(tuner.candidates(for: .allReduce, bytes: .gibibytes(1), among: 8).count == 5)
    #expect(tuner.candidates(for: .allReduce, bytes: .gibibytes(1), among: 8).contains(large))
  }

  @Test func `RCCL's protocol between nodes follows the size`() throws {
    let system = RCCLSystem(
      generation: .gfx942, rankCount: 32, nodeCount: 4, insideBandwidth: 336, betweenBandwidth: 400)
    let tuner = RCCLTuner(system)
    func channelProtocol(_ kind: CollectiveKind, _ bytes: Int64) -> NCCLProtocol? {
      tuner.choice(for: kind, bytes: ByteCount(bytes), among: 32)?.channelProtocol
    }
    #expect(channelProtocol(.allReduce, 1_048_576) == .ll)
    #expect(channelProtocol(.allReduce, 1_048_577) == .ll128)
    // 3.8 times 9 MiB on more than two nodes.
    #expect(channelProtocol(.allReduce, 35_861_299) == .ll128)
    #expect(channelProtocol(.allReduce, 35_861_300) == .simple)
    // Its estimates between nodes rank and are no times.
    #expect(tuner.choice(for: .allReduce, bytes: .gibibytes(1), among: 32)?.time == nil)
    #expect(tuner.candidates(for: .allReduce, bytes: .gibibytes(1), among: 32).isEmpty)
    // One rank's share of a gather: up to 96 KiB with LL.
    #expect(channelProtocol(.allGather, 32 * 98304) == .ll)
    #expect(channelProtocol(.allGather, 32 * 98305) == .ll128)
    #expect(channelProtocol(.allGather, 32 * 5_046_273) == .simple)
    // Of a reduce-scatter LL128 begins at 128 KiB, where LL would go on to 640 KiB.
    #expect(channelProtocol(.reduceScatter, 32 * 131_072) == .ll)
    #expect(channelProtocol(.reduceScatter, 32 * 131_073) == .ll128)
    var without = system
    without.hasLL128 = false
    #expect(
      RCCLTuner(without).choice(for: .reduceScatter, bytes: ByteCount(32 * 131_073), among: 32)?
        .channelProtocol == .ll)
  }
}
