import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

private func device(_ name: String, _ vendor: String, link: String = "NVLink 4 x18 via NVSwitch")
  -> Accelerator
{
  Accelerator(
    name: name, vendor: vendor, densePeak: [.bf16: .teraflops(100)], memory: .gibibytes(80),
    memoryBandwidth: .gigabytesPerSecond(3000), scaleUpLink: link)
}

private let h100 = device("H100-SXM-80GB", "NVIDIA")
private let mi300 = device("MI300X", "AMD", link: "Infinity Fabric")
private let host = device("EPYC", "AMD", link: "xGMI")

/// Four nodes of eight, or fewer, on a switch or another network.
private func cluster(
  _ nodes: Int = 4, _ topology: TopologyKind = .leafSwitch, _ network: ClusterNetwork? = nil
) -> ClusterShape {
  ClusterShape(
    nodeCount: nodes, devicesPerNode: 8,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(450), latency: .microseconds(1)),
    interNode: LinkClass(
      bandwidth: .gigabytesPerSecond(network == nil ? 400 : 50), latency: .microseconds(5)),
    topology: topology, network: network)
}

private let pcie = LinkClass(bandwidth: .gigabytesPerSecond(64), latency: .microseconds(1))

private func group(_ shape: ClusterShape, _ device: Accelerator, ranks: Int? = nil) throws -> TunedGroup {
  let fabric = try Fabric(shape)
  return TunedGroup(
    Array(fabric.devices.prefix(ranks ?? fabric.deviceCount)), on: fabric, machines: (shape, device))
}

private func complaint(_ body: () throws(CollectiveError) -> Void) -> String {
  do throws(CollectiveError) {
    try body()
    return "none"
  } catch { return "\(error)" }
}

@Suite("A group as tuners see it") struct TunedGroupTests {
  @Test func `has the library of the devices' vendor`() throws {
    #expect(try group(cluster(), h100).automatic == .nccl)
    #expect(try group(cluster(), mi300).automatic == .rccl)
    #expect(try group(cluster(), host).automatic == .least)
    #expect(try group(cluster(), h100).tuner(.auto).name == .nccl)
    for name in TunerName.choosing where name != .auto && name != .rccl {
      #expect(try group(cluster(), h100).tuner(name).name == name)
    }
  }

  @Test func `takes the least schedule where the network may hold the ports back`() throws {
    #expect(try group(cluster(4, .ring), h100).automatic == .least)
    #expect(try group(cluster(4, .torus2D), h100).automatic == .least)
    #expect(try group(cluster(4, .fullMesh), h100).automatic == .nccl)
    // Inside a node the network does not matter.
    #expect(try group(cluster(4, .ring), h100, ranks: 8).automatic == .nccl)
    func on(_ plan: ClusterNetwork.Plan) throws -> TunerName {
      try group(cluster(4, .leafSwitch, ClusterNetwork(plan, pcie: pcie)), h100).automatic
    }
    #expect(try on(.railOptimized(radix: nil, oversubscription: 1)) == .nccl)
    #expect(try on(.railOptimized(radix: nil, oversubscription: 2)) == .least)
    #expect(try on(.fatTree(k: nil)) == .least)
    #expect(try on(.leafSpine(radix: 16, oversubscription: 1)) == .least)
    #expect(try on(.torus(nil)) == .least)
    #expect(try on(.hierarchical([NetworkLevel(.star, size: 4, wire: wire)])) == .least)
  }

  private let wire = NetworkWire(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(1))

  @Test func `counts a node's adapters together`() throws {
    // Four adapters of 50 GB/s for eight devices: 200 GB/s a node, two channels to a port.
    let shape = cluster(4, .leafSwitch, ClusterNetwork(.fatTree(k: nil), adapters: 4, pcie: pcie))
    let tuner = try #require(try group(shape, h100).tuner(.nccl) as? NCCLTuner)
    #expect(tuner.system.portCount == 4 && tuner.system.channelCount == 8)
    #expect(agree(tuner.system.betweenBandwidth, 200))
    // 5 µs, and a switch of 1 µs where there is one.
    var slow = cluster()
    slow.switchLatency = .microseconds(1)
    #expect(try #require(try group(slow, h100).tuner(.nccl) as? NCCLTuner).system.networkLatency == 6)
    slow.topology = .fullMesh
    #expect(try #require(try group(slow, h100).tuner(.nccl) as? NCCLTuner).system.networkLatency == 5)
  }

