import Fabrics
import Quantities
import RandomStreams
import Testing
import Traffic

let cable = NetworkWire(bandwidth: .gigabytesPerSecond(10), latency: .microseconds(1))

func network(_ shape: NetworkShape, switchLatency: SimDuration = .zero) throws -> NetworkGraph {
  try NetworkGraph(shape, wire: cable, switchLatency: switchLatency)
}

func edge(_ from: String, _ to: String, _ gigabytes: Double, latency: SimDuration = .zero) -> NetworkEdge {
  NetworkEdge(
    from: from, to: to, wire: NetworkWire(bandwidth: .gigabytesPerSecond(gigabytes), latency: latency))
}

func flow(
  _ from: Int, _ to: Int, _ bytes: Double, at seconds: Double = 0, weight: Double = 1, cap: Bandwidth? = nil
) -> TrafficFlow {
  TrafficFlow(
    start: .zero + SimDuration(seconds: seconds), from: VertexID(from), to: VertexID(to), bytes: bytes,
    weight: weight, rateCap: cap)
}

@Suite("Plain traffic") struct TrafficTests {
  func ends(_ flows: [TrafficFlow], _ network: NetworkGraph) throws -> [Int64] {
    try simulate(flows, on: network).flows.map(\.end.ticks)
  }

  @Test func `two flows on one link`() throws {
    // 10 GB/s, 1 us. From 1 us both run at 5 GB/s; the first has its 10 MB after 2 ms; the second has
    // 10 MB left at 10 GB/s: 1 ms more.
    let pair = try network(.edges([edge("a", "b", 10, latency: .microseconds(1))]))
    #expect(try ends([flow(0, 1, 10e6), flow(0, 1, 20e6)], pair) == [2_001_000_000, 3_001_000_000])
  }

