import EventCore
import Fabrics
import Quantities

/// Runs flows over a network until all have ended.
///
/// A flow's bytes come on its links after the latency of its route and share them by weighted max-min
/// fairness, solved exactly at every instant at which flows come or go. Its end is
///
///     start + latency + t,  ∫₀ᵗ rate = bytes
///
/// - Parameters:
///   - flows: in any order of their starts.
///   - timeline: what happens to the network meanwhile.
///   - seed: of the choice among equal shortest paths.
/// - Throws: `NetworkError` for an event that makes no sense on the network, for a flow that names no host,
///   carries nothing or could outlast the simulated clock, and where no route leads to its target.
/// - Complexity: a breadth-first search per target, and at each instant the flows whose rates it moves.
public func simulate(
  _ flows: [TrafficFlow], on network: NetworkGraph, during timeline: NetworkTimeline = .quiet,
  seed: UInt64 = 0
) throws(NetworkError) -> TrafficOutcome {
  var run = TrafficRun(network)
  try run.route(flows, seed: seed)
  try run.checkClock(flows)
  return timeline.events.isEmpty ? run.finish(flows) : try run.finish(flows, during: timeline, seed: seed)
}

/// Flows with their routes over the network as built.
struct TrafficRun {
  let network: NetworkGraph
  var path: [Int32] = []
  var hops: [Range<Int>] = []
  /// When each flow's bytes come on the links.
  var arrivals: [SimTime] = []

  init(_ network: NetworkGraph) { self.network = network }

  mutating func route(_ flows: [TrafficFlow], seed: UInt64) throws(NetworkError) {
    for (index, flow) in flows.enumerated() { try check(flow, index) }
    hops = Array(repeating: 0..<0, count: flows.count)
    arrivals = flows.map(\.start)
    var router = MultipathRouter(network, seed: seed)
    // Target by target, as the router keeps the distances to one.
    let order = flows.indices.sorted {
      (flows[$0].target.index, $0) < (flows[$1].target.index, $1)
    }
    for index in order {
      let first = path.count
      arrivals[index] += try router.appendRoute(
        from: flows[index].source, to: flows[index].target, into: &path)
      hops[index] = first..<path.count
    }
  }

  private func check(_ flow: TrafficFlow, _ index: Int) throws(NetworkError) {
    for end in [flow.source, flow.target] where !(0..<network.hostCount).contains(Int(end.index)) {
      throw .badFlow(index: index, reason: "there is no host \(end.index) among \(network.hostCount)")
    }
    if flow.source == flow.target { throw .badFlow(index: index, reason: "it goes from a host to itself") }
    guard flow.bytes > 0, flow.bytes.isFinite else {
      throw .badFlow(index: index, reason: "its bytes must be above zero, not \(flow.bytes)")
    }
    guard flow.weight > 0, flow.weight.isFinite else {
      throw .badFlow(index: index, reason: "its weight must be above zero, not \(flow.weight)")
    }
    if let cap = flow.rateCap, !(cap.bytesPerSecond > 0) {
      throw .badFlow(index: index, reason: "its rate cap must be above zero")
    }
    if flow.start < .zero { throw .badFlow(index: index, reason: "it starts before time zero") }
  }

  /// A flow is never slower than its weight's share of its links if all flows of the run were on them at
  /// once; at that rate everything must end within the clock's range.
  func checkClock(_ flows: [TrafficFlow]) throws(NetworkError) {
    var weights = [Double](repeating: 0, count: network.links.count)
    for (index, flow) in flows.enumerated() {
      for link in path[hops[index]] { weights[Int(link)] += flow.weight }
    }
    for (index, flow) in flows.enumerated() {
      var rate = flow.rateCap?.bytesPerSecond ?? .infinity
      for link in path[hops[index]] {
        let capacity = network.links[Int(link)].bandwidth.bytesPerSecond
        rate = min(rate, capacity * flow.weight / weights[Int(link)])
      }
      if arrivals[index].seconds + flow.bytes / rate > 9e6 {
        throw .badFlow(index: index, reason: "it may outlast the simulated clock's 106 days")
      }
    }
  }

  func finish(_ flows: [TrafficFlow]) -> TrafficOutcome {
    let order = flows.indices.sorted { (arrivals[$0], $0) < (arrivals[$1], $1) }
    var ends = [SimTime](repeating: .zero, count: flows.count)
    var transfers = Transfers(over: network.links)
    var fingerprint = Fingerprint()
    var instantCount = 0
    var next = 0
    while true {
      let arrival = next < order.count ? arrivals[order[next]] : nil
      let completion = transfers.nextCompletion
      guard let now = [arrival, completion].compactMap({ $0 }).min() else { break }
      instantCount += 1
      while let tag = transfers.popCompleted(at: now) {
        ends[Int(tag)] = now
        fingerprint.combine(time: now, kind: 2, subject: tag)
      }
      while next < order.count, arrivals[order[next]] == now {
        let flow = order[next]
        next += 1
        transfers.start(
          route: path, hops: hops[flow], bytes: flows[flow].bytes, tag: Int32(flow),
          weight: flows[flow].weight, rateCap: flows[flow].rateCap?.bytesPerSecond ?? .infinity, at: now)
        fingerprint.combine(time: now, kind: 1, subject: Int32(flow), value: flows[flow].bytes)
      }
      transfers.settle(at: now)
    }
    precondition(next == order.count && transfers.count == 0, "every flow ends")
    return outcome(flows, ends, instantCount, fingerprint)
  }

  private func outcome(
    _ flows: [TrafficFlow], _ ends: [SimTime], _ instantCount: Int, _ fingerprint: Fingerprint
  ) -> TrafficOutcome {
    var bytes = [Double](repeating: 0, count: network.links.count)
    var counts = [Int](repeating: 0, count: network.links.count)
    for (index, flow) in flows.enumerated() {
      for link in path[hops[index]] {
        bytes[Int(link)] += flow.bytes
        counts[Int(link)] += 1
      }
    }
    let first = flows.map(\.start).min() ?? .zero
    let makespan = (ends.max() ?? first) - first
    return TrafficOutcome(
      flows: flows.indices.map {
        FlowCompletion(
          end: ends[$0], duration: ends[$0] - flows[$0].start,
          route: path[hops[$0]].map { LinkID(Int($0)) })
      },
      links: network.links.indices.map { link in
        let able = network.links[link].bandwidth.bytesPerSecond * makespan.seconds
        let share = able > 0 ? bytes[link] / able : 0
        // Every end is rounded to a tick.
        let slack = Double(counts[link]) / max(1, Double(makespan.ticks)) + 1e-9
        precondition(share <= 1 + slack, "a link carries no more than its bandwidth")
        return LinkLoad(
          link: LinkID(link), flowCount: counts[link], bytes: bytes[link], meanUtilization: min(1, share))
      }, makespan: makespan, instantCount: instantCount, fingerprint: fingerprint.value)
  }
}
