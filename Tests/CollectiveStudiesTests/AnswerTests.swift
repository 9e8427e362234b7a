import CollectiveStudies
import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

/// α = 2 µs, B = 10 GB/s between nodes of one device.
private func fabric(_ nodes: Int) throws -> Fabric {
  try Fabric(
    .flat(
      nodes, .leafSwitch,
      link: LinkClass(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(2))))
}

/// Eight H100 with NVLink 4.
private let system = NCCLSystem(
  generation: .hopper, rankCount: 8, channelCount: 24, insideRate: 15, hasNVLS: true,
  calibration: .measured(.hopper))

private func question(
  _ kind: CollectiveKind, _ sizes: [Int64], nodes: Int = 4,
  _ change: (inout CollectiveQuestion) -> Void = { _ in }
) throws -> CollectiveQuestion {
  let fabric = try fabric(nodes)
  var question = CollectiveQuestion(
    kind, sizes: sizes.map { ByteCount($0) }, on: fabric, ranks: fabric.devices)
  change(&question)
  return question
}

private func seconds(_ answer: CollectiveAnswer, _ algorithm: CollectiveAlgorithm) -> [Double] {
  answer.rows.compactMap { row in
    row.times.first { $0.method == .schedule(algorithm) }?.duration.seconds
  }
}

private func isClose(_ a: Double?, _ b: Double) -> Bool {
  a.map { ($0 - b).magnitude <= 1e-6 * b.magnitude } ?? false
}

@Suite("The answer about a collective") struct AnswerTests {
  @Test(arguments: ScheduleTiming.allCases)
  func `is the sum by hand, however it is timed`(timing: ScheduleTiming) throws {
    let answer = try question(.allReduce, [4_000_000, 400_000_000]) { $0.timing = timing }.answer()
    // Ring of 4: 6 × (2 µs + S/4 / 10 GB/s) = 6 × 102 µs and 6 × 10,002 µs.
    let ring = seconds(answer, .ring)
    #expect(isClose(ring[0], 612e-6))
    #expect(isClose(ring[1], 60_012e-6))
    // Recursive doubling: 2 × (2 µs + S / 10 GB/s).
    #expect(isClose(seconds(answer, .recursiveDoubling)[0], 804e-6))
    // Rabenseifner: 2 × (2 + 200) µs + 2 × (2 + 100) µs.
    #expect(isClose(seconds(answer, .rabenseifner)[0], 608e-6))
  }

  @Test func `gives bandwidths by the convention of nccl-tests`() throws {
    let answer = try question(.allReduce, [4_000_000]).answer()
    let time = SimDuration.microseconds(612)
    #expect(isClose(answer.algorithmBandwidth(ByteCount(4_000_000), in: time), 4e6 / 612e-6))
    #expect(isClose(answer.busBandwidth(ByteCount(4_000_000), in: time), 1.5 * 4e6 / 612e-6))
    #expect(answer.busBandwidth(ByteCount(4_000_000), in: .zero) == nil)
  }

  @Test(arguments: [
    (CollectiveKind.allReduce, 1.75, Int64(256), "sum", -1), (.reduceScatter, 0.875, 32, "sum", -1),
    (.allGather, 0.875, 32, "none", -1), (.allToAll, 0.875, 32, "none", -1), (.gather, 0.875, 32, "none", 0),
    (.scatter, 0.875, 32, "none", 0), (.broadcast, 1, 256, "none", 0), (.reduce, 1, 256, "sum", 0),
    (.sendReceive, 1, 256, "none", -1),
  ])
  func `counts, names and factors are those of nccl-tests for eight ranks`(
    kind: CollectiveKind, factor: Double, count: Int64, reduction: String, root: Int
  ) {
    #expect(kind.busFactor(rankCount: 8) == factor)
    #expect(kind.elementCount(ByteCount(Int64(1024)), of: .float, rankCount: 8) == count)
    #expect(kind.reductionName == reduction)
    #expect(kind.rootIndex == root)
  }

  @Test func `takes the least schedule of those that auto may take`() throws {
    let answer = try question(.allReduce, [8, 400_000_000], nodes: 8).answer()
    for row in answer.rows {
      let choice = try #require(row.choice)
      let automatic = row.times.filter { time in
        CollectiveKind.allReduce.automaticAlgorithms.contains { time.method == .schedule($0) }
      }
      #expect(automatic.allSatisfy { $0.duration >= choice.duration })
    }
    // 8 B: latency alone, so the fewest steps; 400 MB: Rabenseifner's fewer steps at the ring's bytes.
    #expect(answer.rows[0].choice?.method == .schedule(.recursiveDoubling))
    #expect(answer.rows[1].choice?.method == .schedule(.rabenseifner))
  }

