import Collectives
import Fabrics
import Hardware
import Quantities
import TestSupport
import Testing

@Suite("Chunks over several dimensions") struct ThemisTests {
  /// A torus of wires of 50 GB/s along its rows and of another rate along its columns, whose nodes' ports hold
  /// nothing back.
  func torus(rows: Int, columns: Int, rate: Double) throws -> Fabric {
    var wires: [CustomWire] = []
    for node in 0..<(rows * columns) {
      let (row, column) = (node / columns, node % columns)
      let right = row * columns + (column + 1) % columns
      let below = (row + 1) % rows * columns + column
      wires.append(
        CustomWire(
          from: NodeID(node), to: NodeID(right), bandwidth: .gigabytesPerSecond(50),
          latency: .microseconds(1)))
      wires.append(
        CustomWire(
          from: NodeID(node), to: NodeID(below), bandwidth: .gigabytesPerSecond(rate),
          latency: .microseconds(1)))
    }
    let port = LinkClass(bandwidth: .gigabytesPerSecond(100_000), latency: .zero)
    return try Fabric(.flat(rows * columns, .custom, link: port, wires: wires))
  }

  func dimensions(_ fabric: Fabric, rows: Int, columns: Int, rate: Double) throws -> [NetworkDimension] {
    let right = try fabric.route(from: DeviceID(0), to: DeviceID(1))
    let below = try fabric.route(from: DeviceID(0), to: DeviceID(columns))
    return [
      NetworkDimension(
        rankCount: columns, hop: HopCost(latency: right.latency.seconds, secondsPerByte: 1 / 50e9)),
      NetworkDimension(
        rankCount: rows, hop: HopCost(latency: below.latency.seconds, secondsPerByte: 1 / (rate * 1e9))),
    ]
  }

  @Test(arguments: [(4, 4, 50.0), (3, 5, 50), (4, 4, 25), (3, 4, 200)])
  func `the pipeline is what the messages do, in either order`(rows: Int, columns: Int, rate: Double) throws {
    let fabric = try torus(rows: rows, columns: columns, rate: rate)
    let dimensions = try dimensions(fabric, rows: rows, columns: columns, rate: rate)
    for kind in [CollectiveKind.allReduce, .reduceScatter, .allGather] {
      for gamma in [0, 1e-12] {
        let fixed = try DimensionalCollective(
          kind, bytes: 64e6, over: dimensions, chunkCount: 8, reductionSecondsPerByte: gamma)
        let themis = try DimensionalCollective.themis(
          kind, bytes: 64e6, over: dimensions, chunkCount: 8, reductionSecondsPerByte: gamma)
        for collective in [fixed, themis] {
          let run = try simulate(
            collective.graph(), ranks: fabric.devices, on: fabric, reductionSecondsPerByte: gamma)
          // A tick may be lost to rounding at every message. A rank that reduces for two dimensions at once does so
          // in turn, which the pipeline does not know.
          let late = run.duration.seconds - collective.makespan
          let slack = 1e-9 * collective.makespan + 1e-10
          let waits = gamma * collective.chunkBytes * 2
          #expect(late >= -slack && late <= slack + waits, "\(kind) γ = \(gamma)")
          // Every rank moves (n − 1)/n S, or twice that, whatever the order of dimensions.
          let n = rows * columns
          let moved = Double(n - 1) * 64e6 * (kind == .allReduce ? 2 : 1)
          #expect(agree(run.bytesSent, moved))
          #expect(collective.makespan >= (collective.loads.max() ?? 0) * (1 - 1e-12))
        }
      }
    }
  }

