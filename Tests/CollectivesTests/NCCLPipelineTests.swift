import Collectives
import Fabrics
import Hardware
import Quantities
import Testing

/// Nodes of eight A100 with four ports of 100 Gb/s, 15 µs away.
private func cluster(nodes: Int, _ cost: MessageCost?) -> NCCLSystem? {
  let a100 = Accelerator(
    name: "A100-SXM-80GB", vendor: "NVIDIA", densePeak: [.fp16: .teraflops(312)], memory: .gibibytes(80),
    memoryBandwidth: .gigabytesPerSecond(2039), scaleUpLink: "NVLink 3 x12 via NVSwitch")
  let ports = LinkClass(
    name: "efa-100", bandwidth: .gigabitsPerSecond(400), latency: .microseconds(15), efficiency: 0.9,
    messageCost: cost)
  let shape = ClusterShape(
    nodeCount: nodes, devicesPerNode: 8,
    intraNode: LinkClass(bandwidth: .gigabytesPerSecond(300), latency: .microseconds(1)), interNode: ports)
  return NCCLSystem.derived(from: shape, device: a100, portCount: 4)
}

private let cost = MessageCost(overhead: .microseconds(15), eagerLimit: .kibibytes(8))

@Suite("NCCL's trees in chunks") struct NCCLPipelineTests {
  /// Eight channels: 6.25 GB/s of the ports and 30 of NVLink each. Latency between two nodes: 8.4 + 2 (7 · 4 +
  /// 14 + 2 · 15) = 152.4 µs, between four 240.4.
  @Test(arguments: [
    // One channel, one chunk of 8 B, below the eager limit: 0.008 kB (2/6.25 + 14/30) after the latency.
    (2, Int64(8), 152.4063),
    // One channel of 32 KiB asks, 2 · 30 µs: 32.768 kB (2/6.25 + 14/30) = 25.7775.
    (2, 32768, 238.1775),
    // 2 MiB a channel. Less than 64 chunks of 128 KiB and less than 32, so 64 KiB, 32 of them:
    // 60 + 65.536 (2/6.25 + 14/30) + 31 (15 + 65.536/6.25) = 60 + 51.555 + 790.0586.
    (2, 16_777_216, 1054.0136),
    // 256 MiB a channel: 512 chunks of 512 KiB. 60 + 524.288 (2/6.25 + 14/30) + 511 (15 + 524.288/6.25).
    (2, 2_147_483_648, 51155.6266),
    // Four nodes: two levels between them, both trees through a port. 64 KiB, as 32 < 4 · 9 chunks:
    // 120 + 65.536 (4/6.25 + 14/30) + 31 · 2 (15 + 65.536/6.25).
    (4, 16_777_216, 2013.0436),
  ])
  func `a tree by hand`(nodes: Int, bytes: Int64, microseconds: Double) throws {
    let system = try #require(cluster(nodes: nodes, cost))
    let time = try #require(ncclTime(.allReduce, bytes: ByteCount(bytes), on: system, .tree, .simple))
    #expect((time.seconds * 1e6 - microseconds).magnitude < 2e-3)
  }

  @Test func `the cost of messages changes the time, not the choice`() throws {
    let with = try #require(cluster(nodes: 2, cost))
    let without = try #require(cluster(nodes: 2, nil))
    for power in 3..<32 {
      let bytes = ByteCount(1 << Int64(power))
      let choice = try #require(ncclChoice(.allReduce, bytes: bytes, on: with))
      let table = try #require(ncclChoice(.allReduce, bytes: bytes, on: without))
      #expect(choice.algorithm == table.algorithm && choice.channelProtocol == table.channelProtocol)
      #expect(choice.time == ncclTime(.allReduce, bytes: bytes, on: with, .tree, .simple))
    }
    // Rings keep NCCL's tables.
    let bytes = ByteCount.mebibytes(64)
    #expect(
      ncclTime(.allGather, bytes: bytes, on: with, .ring, .simple)
        == ncclTime(.allGather, bytes: bytes, on: without, .ring, .simple))
  }

  @Test func `more overhead never speeds a tree`() throws {
    for power in 0..<40 {
      var last = SimDuration.zero
      for overhead in [0.0, 1, 15, 100] {
        let cost = MessageCost(overhead: .microseconds(overhead), eagerLimit: .kibibytes(8))
        let system = try #require(cluster(nodes: 2, cost))
        let time = try #require(
          ncclTime(.allReduce, bytes: ByteCount(1 << Int64(power)), on: system, .tree, .simple))
        #expect(time >= last)
        last = time
      }
    }
  }

  @Test func `a node alone has no messages between nodes`() throws {
    #expect(try #require(cluster(nodes: 1, cost)).messageCost == nil)
  }
}