  @Test func `takes what NCCL's model takes`() throws {
    let sizes: [Int64] = [8, 4096, 1 << 20, 1 << 26, 1 << 32]
    for kind in [CollectiveKind.allReduce, .allGather, .reduceScatter, .broadcast, .reduce, .allToAll] {
      let answer = try question(kind, sizes, nodes: 8) {
        $0.tuners = [NCCLTuner(system)]
        $0.tuner = .nccl
      }.answer()
      for row in answer.rows {
        let expected = try #require(ncclChoice(kind, bytes: row.bytes, on: system))
        let choice = try #require(row.choice)
        guard case .library(.nccl, let library) = choice.method else {
          Issue.record("\(kind) is taken by \(choice.method)")
          continue
        }
        #expect(library.name == (expected.algorithm?.rawValue ?? "send_receive"))
        #expect(library.channelProtocol == expected.channelProtocol)
        #expect(choice.duration == expected.time)
      }
    }
  }

  @Test func `takes a calibration's line`() throws {
    let calibration = CollectiveCalibration(
      kind: .allReduce, rankCount: 4, nodeCount: 4, device: "d", source: "s",
      classes: [
        .init(
          from: ByteCount(8), to: ByteCount(1024), cost: HopCost(latency: 1e-5, secondsPerByte: 0),
          residual: 0),
        .init(
          from: ByteCount(1024), to: ByteCount(4096), cost: HopCost(latency: 2e-5, secondsPerByte: 1e-9),
          residual: 0),
      ])
    let answer = try question(.allReduce, [1, 1023, 1024, 1_000_000]) {
      $0.calibration = calibration
      $0.tuner = .calibration
    }.answer()
    // Below the first class its line, beyond the last one that one's: 20 µs + 1 ms.
    let times = answer.rows.map { $0.choice?.duration.seconds }
    for (time, expected) in zip(times, [1e-5, 1e-5, 2.1024e-5, 1.02e-3]) { #expect(isClose(time, expected)) }
  }

  @Test func `says by name which algorithms cannot`() throws {
    let answer = try question(.allGather, [1024], nodes: 3).answer()
    #expect(answer.refusals.map(\.name) == ["recursive_doubling", "hierarchical"])
    #expect(
      answer.refusals.map(\.reason) == [
        "recursive_doubling all_gather needs a power of two of ranks, not 3",
        "hierarchical needs ranks node by node, on two nodes or more with equally many, at least two, on each",
      ])
    #expect(seconds(answer, .ring).count == 1)
  }

  @Test func `does not depend on the number of threads`() throws {
    let asked = try question(.allReduce, [8, 1 << 20, 1 << 28], nodes: 6)
    let (one, many) = (asked.answer(), asked.answer(threads: 4))
    #expect(one.rows == many.rows)
    #expect(one.refusals == many.refusals)
  }

  @Test(arguments: CollectiveKind.allCases)
  func `larger buffers never take less`(kind: CollectiveKind) throws {
    let sizes = kind == .barrier ? [0, 0] : (3...28).map { Int64(1) << $0 }
    let answer = try question(kind, sizes, nodes: kind == .sendReceive ? 2 : 8).answer()
    for algorithm in kind.algorithms where algorithm != .hierarchical {
      let times = seconds(answer, algorithm)
      #expect(times.count == sizes.count)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }
}

@Suite("Sizes of a command line") struct CollectiveSizesTests {
  @Test func `are one, a list or a range`() throws {
    func sizes(_ text: String, factor: Int = 2) throws -> [Int64] {
      try readSizes(text, option: "--size", factor: factor).map(\.bytes)
    }
    #expect(try sizes("1GiB") == [1 << 30])
    #expect(try sizes("8B, 1KiB,1 MB") == [8, 1024, 1_000_000])
    #expect(try sizes("8B..64B") == [8, 16, 32, 64])
    #expect(try sizes("8B..1KiB", factor: 10) == [8, 80, 800])
    #expect(try sizes("8B..8B") == [8])
  }

  @Test(arguments: [
    ("8", "--size:1:1: '8' has no unit\n  mend: write it like 1GiB, 8B,1KiB or 8B..8GiB"),
    ("8B,x", "--size:1:4: 'x' does not start with a number\n  mend: write it like 1GiB, 8B,1KiB or 8B..8GiB"),
    ("8B..8Gib", "--size:1:5: unknown unit 'Gib'\n  mend: write it like 1GiB, 8B,1KiB or 8B..8GiB"),
    (
      "0B",
      "--size:1:1: 0B is out of range: whole bytes, 1 B to 1 PiB\n"
        + "  mend: write it like 1GiB, 8B,1KiB or 8B..8GiB"
    ),
    ("8KiB..8B", "--size:1:1: the range ends before it begins\n  mend: write the smaller size first"),
  ])
  func `are refused with their place`(text: String, message: String) {
    #expect(message == refusal { try readSizes(text, option: "--size", factor: 2) })
  }
}
