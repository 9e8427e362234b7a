import CollectiveStudies
import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

/// Four nodes of four devices: 100 GB/s and 1 µs inside, a port of 50 GB/s and 5 µs between.
private func fabric() throws -> Fabric {
  try Fabric(
    ClusterShape(
      nodeCount: 4, devicesPerNode: 4,
      intraNode: LinkClass(bandwidth: .gigabytesPerSecond(100), latency: .microseconds(1)),
      interNode: LinkClass(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(5))))
}

private func answer(
  _ kind: CollectiveKind, _ sizes: [Int64], _ change: (inout CollectiveQuestion) -> Void
) throws -> CollectiveAnswer {
  let fabric = try fabric()
  var question = CollectiveQuestion(
    kind, sizes: sizes.map { ByteCount($0) }, on: fabric, ranks: fabric.devices)
  change(&question)
  return question.answer(threads: 2)
}

@Suite("The answers of libraries and graphs") struct LibraryAnswerTests {
  @Test(arguments: ScheduleTiming.allCases)
  func `rules take a schedule's time under the library's name`(timing: ScheduleTiming) throws {
    for kind in CollectiveKind.allCases where kind != .sendReceive && kind != .barrier {
      let answer = try answer(kind, [256, 100_000, 4_000_000]) {
        $0.timing = timing
        $0.tuners = [OpenMPITuner(), MPICHTuner()]
        $0.tuner = .mpich
      }
      for row in answer.rows {
        let choice = try #require(MPICHTuner().choice(for: kind, bytes: row.bytes, among: 16))
        let library = LibraryAlgorithm(choice)
        #expect(row.choice?.method == .library(.mpich, library), "\(kind) \(row.bytes)")
        #expect(library.name == choice.libraryName && library.pattern == choice.algorithm)
        // Chunks are not fixed by MPICH, so that the pattern alone takes as long.
        let alike = row.times.first { $0.method == .schedule(choice.algorithm) }
        #expect(row.choice?.duration == alike?.duration, "\(kind) \(row.bytes)")
        #expect(row.picks.map(\.tuner) == [.openMPI, .mpich, .least])
      }
    }
  }

  @Test func `a library with a model shows all that it compares`() throws {
    let system = RCCLSystem(generation: .gfx942, rankCount: 16, insideBandwidth: 336)
    let answer = try answer(.allReduce, [65536, 1 << 30]) {
      $0.tuners = [RCCLTuner(system)]
      $0.tuner = .rccl
    }
    for row in answer.rows {
      let choice = try #require(RCCLTuner(system).choice(for: .allReduce, bytes: row.bytes, among: 16))
      #expect(row.choice?.duration == choice.time)
      let own = row.times.filter { if case .library(.rccl, _) = $0.method { true } else { false } }
      #expect(own.count == 5)
      #expect(own.map(\.duration).min() == choice.time)
    }
  }

  @Test func `chunk orders are the pipeline in closed form and its messages else`() throws {
    for timing in ScheduleTiming.allCases {
      let graph = GraphAlgorithm(themisOver: [4, 4])
      let answer = try answer(.allReduce, [64_000_000]) {
        $0.timing = timing
        $0.graphs = [graph]
      }
      let fabric = try fabric()
      let themis = try DimensionalCollective.themis(
        .allReduce, bytes: 64e6,
        over: try CollectiveModel(on: fabric).dimensions([4, 4], of: fabric.devices),
        chunkCount: GraphAlgorithm.chunkCount)
      let messages = try simulate(themis.graph(), ranks: fabric.devices, on: fabric).duration.seconds
      let time = try #require(answer.rows[0].times.last)
      #expect(time.method == .graph(.chunkOrders, "themis"))
      #expect(
        agree(
          time.duration.seconds, timing == .closedForm ? themis.makespan : messages, relative: 1e-6))
      // Schedules alone are what `least` chooses from.
      #expect(answer.rows[0].choice?.method != time.method)
    }
  }

  @Test func `a graph alone is the choice, and one with too many messages is refused`() throws {
    let alone = try answer(.allGather, [1 << 20]) {
      $0.algorithms = []
      $0.graphs = [GraphAlgorithm(themisOver: [4, 4])]
    }
    #expect(alone.rows[0].choice?.method == .graph(.chunkOrders, "themis"))
    let refused = try answer(.allReduce, [1 << 20]) {
      $0.graphs = [GraphAlgorithm(themisOver: [4, 4], mostMessages: 100)]
    }
    // 16 ranks × (3 + 3) × 16 chunks, there and back.
    #expect(refused.refusals.last?.name == "themis")
    #expect(
      refused.refusals.last?.reason
        == "bad schedule: 3072 messages, of which 100 are run one by one here")
  }

  @Test func `a file's messages run at the sizes that it is meant for`() throws {
    let ring = CollectiveAlgorithm.ring.pattern(for: .allReduce)
    let answer = try answer(.allReduce, [1000, 1_600_000, 16_000_000]) { question in
      question.graphs = [
        GraphAlgorithm(file: "mine") { bytes in
          guard bytes.bytes >= 10_000, let ring else { return nil }
          let hop = HopCost(latency: 0, secondsPerByte: 0)
          let group = RankGroup(rankCount: 16, bytes: Double(bytes.bytes), hop: hop)
          return (try? ring.schedule(for: group)).map { MessageGraph($0) }
        }
      ]
    }
    #expect(!answer.rows[0].times.contains { $0.method == .graph(.file, "mine") })
    for row in answer.rows.dropFirst() {
      let mine = try #require(row.times.last)
      let built = row.times.first { $0.method == .schedule(.ring) }
      #expect(mine.method == .graph(.file, "mine"))
      #expect(agree(mine.duration.seconds, try #require(built).duration.seconds, relative: 0.02))
    }
  }

  @Test func `levels of the network's own order the fixed one`() throws {
    func hierarchical(_ levels: [Int]?) throws -> SimDuration? {
      try answer(.allReduce, [1 << 20]) {
        $0.levels = levels
        $0.algorithms = [.hierarchical]
      }.rows[0].choice?.duration
    }
    #expect(try hierarchical([4, 4]) == hierarchical(nil))
    #expect(try hierarchical([4, 2, 2]) != hierarchical(nil))
  }
}
