import Fabrics
import Quantities

extension StepSolver {
  /// Every rank to every other of its group: loads follow from how many ranks each node holds.
  mutating func solveAllPairs(_ bytes: Double) throws(CollectiveError) -> StepCost {
    let latencies = try loadAllPairs(of: 0..<groupSize, bytes)
    let ownLinks = loaded
    let ownLoads = ownLinks.map { load[Int($0)] }
    var agreesWithOthers = true
    for first in stride(from: groupSize, to: devices.count, by: groupSize) {
      let other = try loadAllPairs(of: first..<(first + groupSize), bytes)
      agreesWithOthers = agreesWithOthers && other == latencies
    }
    let isAlone = zip(ownLinks, ownLoads).allSatisfy { load[Int($0)] == $1 }
    let transfer = longestTransfer(on: ownLinks)
    let isLongest = longestTransfer(on: loaded) <= transfer * (1 + 1e-12)
    let bottlenecks = loaded.filter { load[Int($0)] / rate(of: $0) >= transfer * (1 - 1e-12) }
    let isHeldAtPorts = bottlenecks.allSatisfy { fabric.links[Int($0)].kind.isInterNode }
    let (allAgree, latency) = (latencies.allAgree, latencies.largest)
    // Exact if all latencies agree, or if only ports hold back and what crosses ports has one latency; beside
    // other groups, if theirs are the same and nothing holds them back longer.
    return StepCost(
      repeatCount: 1, sendCount: devices.count * (groupSize - 1), bytes: bytes, latency: latency,
      secondsPerByte: bytes > 0 ? transfer / bytes : 0, duration: latency + SimDuration(seconds: transfer),
      isExact: (allAgree || (isHeldAtPorts && latencies.outerAgree))
        && (isAlone || isLongest && agreesWithOthers),
      isUniform: allAgree && bottlenecks.count == loaded.count && isLongest && agreesWithOthers,
      isUnshared: false)
  }

  /// Latencies of an exchange: of routes between nodes, and of one inside a node.
  private struct Latencies: Equatable {
    var low: SimDuration?
    var high: SimDuration?
    var inner: SimDuration?

    mutating func include(_ latency: SimDuration) {
      low = min(low ?? latency, latency)
      high = max(high ?? latency, latency)
    }

    var outerAgree: Bool { low == high }
    var allAgree: Bool { outerAgree && (inner == nil || low == nil || inner == low) }
    var largest: SimDuration { max(high ?? .zero, inner ?? .zero) }
  }

  /// Loads the links with one group's exchange.
  private mutating func loadAllPairs(
    of group: Range<Int>, _ bytes: Double
  ) throws(CollectiveError) -> Latencies {
    let n = group.count
    // Ranks node by node, each node's in order.
    let sorted = group.sorted {
      (fabric.node(of: devices[$0]), $0) < (fabric.node(of: devices[$1]), $1)
    }
    var nodes: [(node: NodeID, ranks: ArraySlice<Int>)] = []
    var start = 0
    for end in 1...n
    where end == n || fabric.node(of: devices[sorted[end]]) != fabric.node(of: devices[sorted[start]]) {
      nodes.append((fabric.node(of: devices[sorted[start]]), sorted[start..<end]))
      start = end
    }
    var latencies = Latencies()
    // The links of a node's own are loaded below; here those between, per pair of nodes.
    let isWired = fabric.hasWires
    for (place, source) in nodes.enumerated() {
      for (other, target) in nodes.enumerated() where place != other {
        path.removeAll(keepingCapacity: true)
        latencies.include(try route(source.ranks.first!, target.ranks.first!))
        if !isWired { break }
        let crossing = Double(source.ranks.count * target.ranks.count) * bytes
        for link in path where fabric.links[Int(link)].kind == .wire { add(crossing, to: link) }
      }
    }
    if let pair = nodes.first(where: { $0.ranks.count > 1 })?.ranks.prefix(2) {
      path.removeAll(keepingCapacity: true)
      latencies.inner = try route(pair.first!, pair.last!)
    }
    for device in devices[group] where fabric.devicesPerNode > 1 {
      add(Double(n - 1) * bytes, to: 2 * device.index)
      add(Double(n - 1) * bytes, to: 2 * device.index + 1)
    }
    for (node, ranks) in nodes where nodes.count > 1 {
      let port = fabric.port(of: node)
      let crossing = Double(ranks.count * (n - ranks.count)) * bytes
      add(crossing, to: port.out.index)
      add(crossing, to: port.in.index)
    }
    return latencies
  }
}
