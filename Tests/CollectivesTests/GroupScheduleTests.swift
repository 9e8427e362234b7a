import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

/// A processor of no library, so that schedules say all times.
private let host = Accelerator(
  name: "EPYC", vendor: "AMD", densePeak: [.bf16: .teraflops(100)], memory: .gibibytes(80),
  memoryBandwidth: .gigabytesPerSecond(3000), scaleUpLink: "xGMI")

/// Device `place` of every node, and beside it the other devices of the nodes.
private func dataGroups(nodes: Int, perNode: Int = 8, count: Int = 8) -> RankGroups {
  let all = (0..<count).map { place in (0..<nodes).map { DeviceID($0 * perNode + place) } }
  return RankGroups(first: all[0], siblings: Array(all.dropFirst()))
}

private func model(
  _ cluster: ClusterShape, _ fidelity: GroupFidelity, allReduce: CollectiveAlgorithm = .auto
) throws -> GroupCollectiveModel {
  try GroupCollectiveModel(cluster, device: host, fidelity: fidelity, allReduce: allReduce)
}

@Suite("Schedules of groups at work at the same time") struct GroupScheduleTests {
  @Test(arguments: GroupFidelity.allCases)
  func `share the ports of their nodes`(fidelity: GroupFidelity) throws {
    // A ring of two: 2 steps of 4 MB. α = 1 µs inside and 5 µs outside. Alone 4 MB / 50 GB/s = 80 µs:
    // 2 × 86 µs. Eight groups put 32 MB on each port: 2 × (6 + 640) µs.
    let model = try model(.nodesOfEight(2), fidelity, allReduce: .ring)
    let bytes = ByteCount(8_000_000)
    let alone = try model.time(.allReduce, bytes: bytes, among: dataGroups(nodes: 2, count: 1))
    #expect(alone.duration == .microseconds(172))
    let all = try model.time(.allReduce, bytes: bytes, among: dataGroups(nodes: 2))
    #expect(all.duration == .microseconds(1292))
    #expect(all.isExact == (fidelity != .closedForm))
  }

  @Test(arguments: GroupFidelity.allCases)
  func `of one group are those of the cluster`(fidelity: GroupFidelity) throws {
    let shape = ClusterShape.nodesOfEight(3)
    let fabric = try Fabric(shape)
    let groups = RankGroups(first: fabric.devices)
    let model = try model(shape, fidelity)
    for kind in CollectiveKind.allCases where kind != .sendReceive {
      let bytes = kind == .barrier ? ByteCount.zero : .mebibytes(3)
      let request = CollectiveRequest(kind, bytes: bytes, ranks: fabric.devices)
      let time = try model.time(kind, bytes: bytes, among: groups)
      if fidelity == .closedForm {
        let estimate = try closedForm(request, on: fabric)
        #expect(time.duration == estimate.duration && time.algorithm == estimate.algorithm)
      } else {
        let run = try simulate(request, on: fabric, folded: fidelity == .steps)
        #expect(time.duration == run.duration && time.algorithm == run.algorithm)
        #expect(time.fingerprint == run.fingerprint && time.eventCount == run.eventCount)
      }
    }
  }

  @Test(arguments: [TopologyKind.leafSwitch, .fullMesh, .ring, .torus2D], GroupFidelity.allCases)
  func `are never faster beside others`(topology: TopologyKind, fidelity: GroupFidelity) throws {
    let model = try model(.nodesOfEight(4, topology), fidelity)
    for kind in [CollectiveKind.allReduce, .allGather, .reduceScatter, .broadcast, .allToAll] {
      var last = SimDuration.zero
      for count in [1, 2, 5, 8] {
        let groups = dataGroups(nodes: 4, count: count)
        let time = try model.time(kind, bytes: .mebibytes(4), among: groups).duration
        #expect(time >= last, "\(kind) \(count) groups")
        last = time
      }
    }
  }

