import Fabrics
import Quantities

extension StepSolver {
  /// Every rank to every other: loads follow from how many ranks each node holds.
  mutating func solveAllPairs(_ bytes: Double) throws(CollectiveError) -> StepCost {
    let n = devices.count
    var first = [Int32](repeating: -1, count: fabric.nodeCount)
    var ranksOnNode = [Int](repeating: 0, count: fabric.nodeCount)
    for (rank, device) in devices.enumerated() {
      let node = Int(fabric.node(of: device).index)
      if ranksOnNode[node] == 0 { first[node] = Int32(rank) }
      ranksOnNode[node] += 1
    }
    let nodes = ranksOnNode.indices.filter { ranksOnNode[$0] > 0 }
    var latencies: (low: SimDuration, high: SimDuration)?
    func include(_ latency: SimDuration) {
      latencies = (min(latencies?.low ?? latency, latency), max(latencies?.high ?? latency, latency))
    }
    // The links of a node's own are loaded below; here those between, per pair of nodes.
    let isWired = fabric.links.contains { $0.kind == .wire }
    for source in nodes {
      for target in nodes where source != target {
        path.removeAll(keepingCapacity: true)
        include(try route(Int(first[source]), Int(first[target])))
        if !isWired { break }
        let crossing = Double(ranksOnNode[source] * ranksOnNode[target]) * bytes
        for link in path where fabric.links[Int(link)].kind == .wire { add(crossing, to: link) }
      }
    }
    let innerLatency: SimDuration?
    if let node = nodes.first(where: { ranksOnNode[$0] > 1 }) {
      let mate = devices.indices.first {
        $0 != first[node] && Int(fabric.node(of: devices[$0]).index) == node
      }
      path.removeAll(keepingCapacity: true)
      innerLatency = try route(Int(first[node]), mate!)
    } else {
      innerLatency = nil
    }
    for device in devices where fabric.devicesPerNode > 1 {
      add(Double(n - 1) * bytes, to: 2 * device.index)
      add(Double(n - 1) * bytes, to: 2 * device.index + 1)
    }
    for node in nodes where nodes.count > 1 {
      let port = fabric.port(of: NodeID(node))
      let crossing = Double(ranksOnNode[node] * (n - ranksOnNode[node])) * bytes
      add(crossing, to: port.out.index)
      add(crossing, to: port.in.index)
    }
    let transfer = longestTransfer
    let bottlenecks = loaded.filter { load[Int($0)] / rate(of: $0) >= transfer * (1 - 1e-12) }
    let isHeldAtPorts = bottlenecks.allSatisfy { fabric.links[Int($0)].kind.isInterNode }
    let outerAgree = latencies.map { $0.low == $0.high } ?? true
    if let innerLatency { include(innerLatency) }
    let allAgree = latencies.map { $0.low == $0.high } ?? true
    let latency = latencies?.high ?? .zero
    // Exact if all latencies agree, or if only ports hold back and what crosses ports has one latency.
    return StepCost(
      repeatCount: 1, sendCount: n * (n - 1), bytes: bytes, latency: latency,
      secondsPerByte: bytes > 0 ? transfer / bytes : 0, duration: latency + SimDuration(seconds: transfer),
      isExact: allAgree || (isHeldAtPorts && outerAgree),
      isUniform: allAgree && bottlenecks.count == loaded.count, isUnshared: false)
  }
}
