import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Graphs of messages") struct GraphTests {
  @Test(arguments: [ClusterShape.flat(6), .flat(8, .leafSwitch), .nodesOfEight(2)])
  func `a schedule as a graph takes the time of its steps`(shape: ClusterShape) throws {
    let fabric = try Fabric(shape)
    let n = fabric.deviceCount
    let perNode = fabric.devicesPerNode
    for (kind, algorithm) in allPairings where isLegal(kind, algorithm, n) {
      let pattern = try #require(algorithm.pattern(for: kind))
      let request = CollectiveRequest(
        kind, algorithm, bytes: .mebibytes(4), ranks: fabric.devices, reductionSecondsPerByte: 1e-12,
        chunkCount: 3)
      let group = RankGroup(
        rankCount: n, bytes: kind == .barrier ? 0 : 4_194_304, ranksPerNode: perNode,
        hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9), reductionSecondsPerByte: 1e-12, chunkCount: 3)
      let graph = MessageGraph(try pattern.schedule(for: group))
      let steps = try simulate(request, on: fabric, folded: false)
      let run = try simulate(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
      let name: Comment = "\(kind.rawValue) \(algorithm.rawValue) n = \(n)"
      // A tick may be lost to rounding at every message.
      #expect(
        (run.duration.ticks - steps.duration.ticks).magnitude <= 1000
          + UInt64(steps.duration.ticks / 1_000_000_000),
        name)
      #expect(run.sendCount == steps.sendCount, name)
      #expect(agree(run.bytesSent, steps.bytesSent), name)
      #expect(agree(run.bytesReceived, run.bytesSent), name)
      for (one, other) in zip(run.bytesOnLink, steps.bytesOnLink) { #expect(agree(one, other), name) }
      let path = try criticalPath(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
      #expect(path.ticks <= run.duration.ticks + 1000, name)
      #expect(
        run == (try simulate(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)), name)
    }
  }

  @Test func `a relay with work on the way takes what its path takes`() throws {
    // 0 → 1 1 MB, 1 reduces it (1 ps a byte) while it computes 30 µs that came first, 1 → 2 1 MB and at once
    // 0 → 2 1 MB. Links of 50 GB/s and 2 µs: 22 µs; the 30 µs from 0 end first, then 1 µs: 31 µs; alone 22 µs
    // more.
    let fabric = try Fabric(.flat(3))
    var graph = MessageGraph(rankCount: 3)
    let first = graph.append(.send(from: 0, to: 1, bytes: 1e6), after: [])
    let busy = graph.append(.compute(at: 1, seconds: 30e-6), after: [])
    let sum = graph.append(.reduce(at: 1, bytes: 1e6), after: [first])
    let both = graph.append(.join, after: [sum, busy])
    let last = graph.append(.send(from: 1, to: 2, bytes: 1e6), after: [both])
    let run = try simulate(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    #expect(run.stepEnds.map(\.ticks) == [22_000_000, 30_000_000, 31_000_000, 31_000_000, 53_000_000])
    #expect(run.duration == .microseconds(53))
    // Without the work the path is 22 + 1 + 22 µs; with it 30 + 22, for a path does not queue.
    let path = try criticalPath(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    #expect(path == .microseconds(52))
    // A second message into rank 2 shares its port: both of 1 MB at 25 GB/s from when they meet.
    graph.append(.send(from: 0, to: 2, bytes: 1e6), after: [both])
    let shared = try simulate(graph, ranks: fabric.devices, on: fabric, reductionSecondsPerByte: 1e-12)
    #expect(shared.stepEnds[last].ticks == 73_000_000)
    #expect(shared.duration == .microseconds(73))
  }

  @Test func `work may wait for what is added later, but not for itself`() throws {
    let fabric = try Fabric(.flat(2))
    var graph = MessageGraph(rankCount: 2)
    graph.append(.send(from: 0, to: 1, bytes: 0), after: [1])
    graph.append(.compute(at: 0, seconds: 5e-6), after: [])
    #expect(try simulate(graph, ranks: fabric.devices, on: fabric).duration == .microseconds(7))
    #expect(graph.cycle().isEmpty)
    var circle = MessageGraph(rankCount: 2)
    circle.append(.join, after: [])
    circle.append(.join, after: [0, 3])
    circle.append(.join, after: [1])
    circle.append(.join, after: [2])
    circle.append(.join, after: [3])
    #expect(circle.cycle() == [2, 3, 1] || circle.cycle().sorted() == [1, 2, 3])
    #expect(throws: CollectiveError.self) { try simulate(circle, ranks: fabric.devices, on: fabric) }
  }

  @Test func `graphs that do not fit are refused with a reason`() throws {
    let fabric = try Fabric(.flat(2))
    func text(_ build: (inout MessageGraph) -> Void) -> String? {
      var graph = MessageGraph(rankCount: 2)
      build(&graph)
      do throws(CollectiveError) {
        _ = try simulate(graph, ranks: fabric.devices, on: fabric)
        return nil
      } catch { return "\(error)" }
    }
    #expect(
      text { $0.append(.send(from: 0, to: 2, bytes: 1), after: []) }
        == "bad schedule: task 0: a send from 0 to 2 of 2 ranks")
    #expect(
      text { $0.append(.send(from: 1, to: 1, bytes: 1), after: []) }
        == "bad schedule: task 0: rank 1 sends to itself")
    #expect(
      text { $0.append(.send(from: 0, to: 1, bytes: .nan), after: []) }
        == "bad schedule: task 0: a send of nan bytes")
    #expect(
      text { $0.append(.reduce(at: -1, bytes: 1), after: []) }
        == "bad schedule: task 0: work at -1 of 2 ranks")
    #expect(
      text { $0.append(.compute(at: 0, seconds: -1), after: []) } == "bad schedule: task 0: works for -1.0 s")
    #expect(
      text { $0.append(.join, after: [7]) } == "bad schedule: task 0 waits for 7 of 1 tasks")
    #expect(
      text { $0.append(.join, after: [0]) } == "bad schedule: tasks wait for one another: 0, 0")
    #expect(throws: CollectiveError.badSchedule("2 ranks for 1 devices")) {
      try simulate(MessageGraph(rankCount: 2), ranks: [DeviceID(0)], on: fabric)
    }
    #expect(
      text { graph in
        var last: [Int] = []
        for _ in 0..<100 { last = [graph.append(.compute(at: 0, seconds: 1e6), after: last)] }
      } == "bad schedule: it takes over 106 days")
  }

  @Test func `an empty graph takes no time`() throws {
    let fabric = try Fabric(.flat(2))
    #expect(try simulate(MessageGraph(rankCount: 2), ranks: fabric.devices, on: fabric).duration == .zero)
  }
}