  @Test(arguments: [TopologyKind.leafSwitch, .fullMesh, .ring], 1...12)
  func `solved step by step are those of the messages where they say so`(
    topology: TopologyKind, seed: Int
  ) throws {
    // Ranks anywhere on four nodes of eight, in groups of equal size.
    var generator = SeededGenerator(seed: seed)
    let devices = (0..<32).map { DeviceID($0) }.shuffled(using: &generator)
    let size = [2, 4, 8][Int.random(in: 0..<3, using: &generator)]
    let all = stride(from: 0, to: 32, by: size).map { Array(devices[$0..<($0 + size)]).sorted() }
    let groups = RankGroups(
      first: all[0], siblings: Array(all[1...].prefix(Int.random(in: 1...7, using: &generator))))
    for algorithm in [CollectiveAlgorithm.ring, .recursiveDoubling, .rabenseifner, .reduceScatterAllGather] {
      let times = try [GroupFidelity.steps, .events].map {
        try model(.nodesOfEight(4, topology), $0, allReduce: algorithm)
          .time(.allReduce, bytes: ByteCount(6_553_600), among: groups)
      }
      let difference = abs(times[0].duration.ticks - times[1].duration.ticks)
      // A tick for each of at most 14 steps.
      #expect(!times[0].isExact || difference <= 14, "\(algorithm) seed \(seed)")
    }
  }

  @Test(arguments: GroupFidelity.allCases)
  func `inside nodes do not disturb one another`(fidelity: GroupFidelity) throws {
    let model = try model(.nodesOfEight(2), fidelity)
    let groups = (0..<4).map { group in (0..<4).map { DeviceID(group * 4 + $0) } }
    for kind in [CollectiveKind.allReduce, .allGather, .allToAll] {
      let alone = try model.time(kind, bytes: .mebibytes(4), among: RankGroups(first: groups[0]))
      let beside = try model.time(
        kind, bytes: .mebibytes(4), among: RankGroups(first: groups[0], siblings: Array(groups[1...])))
      #expect(beside.duration == alone.duration)
      #expect(beside.isExact == alone.isExact)
    }
  }

  @Test(arguments: [16, 96])
  func `exchange over shared ports`(nodes: Int) throws {
    // Every port carries (N − 1)/N S of each of 8 groups: N = 16, S = 16 MB: 8 × 15 MB / 50 GB/s = 2.4 ms;
    // N = 96, S = 96 MB: 8 × 95 MB / 50 GB/s = 15.2 ms. α = 6 µs.
    let groups = dataGroups(nodes: nodes)
    let pairwise = try GroupCollectiveModel(.nodesOfEight(nodes), device: host, tuner: .mpich)
    // Beyond 32 KiB for each peer MPICH goes pair by pair: N − 1 latencies.
    let time = try pairwise.time(.allToAll, bytes: ByteCount(Int64(nodes) * 1_000_000), among: groups)
    let expected = 6 * (nodes - 1) + 160 * (nodes - 1)
    #expect(time.duration == .microseconds(Double(expected)))
    #expect(time.tuner == .mpich && time.algorithm == .pairwise)
    // All at once there is one.
    let once = try model(.nodesOfEight(nodes), .closedForm)
      .time(.allToAll, bytes: ByteCount(Int64(nodes) * 1_000_000), among: groups)
    #expect(once.duration == .microseconds(Double(6 + 160 * (nodes - 1))))
    #expect(once.algorithm == .direct)
  }

  @Test func `over nodes filled differently run on the fabric`() throws {
    // Eight ranks on nodes of six, six and two of them: a ring all-gather of 8 MB is 7 steps of 1 MB. Between
    // the nodes α = 6 µs and 1 MB / 50 GB/s = 20 µs, inside them less: 7 × 26 µs.
    var shape = ClusterShape.nodesOfEight(2)
    shape.devicesPerNode = 6
    let h100 = Accelerator(
      name: "H100-SXM-80GB", vendor: "NVIDIA", densePeak: [.bf16: .teraflops(100)], memory: .gibibytes(80),
      memoryBandwidth: .gigabytesPerSecond(3000), scaleUpLink: "NVLink 4 x18 via NVSwitch")
    let model = try GroupCollectiveModel(shape, device: h100, tuner: .nccl, allReduce: .ring)
    let groups = RankGroups(first: (0..<8).map { DeviceID($0) })
    let time = try model.time(.allReduce, bytes: ByteCount(8_000_000), among: groups)
    #expect(time.duration == .microseconds(14 * 26))
    #expect(try model.time(.allGather, bytes: ByteCount(8_000_000), among: groups).choice == nil)
  }

