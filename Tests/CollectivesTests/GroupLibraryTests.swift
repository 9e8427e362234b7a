import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

private func device(_ name: String, _ vendor: String = "NVIDIA", link: String = "NVLink 4 x18 via NVSwitch")
  -> Accelerator
{
  Accelerator(
    name: name, vendor: vendor, densePeak: [.bf16: .teraflops(100)], memory: .gibibytes(80),
    memoryBandwidth: .gigabytesPerSecond(3000), scaleUpLink: link)
}

private let h100 = device("H100-SXM-80GB")
private let mi300 = device("MI300X", "AMD", link: "Infinity Fabric")

/// Nodes of H100 with adapters of 50 GB/s on rails.
private func rails(
  _ nodes: Int, devices: Int = 8, adapters: Int? = nil, port: Double = 50, inside: Double = 450
) -> ClusterShape {
  ClusterShape(
    nodeCount: nodes, devicesPerNode: devices,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(inside), latency: .microseconds(1)),
    interNode: LinkClass(bandwidth: .gigabytesPerSecond(port), latency: .microseconds(5)),
    network: ClusterNetwork(
      .railOptimized(radix: nil, oversubscription: 1), adapters: adapters,
      pcie: LinkClass(bandwidth: .gigabytesPerSecond(64), latency: .microseconds(1))))
}

/// Groups of `ranksPerNode` neighbours on every node of eight.
private func groups(nodes: Int, ranksPerNode: Int = 1, count: Int, perNode: Int = 8) -> RankGroups {
  let all = (0..<count).map { group in
    (0..<nodes).flatMap { node in
      (0..<ranksPerNode).map { DeviceID(node * perNode + group * ranksPerNode + $0) }
    }
  }
  return RankGroups(first: all[0], siblings: Array(all.dropFirst()))
}

private let kinds = [CollectiveKind.allReduce, .allGather, .reduceScatter, .broadcast, .allToAll]
private let sizes = [ByteCount.kibibytes(4), .mebibytes(1), .mebibytes(64), .gibibytes(1)]

@Suite("Library times of groups at work at the same time") struct GroupLibraryTests {
  @Test(arguments: [1, 4])
  func `of one group are those of the cluster`(nodes: Int) throws {
    for (shape, device) in [
      (rails(nodes), h100), (.nodesOfEight(nodes), h100), (.nodesOfEight(nodes), device("A100-SXM-80GB")),
      (.nodesOfEight(nodes), device("V100-SXM", link: "NVLink 2 x6")),
      (.nodesOfEight(nodes), device("L40S", link: "PCIe 4 x16")),
      (.nodesOfEight(nodes), mi300),
    ] {
      let fabric = try Fabric(shape)
      let tuner = try TunedGroup(fabric.devices, on: fabric, machines: (shape, device)).tuner(.auto)
      let model = try GroupCollectiveModel(shape, device: device)
      for kind in kinds {
        for bytes in sizes {
          let choice = try #require(try tuner.choice(for: kind, bytes: bytes, among: fabric.deviceCount))
          let time = try model.time(kind, bytes: bytes, among: RankGroups(first: fabric.devices))
          #expect(time.choice == choice && time.tuner == tuner.name)
          if let said = choice.time {
            #expect(time.duration == said && time.eventCount == 0)
          } else {
            var request = CollectiveRequest(kind, choice.algorithm, bytes: bytes, ranks: fabric.devices)
            request.chunkCount = choice.chunkCount
            #expect(try time.duration == simulate(request, on: fabric).duration)
          }
        }
      }
    }
  }