  @Test func `refuses a library by name`() throws {
    func refusal(_ name: TunerName, _ group: TunedGroup) -> String {
      complaint { () throws(CollectiveError) in _ = try group.tuner(name) }
    }
    #expect(refusal(.nccl, try group(cluster(), mi300)) == "nccl: its model knows NVIDIA devices, not MI300X")
    #expect(
      refusal(.rccl, try group(cluster(), h100))
        == "rccl: its tables are of AMD's MI300 and MI350 devices, not H100-SXM-80GB")
    #expect(refusal(.nccl, try group(cluster(), h100, ranks: 1)) == "nccl: a lone rank sends nothing")
    #expect(
      refusal(.nccl, try group(cluster(), h100, ranks: 12))
        == "nccl: its model needs nodes filled alike, and 12 ranks leave one in part")
    let levels = ClusterNetwork(.hierarchical([NetworkLevel(.star, size: 4, wire: wire)]), pcie: pcie)
    #expect(
      refusal(.nccl, try group(cluster(4, .leafSwitch, levels), h100))
        == "nccl: its model knows nodes with ports into a network, not levels or a network from a file")
    let fabric = try Fabric(cluster())
    #expect(
      refusal(.rccl, TunedGroup(fabric.devices, on: fabric))
        == "rccl: its model knows clusters, not networks of hosts")
    #expect(
      refusal(.calibration, try group(cluster(), h100))
        == "calibration: a calibration says times and chooses no algorithm")
  }
}

@Suite("Dimensions of a fabric") struct FabricDimensionTests {
  private let pair = ClusterNetwork(.torus([2, 4, 4]), pcie: pcie)

  @Test func `are the network's own, the fastest first, else nodes and their devices`() throws {
    func lengths(_ shape: ClusterShape) throws -> [Int] { try Fabric(shape).dimensionLengths(of: shape) }
    #expect(try lengths(cluster()) == [8, 4])
    #expect(try lengths(cluster(1)) == [8])
    #expect(try lengths(cluster(6, .torus2D)) == [8, 3, 2])
    #expect(try lengths(cluster(4, .leafSwitch, pair)) == [4, 4, 2])
    #expect(try lengths(cluster(4, .leafSwitch, ClusterNetwork(.hypercube, pcie: pcie))) == [2, 2, 2, 2, 2])
    let wire = NetworkWire(bandwidth: .gigabytesPerSecond(50), latency: .microseconds(1))
    let levels: [NetworkLevel] = [.init(.ring, size: 2, wire: wire), .init(.star, size: 2, wire: wire)]
    #expect(
      try lengths(cluster(4, .leafSwitch, ClusterNetwork(.hierarchical(levels), pcie: pcie))) == [8, 2, 2])
  }

  @Test func `have a hop's cost with all ranks at once`() throws {
    // Eight devices on 450 GB/s inside; between nodes all eight share a port of 400 GB/s, 5 µs and twice half
    // a microsecond inside away.
    let fabric = try Fabric(cluster())
    let dimensions = try CollectiveModel(on: fabric).dimensions([8, 4], of: fabric.devices)
    #expect(dimensions.map(\.rankCount) == [8, 4])
    #expect(agree(dimensions[0].hop.latency, 1e-6) && agree(dimensions[0].hop.secondsPerByte, 1 / 450e9))
    #expect(agree(dimensions[1].hop.latency, 6e-6) && agree(dimensions[1].hop.secondsPerByte, 8 / 400e9))
  }

  @Test func `are refused where there is one, or for some of the ranks`() throws {
    let fabric = try Fabric(cluster())
    let model = CollectiveModel(on: fabric)
    let start =
      "themis needs all ranks of a network of two dimensions or more, such as a torus, levels or nodes of several "
      + "devices: this has "
    #expect(
      complaint { () throws(CollectiveError) in _ = try model.dimensions([32], of: fabric.devices) }
        == start + "32 for 32 ranks")
    #expect(
      complaint { () throws(CollectiveError) in
        _ = try model.dimensions([8, 4], of: Array(fabric.devices.prefix(16)))
      } == start + "8 × 4 for 16 ranks")
  }

  @Test func `count the messages of the pipeline's graph`() throws {
    let hop = HopCost(latency: 1e-6, secondsPerByte: 1e-9)
    let dimensions = [4, 3, 2].map { NetworkDimension(rankCount: $0, hop: hop) }
    for kind in [CollectiveKind.allReduce, .reduceScatter, .allGather] {
      let themis = try DimensionalCollective.themis(kind, bytes: 1e6, over: dimensions, chunkCount: 5)
      #expect(themis.messageCount == themis.graph().sendCount)
    }
  }
}