  @Test func `of a pattern of one's own share links too`() throws {
    struct ToNext: CollectivePattern {
      func schedule(for group: RankGroup) -> CollectiveSchedule {
        CollectiveSchedule(
          rankCount: group.rankCount,
          steps: [
            ScheduleStep(.list(SendList([.init(from: 0, to: 1, bytes: group.bytes)], rankCount: 2)), bytes: 0)
          ])
      }
    }
    // One message of 1 MB: 6 + 20 µs; of eight groups 6 + 160 µs.
    for fidelity in GroupFidelity.allCases {
      let model = try GroupCollectiveModel(
        .nodesOfEight(2), device: host, fidelity: fidelity, allReducePattern: ToNext())
      let one = try model.time(.allReduce, bytes: ByteCount(1_000_000), among: dataGroups(nodes: 2, count: 1))
      #expect(one.duration == .microseconds(26))
      let all = try model.time(.allReduce, bytes: ByteCount(1_000_000), among: dataGroups(nodes: 2))
      #expect(all.duration == .microseconds(166))
      let port = try model.fabric().port(of: NodeID(0)).out
      let loads = try model.bytesOnLinks(
        of: .allReduce, bytes: ByteCount(1_000_000), among: dataGroups(nodes: 2))
      #expect(loads?[Int(port.index)] == 8_000_000)
    }
  }

  @Test func `count what all groups put on a port`() throws {
    // A ring of two sends 2 × S/2 out of each node, so do all eight.
    let model = try model(.nodesOfEight(2), .steps, allReduce: .ring)
    let groups = dataGroups(nodes: 2)
    let loads = try #require(try model.bytesOnLinks(of: .allReduce, bytes: ByteCount(1000), among: groups))
    let fabric = try model.fabric()
    for node in 0..<2 {
      let port = fabric.port(of: NodeID(node))
      #expect(loads[Int(port.out.index)] == 8000 && loads[Int(port.in.index)] == 8000)
    }
  }

  @Test func `must be of equal size, and of devices that are there`() throws {
    let model = try model(.nodesOfEight(2), .steps)
    func complaint(_ groups: RankGroups) -> String {
      do throws(CollectiveError) {
        _ = try model.time(.allReduce, bytes: .mebibytes(1), among: groups)
        return "none"
      } catch { return "\(error)" }
    }
    let pair = [DeviceID(0), DeviceID(8)]
    #expect(
      complaint(RankGroups(first: pair, siblings: [[DeviceID(1), DeviceID(9), DeviceID(2)]]))
        == "groups at work at the same time are equal: one has 3 ranks, the first 2")
    #expect(
      complaint(RankGroups(first: pair, siblings: [[DeviceID(1), DeviceID(1)]]))
        == "device 1 is named as two ranks")
    #expect(
      complaint(RankGroups(first: pair, siblings: [[DeviceID(1), DeviceID(16)]]))
        == "no device 16: devices are numbered 0 to 15")
    #expect(complaint(RankGroups(first: [])) == "a collective needs at least one rank")
  }
}

@Suite("Sends at the same time") struct GroupSendTests {
  @Test(arguments: GroupFidelity.allCases)
  func `take the latency and their bytes over their share of the port`(fidelity: GroupFidelity) throws {
    // 50 MB over 50 GB/s: 1 ms; α = 6 µs.
    let model = try model(.nodesOfEight(2), fidelity)
    func time(beside: [(Int, Int)]) throws -> SimDuration {
      try model.sendTime(
        bytes: ByteCount(50_000_000), from: DeviceID(0), to: DeviceID(8),
        beside: beside.map { (DeviceID($0.0), DeviceID($0.1)) }
      ).duration
    }
    #expect(try time(beside: []) == .microseconds(1006))
    #expect(try time(beside: (1..<8).map { ($0, 8 + $0) }) == .microseconds(8006))
    // The other way, and inside the node, other links carry them.
    #expect(try time(beside: [(8, 0)]) == .microseconds(1006))
    #expect(try time(beside: [(1, 2), (9, 10)]) == .microseconds(1006))
  }
}