  /// A node of one adapter, and one of eight: on rails, and behind one port that stands for all.
  @Test(arguments: [false, true])
  func `on eight rails are those of a node with one adapter`(hasMessageCost: Bool) throws {
    var shapes = [rails(4, devices: 1, port: 12.5), rails(4, port: 12.5), .nodesOfEight(4)]
    shapes[2].intraNode = shapes[0].intraNode
    shapes[2].interNode.bandwidth = .gigabytesPerSecond(100)
    for index in shapes.indices where hasMessageCost {
      shapes[index].interNode.name = "efa-100"
      shapes[index].interNode.messageCost = MessageCost(
        overhead: .microseconds(19), eagerLimit: .kibibytes(8))
    }
    let models = try shapes.map { try GroupCollectiveModel($0, device: h100) }
    for kind in kinds {
      for bytes in sizes {
        let alone = try models[0].time(kind, bytes: bytes, among: groups(nodes: 4, count: 1, perNode: 1))
        #expect(alone.tuner == .nccl)
        for model in models[1...] {
          let beside = try model.time(kind, bytes: bytes, among: groups(nodes: 4, count: 8))
          #expect(alone.duration == beside.duration, "\(kind) \(bytes.bytes)")
        }
      }
    }
  }

  @Test func `of large messages double where ports are halved`() throws {
    for (ranksPerNode, count) in [(1, 8), (2, 4), (4, 2), (8, 1)] {
      let groups = groups(nodes: 4, ranksPerNode: ranksPerNode, count: count)
      for kind in kinds {
        let times = try [40.0, 20].map {
          try GroupCollectiveModel(rails(4, port: $0), device: h100)
            .time(kind, bytes: .gibibytes(8), among: groups).duration.seconds
        }
        #expect(abs(times[1] / times[0] - 2) < 0.02, "\(kind) \(ranksPerNode)")
      }
    }
  }

  @Test func `have half an adapter where two devices share one`() throws {
    // Four adapters of 50 GB/s to eight devices: 200 GB/s / 8 groups = 25 GB/s each. One group alone has an adapter.
    // Among two nodes a tree sends S each way, and 0.92 of it: but a ring of Simple has S / 25 GB/s.
    let shape = rails(2, adapters: 4)
    let model = try GroupCollectiveModel(shape, device: h100)
    let whole = try model.time(
      .allGather, bytes: ByteCount(50_000_000_000), among: groups(nodes: 2, count: 8))
    // n / (n − 1) × 25 GB/s: S (n − 1)/n / 25 GB/s = 1 s, and microseconds.
    #expect(abs(whole.duration.seconds - 1) < 1e-3)
    let alone = try model.time(
      .allGather, bytes: ByteCount(50_000_000_000), among: groups(nodes: 2, count: 1))
    #expect(abs(alone.duration.seconds - 0.5) < 1e-3)
  }

  @Test func `are never shorter beside others, and shorter on more ports of its own`() throws {
    let model = try GroupCollectiveModel(rails(4), device: h100)
    for kind in kinds {
      for bytes in sizes {
        var last = SimDuration.zero
        for count in [1, 2, 4] {
          let time = try model.time(
            kind, bytes: bytes, among: groups(nodes: 4, ranksPerNode: 2, count: count)
          ).duration
          #expect(time >= last)
          last = time
        }
      }
      let two = try model.time(kind, bytes: .gibibytes(1), among: groups(nodes: 4, ranksPerNode: 2, count: 4))
      let one = try model.time(kind, bytes: .gibibytes(1), among: groups(nodes: 4, count: 8))
      #expect(two.duration < one.duration)
    }
  }