  @Test func `three flows, step by step`() throws {
    // 12 GB/s, no latency; 12, 24 and 48 MB.
    //   0 to 3 ms: 4, 4, 4 GB/s; the first ends. Left: 0, 12, 36 MB.
    //   3 to 5 ms: 6, 6 GB/s; the second ends. Left: 24 MB.
    //   5 to 7 ms: 12 GB/s.
    let pair = try network(.edges([edge("a", "b", 12)]))
    #expect(
      try ends([flow(0, 1, 12e6), flow(0, 1, 24e6), flow(0, 1, 48e6)], pair)
        == [3_000_000_000, 5_000_000_000, 7_000_000_000])
  }

  @Test func `a late flow, a weight and a cap`() throws {
    // 12 GB/s. A alone sends 12 MB in 1 ms. Then B with weight 2 gets 8 GB/s and A 4 GB/s. B's 16 MB
    // take 2 ms, to 3 ms; A, of 32 MB, has sent 12 + 8 and needs 1 ms more for the last 12.
    let pair = try network(.edges([edge("a", "b", 12)]))
    #expect(
      try ends([flow(0, 1, 32e6), flow(0, 1, 16e6, at: 1e-3, weight: 2)], pair)
        == [4_000_000_000, 3_000_000_000])
    // Capped at 3 GB/s A takes 4 ms for 12 MB; B runs at 9 GB/s and takes 2 ms for 18 MB.
    #expect(
      try ends([flow(0, 1, 12e6, cap: .gigabytesPerSecond(3)), flow(0, 1, 18e6)], pair)
        == [4_000_000_000, 2_000_000_000])
  }

  @Test func `incast`() throws {
    // Fifteen hosts of a fat tree send 10 MB each to host 0 over its one 10 GB/s link: 15 ms for all.
    // Routes have 2, 4 or 6 links of 1 us; hosts of the own edge switch come 4 us before those of other
    // pods, and until everyone has come the link is full all the same: the last ends at 2 us + 15 ms.
    let tree = try network(.fatTree(k: 4))
    let outcome = try simulate((1..<16).map { flow($0, 0, 10e6) }, on: tree)
    #expect(outcome.flows.map(\.end).max() == SimTime(ticks: 15_002_000_000))
    #expect(outcome.flows.map(\.hopCount) == [2, 4, 4] + Array(repeating: 6, count: 12))
    let hottest = try #require(outcome.hottestLinks(1).first)
    #expect(tree.name(of: hottest.link) == "edge 0 -> host 0")
    #expect(hottest.bytes == 150e6)
  }

  @Test func `an oversubscribed leaf`() throws {
    // Four hosts a leaf, 4:1: the one spine's cable has 4 · 10 / 4 = 10 GB/s. Four flows of 10 MB leave the
    // leaf at 2.5 GB/s each: 4 ms, and 4 us of latency. Inside the leaf one takes 1 ms and 2 us.
    let leaves = try network(
      .leafSpine(leaves: 2, spines: 1, hostsPerLeaf: 4, oversubscription: 4))
    #expect(
      try ends((0..<4).map { flow($0, $0 + 4, 10e6) }, leaves)
        == Array(repeating: 4_004_000_000, count: 4))
    #expect(try ends([flow(0, 1, 10e6)], leaves) == [1_002_000_000])
    #expect(leaves.oversubscription() == 4)
  }

  @Test func `an asymmetric and a missing link`() throws {
    // There at 10 GB/s, back at 1 GB/s; c can be reached but not left.
    let graph = try network(.edges([edge("a", "b", 10), edge("b", "a", 1), edge("b", "c", 10)]))
    #expect(try ends([flow(0, 1, 10e6), flow(1, 0, 10e6)], graph) == [1_000_000_000, 10_000_000_000])
    #expect(throws: NetworkError.noRoute(from: "c", to: "a")) { try simulate([flow(2, 0, 1)], on: graph) }
    #expect(throws: NetworkError.noRoute(from: "c", to: "a")) { try graph.diameter() }
  }

  @Test func `switches on the way add their latency`() throws {
    // Six links of 1 us and five switches of 0.5 us, then 10 MB at 10 GB/s.
    let tree = try network(.fatTree(k: 4), switchLatency: SimDuration(ticks: 500_000))
    #expect(try ends([flow(0, 15, 10e6)], tree) == [1_008_500_000])
  }

  /// Flows between random hosts at random times.
  func randomFlows(_ count: Int, hosts: Int, seed: UInt64) -> [TrafficFlow] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      let source = Int.random(in: 0..<hosts, using: &random)
      let hop = Int.random(in: 1..<hosts, using: &random)
      return flow(
        source, (source + hop) % hosts, Double(Int.random(in: 1...20_000_000, using: &random)),
        at: Double(Int.random(in: 0...5000, using: &random)) * 1e-6,
        weight: Double(Int.random(in: 1...3, using: &random)))
    }
  }

  @Test(arguments: [
    NetworkShape.fatTree(k: 4), .leafSpine(leaves: 3, spines: 2, hostsPerLeaf: 4, oversubscription: 2),
    .railOptimized(nodes: 3, devicesPerNode: 4, spines: 0, nodeLink: cable),
    .railOptimized(nodes: 3, devicesPerNode: 4, spines: 2, nodeLink: cable),
    .dragonfly(groups: 5, routersPerGroup: 2, hostsPerRouter: 2), .hypercube(dimensions: 4),
    .torus([3, 2, 2]), .mesh([2, 3, 2]),
  ])
  func `bytes are conserved and no link is over its capacity`(shape: NetworkShape) throws {
    let graph = try network(shape)
    let flows = randomFlows(300, hosts: graph.hostCount, seed: 5)
    let outcome = try simulate(flows, on: graph, seed: 3)
    // Every byte leaves its source and enters its target once, and crosses as many links as its flow says.
    let sent = flows.reduce(0) { $0 + $1.bytes }
    let crossed = zip(flows, outcome.flows).reduce(0) { $0 + $1.0.bytes * Double($1.1.hopCount) }
    #expect(outcome.links.reduce(0) { $0 + $1.bytes } == crossed)
    #expect(
      outcome.links.filter { graph.links[Int($0.link.index)].kind != .wire }.reduce(0) { $0 + $1.bytes }
        >= sent)
    for load in outcome.links { #expect(load.meanUtilization <= 1) }
    for (flow, end) in zip(flows, outcome.flows) {
      #expect(end.end > flow.start)
      #expect(end.duration.seconds >= flow.bytes / 10e9)
    }
    // The same again, and another fingerprint for another seed where there is a choice.
    #expect(try simulate(flows, on: graph, seed: 3) == outcome)
  }

  @Test func `another seed is another choice among equal paths`() throws {
    let tree = try network(.fatTree(k: 8))
    let flows = randomFlows(200, hosts: tree.hostCount, seed: 9)
    let prints = try (0..<4).map { try simulate(flows, on: tree, seed: UInt64($0)).fingerprint }
    #expect(Set(prints).count == 4)
  }

  @Test func `flows that make no sense are refused`() throws {
    let pair = try network(.edges([edge("a", "b", 10)]))
    func refusal(_ flow: TrafficFlow) -> String {
      do { _ = try simulate([flow], on: pair) } catch { return "\(error)" }
      return "taken"
    }
    #expect(refusal(flow(0, 0, 1)) == "flow 0: it goes from a host to itself")
    #expect(refusal(flow(0, 2, 1)) == "flow 0: there is no host 2 among 2")
    #expect(refusal(flow(0, 1, 0)) == "flow 0: its bytes must be above zero, not 0.0")
    #expect(refusal(flow(0, 1, 1e18)) == "flow 0: it may outlast the simulated clock's 106 days")
  }
}
