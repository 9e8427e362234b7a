import Collectives
import Fabrics
import Hardware
import Quantities
import Testing

private func device(_ name: String, _ link: String, vendor: String = "NVIDIA") -> Accelerator {
  Accelerator(
    name: name, vendor: vendor, densePeak: [.fp16: .teraflops(312)], memory: .gibibytes(80),
    memoryBandwidth: .gigabytesPerSecond(2039), scaleUpLink: link)
}

private func cluster(
  _ nodes: Int, inside: Double, perNode: Int = 8,
  network: LinkClass = .init(
    name: "infiniband-ndr", bandwidth: .gigabitsPerSecond(3200), latency: .microseconds(1.3), efficiency: 0.96
  )
) -> ClusterShape {
  ClusterShape(
    nodeCount: nodes, devicesPerNode: perNode,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(inside), latency: .microseconds(1)),
    interNode: network)
}

@Suite("The system NCCL finds on a cluster") struct NCCLSystemTests {
  /// 0.8 of the stated rate: links of 20 of 25 GB/s, 40 of 50 on Blackwell.
  @Test(arguments: [
    ("V100-SXM2-16GB", "NVLink 2 x6", 150.0, NCCLGeneration.volta, 12, 120.0),
    ("A100-SXM-80GB", "NVLink 3 x12 via NVSwitch", 300, .ampere, 24, 240),
    ("H100-SXM-80GB", "NVLink 4 x18 via NVSwitch", 450, .hopper, 24, 360),
    ("B200-SXM-180GB", "NVLink 5 x18 via NVSwitch", 900, .blackwell, 24, 720),
    // 0.64 of PCIe's.
    ("L40S", "PCIe 4 x16 (no NVLink)", 32, .ampere, 2, 20.48),
  ])
  func `channels inside a node`(
    name: String, link: String, stated: Double, generation: NCCLGeneration, channels: Int, bandwidth: Double
  ) throws {
    let system = try #require(
      NCCLSystem.derived(from: cluster(1, inside: stated), device: device(name, link)))
    #expect(system.generation == generation)
    #expect(system.channelCount == channels)
    #expect((system.insideBandwidth - bandwidth).magnitude < 1e-9)
    #expect(system.hasNVLS == (generation >= .hopper))
    #expect(system.insidePath == (name == "L40S" ? .pci : .nvlink))
  }

  @Test func `ports between nodes`() throws {
    let h100 = device("H100-SXM-80GB", "NVLink 4 x18 via NVSwitch")
    let system = try #require(NCCLSystem.derived(from: cluster(4, inside: 450), device: h100))
    // Eight ports of 400 Gb/s, 96 % payload: 384 GB/s on 16 channels.
    #expect(system.channelCount == 16)
    #expect((system.betweenRate - 24).magnitude < 1e-9)
    #expect((system.networkLatency - 1.3).magnitude < 1e-9)
    #expect(system.protocols == NCCLProtocol.allCases)
    let part = try #require(NCCLSystem.derived(from: cluster(4, inside: 450), device: h100, rankCount: 4))
    #expect(part.nodeCount == 1)
  }

  @Test func `an adapter without order keeps to Simple`() throws {
    let adapter = LinkClass(name: "efa-100", bandwidth: .gigabitsPerSecond(400), latency: .microseconds(15))
    let a100 = device("A100-SXM-80GB", "NVLink 3 x12 via NVSwitch")
    let shape = cluster(2, inside: 300, network: adapter)
    let system = try #require(NCCLSystem.derived(from: shape, device: a100, portCount: 4))
    #expect(system.protocols == [.simple])
    // Two nodes: each sends S once by the tree, 2 · 15/16 S by the ring, so the tree.
    let choice = try #require(ncclChoice(.allReduce, bytes: .gibibytes(1), on: system))
    #expect(choice.algorithm == .tree)
    // 0.92 · 2 · 50 GB/s, halved: 46 GB/s; above the ports' 50 · 15/16 by the ring's count.
    #expect((choice.algorithmBandwidth.bytesPerSecond / 1e9 - 46).magnitude < 0.5)
  }

  @Test func `bridges join pairs`() throws {
    let card = device("H100-PCIe-80GB", "NVLink 4 bridge, pairs (600 bidirectional); else PCIe 5 x16 64")
    let pair = try #require(NCCLSystem.derived(from: cluster(1, inside: 300, perNode: 2), device: card))
    let eight = try #require(NCCLSystem.derived(from: cluster(1, inside: 300), device: card))
    #expect(pair.insidePath == .nvlink && !pair.hasNVLS)
    #expect(eight.insidePath == .pci && !eight.hasNVLS)
  }

  @Test func `no system without NCCL, a second rank or equal nodes`() {
    let h100 = device("H100-SXM-80GB", "NVLink 4 x18 via NVSwitch")
    #expect(NCCLSystem.derived(from: cluster(1, inside: 450, perNode: 1), device: h100) == nil)
    #expect(NCCLSystem.derived(from: cluster(2, inside: 450), device: h100, rankCount: 11) == nil)
    let other = device("MI300X", "Infinity Fabric", vendor: "AMD")
    #expect(NCCLSystem.derived(from: cluster(1, inside: 448), device: other) == nil)
    #expect(NCCLGeneration(of: device("RTX-5000-ADA", "")) == .ampere)
    #expect(NCCLGeneration(of: device("RTX-5090", "")) == .blackwell)
    #expect(NCCLGeneration(of: device("P100-SXM2-16GB", "")) == nil)
  }

  @Test func `sends and receives`() throws {
    let a100 = device("A100-SXM-80GB", "NVLink 3 x12 via NVSwitch")
    let system = try #require(NCCLSystem.derived(from: cluster(1, inside: 300, perNode: 2), device: a100))
    // 10.8 µs and 1 GB at 240 GB/s: 4177.4667 µs.
    let pair = try #require(ncclChoice(.sendReceive, bytes: ByteCount(1_000_000_000), on: system))
    #expect((pair.time.seconds * 1e6 - 4177.4667).magnitude < 1e-3)
    #expect(pair.algorithm == nil)
    // 43 µs, half of it at 0.9 · 240 GB/s, half copied at 740: 43 + 2314.8148 + 675.6757 µs.
    let all = try #require(ncclChoice(.allToAll, bytes: ByteCount(1_000_000_000), on: system))
    #expect((all.time.seconds * 1e6 - 3033.4905).magnitude < 1e-3)
  }
}