  @Test func `inside nodes do not depend on who else is at work`() throws {
    let model = try GroupCollectiveModel(rails(4), device: h100)
    let all = (0..<8).map { group in (0..<4).map { DeviceID(group * 4 + $0) } }
    for kind in kinds {
      let alone = try model.time(kind, bytes: .mebibytes(64), among: RankGroups(first: all[0]))
      let beside = try model.time(
        kind, bytes: .mebibytes(64), among: RankGroups(first: all[0], siblings: Array(all[1...])))
      #expect(alone == beside)
      // They leave the ports to one that spans the nodes.
      let spanning = groups(nodes: 4, count: 1).first
      #expect(
        try model.time(kind, bytes: .mebibytes(64), among: RankGroups(first: spanning))
          == model.time(
            kind, bytes: .mebibytes(64), among: RankGroups(first: spanning, siblings: Array(all[1...]))))
    }
  }

  @Test func `of an exchange are the longer of ports and NVLink`() throws {
    // Four ranks on each of two nodes, another group beside: half of 400 GB/s is 200. S = 64 MB on each rank: 32 MB
    // go to the other node, 4 × 32 MB / 200 GB/s = 640 µs; 24 MB over NVLink take 24 / (0.89 × 360) = 75 µs. Launch
    // 13.5 µs, network 14 + 2 × 5 µs, own copy 8 MB / 1860 GB/s = 4.301 µs.
    let model = try GroupCollectiveModel(rails(2), device: h100)
    let time = try model.time(
      .allToAll, bytes: ByteCount(64_000_000), among: groups(nodes: 2, ranksPerNode: 4, count: 2))
    #expect(abs(time.duration.seconds * 1e6 - (13.5 + 640 + 24 + 4.301)) < 0.01)
  }

  @Test func `on a mesh without a switch have the links among the group`() throws {
    // V100 in a hybrid cube mesh: a pair has one link of six, 0.8 × 150 / 6 = 20 GB/s; four have four of six, 80 GB/s;
    // behind NVSwitch both have 120. An all-gather moves S (n − 1)/n: 0.5 s, 0.1875 s; 0.083 s and 0.125 s.
    let mesh = device("V100-SXM", link: "NVLink 2 x6 (300 bidirectional)")
    let switched = device("V100-SXM", link: "NVLink 2 x6 via NVSwitch (300 bidirectional)")
    for (accelerator, ranks, seconds) in [
      (mesh, 2, 0.5), (mesh, 4, 0.1875), (switched, 2, 0.5 / 6), (switched, 4, 0.125),
    ] {
      let model = try GroupCollectiveModel(rails(1, inside: 150), device: accelerator)
      let groups = RankGroups(first: (0..<ranks).map { DeviceID($0) })
      let time = try model.time(.allGather, bytes: ByteCount(20_000_000_000), among: groups)
      #expect(abs(time.duration.seconds / seconds - 1) < 1e-3, "\(accelerator.scaleUpLink) \(ranks)")
    }
  }

  @Test func `of a send are latency and bytes over an adapter, or a share of it`() throws {
    // 100 MB over 50 GB/s: 2 ms; 6.2 µs of launch, 14 + 2 × 5 µs of network. Beside seven others on rails of
    // their own the same, and beside seven over one adapter eight times the bytes.
    let own = try GroupCollectiveModel(rails(2), device: h100)
    let shared = try GroupCollectiveModel(rails(2, adapters: 1), device: h100)
    let others = (1..<8).map { (DeviceID($0), DeviceID(8 + $0)) }
    func time(_ model: GroupCollectiveModel, _ others: [(DeviceID, DeviceID)]) throws -> Double {
      let time = try model.sendTime(
        bytes: ByteCount(100_000_000), from: DeviceID(0), to: DeviceID(8), beside: others)
      return time.duration.seconds * 1e6
    }
    #expect(abs(try time(own, []) - 2030.2) < 1e-3)
    #expect(abs(try time(own, others) - 2030.2) < 1e-3)
    #expect(abs(try time(shared, []) - 2030.2) < 1e-3)
    #expect(abs(try time(shared, others) - 16030.2) < 1e-3)
    // The other way is another direction of the port.
    #expect(abs(try time(shared, [(DeviceID(8), DeviceID(0))]) - 2030.2) < 1e-3)
  }

  @Test func `need no fabric`() throws {
    // A million devices: eight groups of 131,072 ranks, whose network would be four million links.
    let model = try GroupCollectiveModel(rails(16384), device: h100)
    let time = try model.time(.allGather, bytes: .gibibytes(1), among: groups(nodes: 16384, count: 8))
    #expect(time.tuner == .nccl && time.choice?.time == time.duration)
    #expect(
      try model.bytesOnLinks(of: .allGather, bytes: .gibibytes(1), among: groups(nodes: 2, count: 8)) == nil)
  }

  @Test func `are refused for a calibration and for devices of another vendor`() {
    func complaint(_ tuner: TunerName, _ device: Accelerator) -> String {
      do throws(CollectiveError) {
        _ = try GroupCollectiveModel(rails(2), device: device, tuner: tuner)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      complaint(.calibration, h100) == "calibration: a calibration says times and chooses no algorithm")
    #expect(
      complaint(.nccl, mi300) == "nccl: its model knows NVIDIA devices, not MI300X")
  }
}