  @Test func `loads are evened out where a fixed order gives one dimension nearly all`() throws {
    // 4 × 4 ranks, 64 MB in 64 chunks on equal rings of 50 GB/s without latency. In the fixed order the first
    // dimension carries 3/4 of the buffer each way, 1.92 ms in all, and the second a quarter of that. Evened
    // out both work (1.92 + 0.48)/2 = 1.2 ms.
    let hop = HopCost(latency: 0, secondsPerByte: 1 / 50e9)
    let dimensions = [NetworkDimension(rankCount: 4, hop: hop), NetworkDimension(rankCount: 4, hop: hop)]
    let fixed = try DimensionalCollective(.allReduce, bytes: 64e6, over: dimensions, chunkCount: 64)
    let themis = try DimensionalCollective.themis(.allReduce, bytes: 64e6, over: dimensions, chunkCount: 64)
    #expect(agree(fixed.loads[0], 1.92e-3) && agree(fixed.loads[1], 0.48e-3))
    #expect(agree(themis.loads[0], 1.2e-3, relative: 0.02) && agree(themis.loads[1], 1.2e-3, relative: 0.02))
    #expect(fixed.makespan >= 1.92e-3 && fixed.makespan < 1.92e-3 * 1.02)
    #expect(themis.makespan >= 1.2e-3 * (1 - 0.02) && themis.makespan < 1.2e-3 * 1.1)
  }

  @Test func `three dimensions are evened out too, and order is kept where they are even`() throws {
    func dimension(_ count: Int, _ gigabytes: Double) -> NetworkDimension {
      NetworkDimension(rankCount: count, hop: HopCost(latency: 1e-6, secondsPerByte: 1e-9 / gigabytes))
    }
    let cube = [dimension(4, 50), dimension(4, 50), dimension(4, 50)]
    let fixed = try DimensionalCollective(.allReduce, bytes: 1e9, over: cube, chunkCount: 64)
    let themis = try DimensionalCollective.themis(.allReduce, bytes: 1e9, over: cube, chunkCount: 64)
    #expect(themis.makespan < 0.6 * fixed.makespan)
    // Rates that fall by four from one dimension to the next load them alike: the order given stays.
    let tapered = [dimension(4, 400), dimension(4, 100), dimension(4, 25)]
    let even = try DimensionalCollective.themis(.reduceScatter, bytes: 1e9, over: tapered, chunkCount: 16)
    #expect(even.orders.allSatisfy { $0 == [0, 1, 2] })
  }

  @Test(arguments: [1, 2, 7, 64]) func `one dimension has one order`(chunks: Int) throws {
    let ring = [NetworkDimension(rankCount: 8, hop: HopCost(latency: 2e-6, secondsPerByte: 1 / 50e9))]
    for kind in [CollectiveKind.allReduce, .reduceScatter, .allGather] {
      let fixed = try DimensionalCollective(kind, bytes: 64e6, over: ring, chunkCount: chunks)
      let themis = try DimensionalCollective.themis(kind, bytes: 64e6, over: ring, chunkCount: chunks)
      #expect(themis == fixed)
      // m chunks after each other, each 7 (2 µs + 64 MB / 8 / m / 50 GB/s), twice for an all-reduce.
      let expected = Double(chunks) * 7 * (2e-6 + 8e6 / Double(chunks) / 50e9) * (kind == .allReduce ? 2 : 1)
      #expect(agree(themis.makespan, expected))
    }
  }

  @Test func `what cannot be is refused`() throws {
    let hop = HopCost(latency: 0, secondsPerByte: 1)
    let ring = NetworkDimension(rankCount: 4, hop: hop)
    func text(
      _ dimensions: [NetworkDimension], bytes: Double = 1,
      chunks: Int = 1, gamma: Double = 0
    ) -> String? {
      do throws(CollectiveError) {
        _ = try DimensionalCollective(
          .allReduce, bytes: bytes, over: dimensions, chunkCount: chunks, reductionSecondsPerByte: gamma)
        return nil
      } catch { return "\(error)" }
    }
    #expect(text([ring], chunks: 0) == "chunks must be at least 1, not 0")
    #expect(text([]) == "a collective needs at least one rank")
    #expect(text([ring], bytes: -1) == "bytes must not be negative")
    #expect(text([ring], gamma: -1) == "reduction time per byte must not be negative")
    #expect(
      text([ring, NetworkDimension(rankCount: 1, hop: hop)])
        == "levels of 4 × 1 ranks do not make 4; each needs at least two, and all multiplied the number of ranks"
    )
    #expect(
      text([NetworkDimension(rankCount: 4, hop: HopCost(latency: -1, secondsPerByte: 1))])
        == "latency or time per byte of a dimension must not be negative")
    #expect(throws: CollectiveError.unsupported(.broadcast, .hierarchical)) {
      try DimensionalCollective(.broadcast, bytes: 1, over: [ring], chunkCount: 1)
    }
  }
}
