import Fabrics
import Quantities
import Testing

@Suite("Networks") struct NetworkTests {
  @Test func `counts of the builders`() throws {
    func counts(_ shape: NetworkShape) throws -> [Int] {
      let graph = try network(shape)
      return [graph.hostCount, graph.switchCount, graph.links.count, try graph.diameter()]
    }
    // 16 hosts; 8 + 8 + 4 switches; 16 cables at each of three levels; up three and down three.
    #expect(try counts(.fatTree(k: 4)) == [16, 20, 2 * 48, 6])
    #expect(try counts(.leafSpine(leaves: 3, spines: 2, hostsPerLeaf: 4)) == [12, 5, 2 * (12 + 6), 4])
    // 8 devices on 2 inner switches and 4 rails, each rail on 2 spines.
    #expect(
      try counts(.railOptimized(nodes: 2, devicesPerNode: 4, spines: 2, nodeLink: cable))
        == [8, 8, 2 * (16 + 8), 4])
    // 5 groups of 2 routers with 2 hosts: 20 + 5 + 10 cables. Host, router, peer, other group's router, its
    // peer, host.
    #expect(
      try counts(.dragonfly(groups: 5, routersPerGroup: 2, hostsPerRouter: 2)) == [20, 10, 2 * 35, 5])
    #expect(try counts(.hypercube(dimensions: 4)) == [16, 16, 2 * (16 + 32), 6])
    // Rings of 4, 3 and 2 routers: 24 + 24 + 12 cables; 2 + 1 + 1 hops and the two hosts' links.
    #expect(try counts(.torus([4, 3, 2])) == [24, 24, 2 * (24 + 60), 6])
    #expect(try counts(.mesh([4, 3, 2])) == [24, 24, 2 * (24 + 18 + 16 + 12), 8])
  }

  /// Every way to halve the hosts, by its least cut.
  func bisectionByTrial(_ graph: NetworkGraph) -> Double {
    let count = graph.hostCount
    var least = Double.infinity
    for mask in 0..<1 << count where mask.nonzeroBitCount == count / 2 {
      let lower = (0..<count).filter { mask & (1 << $0) != 0 }
      let upper = (0..<count).filter { mask & (1 << $0) == 0 }
      least = min(least, graph.minimumCut(from: lower, to: upper))
    }
    return least
  }

  @Test(arguments: [
    NetworkShape.fatTree(k: 2), .leafSpine(leaves: 4, spines: 2, hostsPerLeaf: 2),
    .leafSpine(leaves: 3, spines: 1, hostsPerLeaf: 3), .leafSpine(leaves: 2, spines: 1, hostsPerLeaf: 4),
    .leafSpine(leaves: 3, spines: 2, hostsPerLeaf: 2, oversubscription: 3), .hypercube(dimensions: 3),
    .torus([4, 2]), .torus([6]), .torus([2, 2, 2]), .mesh([4, 2]), .mesh([8]), .mesh([2, 2, 2]),
    .railOptimized(nodes: 2, devicesPerNode: 4, spines: 1, nodeLink: cable),
    .railOptimized(nodes: 4, devicesPerNode: 2, spines: 0, nodeLink: cable),
  ])
  func `bisection formulas against every halving`(shape: NetworkShape) throws {
    let graph = try network(shape)
    let answer = graph.bisectionBandwidth()
    #expect(answer.isExact)
    let exact = bisectionByTrial(graph)
    #expect((answer.bandwidth.bytesPerSecond - exact).magnitude <= 1e-6 * exact)
  }

  @Test func `a bound where there is no formula`() throws {
    let graph = try network(.dragonfly(groups: 3, routersPerGroup: 1, hostsPerRouter: 2))
    let answer = graph.bisectionBandwidth()
    #expect(!answer.isExact)
    #expect(answer.bandwidth.bytesPerSecond >= bisectionByTrial(graph))
    // A full fat tree does not block: the cut of its lower and upper hosts is that of the formula.
    let tree = try network(.fatTree(k: 4))
    #expect(tree.minimumCut(from: Array(0..<8), to: Array(8..<16)) == 80e9)
    #expect(tree.bisectionBandwidth().bandwidth.bytesPerSecond == 80e9)
    #expect(tree.oversubscription() == 1)
  }

  @Test func `shapes that make no network are refused`() {
    func refusal(_ shape: NetworkShape) -> String {
      do { _ = try network(shape) } catch { return "\(error)" }
      return "taken"
    }
    #expect(refusal(.fatTree(k: 3)) == "k of a fat tree must be even and at least 2, not 3")
    #expect(refusal(.torus([4, 0])) == "length of a dimension must be at least 1, not 0")
    #expect(refusal(.fatTree(k: 2000)) == "a fat tree of this size exceeds the limit of 4194304 parts")
    #expect(refusal(.edges([edge("a", "a", 1)])) == "a link joins a to itself")
    #expect(
      refusal(.edges([edge("a", "b", 0)])) == "bandwidth of link a -> b must be above zero, not 0.0 B/s")
  }
}
