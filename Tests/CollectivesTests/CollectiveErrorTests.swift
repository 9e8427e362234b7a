import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Collective requests") struct CollectiveErrorTests {
  func text(_ request: CollectiveRequest, on fabric: Fabric) -> String? {
    do throws(CollectiveError) {
      _ = try simulate(request, on: fabric)
      return nil
    } catch { return "\(error)" }
  }

  @Test func `errors say what and the mend`() throws {
    let fabric = try Fabric(.flat(6))
    func request(
      _ kind: CollectiveKind, _ algorithm: CollectiveAlgorithm, ranks: [Int] = Array(0..<6), root: Int = 0
    ) -> CollectiveRequest {
      CollectiveRequest(
        kind, algorithm, bytes: .mebibytes(1), ranks: ranks.map { DeviceID($0) }, root: root)
    }
    #expect(
      text(request(.gather, .ring), on: fabric) == "ring cannot do gather; use binomial, direct, auto")
    #expect(
      text(request(.allGather, .recursiveDoubling), on: fabric)
        == "recursive_doubling all_gather needs a power of two of ranks, not 6")
    #expect(text(request(.sendReceive, .direct), on: fabric) == "send_receive joins 2 ranks, not 6")
    #expect(
      text(request(.allReduce, .hierarchical), on: fabric)
        == "hierarchical needs ranks node by node, on two nodes or more with equally many, at least two, on each"
    )
    #expect(text(request(.allReduce, .ring, ranks: []), on: fabric) == "a collective needs at least one rank")
    #expect(
      text(request(.allReduce, .ring, ranks: [1, 2, 1]), on: fabric) == "device 1 is named as two ranks")
    #expect(
      text(request(.allReduce, .ring, ranks: [1, 9]), on: fabric)
        == "no device 9: devices are numbered 0 to 5")
    #expect(text(request(.broadcast, .tree, root: 6), on: fabric) == "no rank 6: ranks are numbered 0 to 5")
    #expect(text(request(.allToAll, .direct, root: 2), on: fabric) == "all_to_all has no root")
  }

  @Test func `a pair without a route stops the run and is named`() throws {
    let wire = CustomWire(
      from: NodeID(0), to: NodeID(1), bandwidth: .gigabytesPerSecond(1), latency: .zero, isOneWay: true)
    let fabric = try Fabric(.flat(2, .custom, wires: [wire]))
    for algorithm in [CollectiveAlgorithm.ring, .auto] {
      let request = CollectiveRequest(.allReduce, algorithm, bytes: .mebibytes(1), ranks: fabric.devices)
      #expect(text(request, on: fabric) == "no route from node 1 to node 0")
      #expect(throws: CollectiveError.fabric(.noRoute(from: NodeID(1), to: NodeID(0)))) {
        try simulate(request, on: fabric, folded: false)
      }
    }
    let oneWay = CollectiveRequest(.sendReceive, .direct, bytes: .mebibytes(1), ranks: fabric.devices)
    #expect(try agree(simulate(oneWay, on: fabric).duration.seconds, 1_048_576e-9))
  }

  @Test func `a schedule that does not fit its ranks is refused`() throws {
    let fabric = try Fabric(.flat(3))
    let request = CollectiveRequest(.allReduce, bytes: .mebibytes(1), ranks: fabric.devices)
    let selfish = SendList([SendList.Send(from: 1, to: 1, bytes: 5)], rankCount: 3)
    #expect(throws: CollectiveError.badSchedule("rank 1 sends to itself")) {
      try simulate(request, using: OneList(list: selfish), on: fabric)
    }
    let outside = SendList([SendList.Send(from: 1, to: 7, bytes: 5)], rankCount: 3)
    #expect(throws: CollectiveError.badSchedule("a send from 1 to 7 of 3 ranks")) {
      try simulate(request, using: OneList(list: outside), on: fabric)
    }
  }

  @Test func `a pattern of one's own runs folded and unfolded`() throws {
    // 1 MB from 0 to 1 and 3 MB from 2 to 1 at 50 GB/s: they share 25 GB/s each until 1 MB is through at
    // 40 µs; the other 2 MB take 40 µs more. With 2 µs of latency 82 µs.
    let fabric = try Fabric(.flat(3))
    let sends = [(0, 1e6), (2, 3e6)].map { SendList.Send(from: $0.0, to: 1, bytes: $0.1) }
    let pattern = OneList(list: SendList(sends, rankCount: 3))
    let request = CollectiveRequest(.allReduce, bytes: .zero, ranks: fabric.devices)
    for folded in [true, false] {
      let run = try simulate(request, using: pattern, on: fabric, folded: folded)
      #expect(run.duration == .microseconds(82))
      #expect(run.bytesSent == 4e6)
      #expect(run.algorithm == nil)
    }
  }

  @Test func `spellings`() {
    for algorithm in CollectiveAlgorithm.allCases {
      #expect(CollectiveAlgorithm(spelling: algorithm.rawValue) == algorithm)
    }
    for kind in CollectiveKind.allCases { #expect(CollectiveKind(spelling: kind.rawValue) == kind) }
    #expect(CollectiveAlgorithm(spelling: "ring_allreduce") == .ring)
    #expect(CollectiveAlgorithm(spelling: "tree_allreduce") == .tree)
    #expect(CollectiveAlgorithm(spelling: "reduce_scatter") == .reduceScatterAllGather)
    #expect(CollectiveAlgorithm(spelling: "RECURSIVE_DOUBLING") == .recursiveDoubling)
    #expect(CollectiveAlgorithm(spelling: "Binary-Tree") == .tree)
    #expect(CollectiveAlgorithm(spelling: "allgather") == nil)
    #expect(CollectiveKind(spelling: "allgather") == .allGather)
    #expect(CollectiveKind(spelling: "point_to_point") == .sendReceive)
    #expect(CollectiveKind(spelling: "alltoall") == .allToAll)
  }
}
