import Fabrics
import Quantities

extension TrafficRun {
  /// Runs flows while things happen to the network; see `DisturbedTransfers`.
  ///
  /// The run ends with the last flow, or when nothing is left to happen that could help those that are cut off.
  ///
  /// - Throws: `NetworkError.badEvent`, and `badFlow` for a flow that is so slow that it outlasts the clock.
  func finish(
    _ flows: [TrafficFlow], during timeline: NetworkTimeline, seed: UInt64
  ) throws(NetworkError) -> TrafficOutcome {
    let order = flows.indices.sorted { (flows[$0].start, $0) < (flows[$1].start, $1) }
    let first = order.first.map { flows[$0].start } ?? .zero
    var transfers = try DisturbedTransfers(over: network, during: timeline, seed: seed)
    var completions = flows.map { FlowCompletion(end: $0.start, duration: .zero, route: []) }
    var (now, next, left, instantCount) = (SimTime.zero, 0, flows.count, 0)
    while left > 0 {
      let start = next < order.count ? flows[order[next]].start : nil
      guard let instant = [start, transfers.nextInstant].compactMap({ $0 }).min() else { break }
      now = instant
      instantCount += 1
      transfers.advance(to: now)
      if next == 0, now == first { transfers.restartCounting(at: now) }
      while next < order.count, flows[order[next]].start == now {
        let index = order[next]
        let flow = flows[index]
        next += 1
        transfers.send(
          from: flow.source, to: flow.target, bytes: flow.bytes, tag: Int32(index), weight: flow.weight,
          rateCap: flow.rateCap?.bytesPerSecond ?? .infinity, home: Array(path[hops[index]]),
          latency: arrivals[index] - flow.start, at: now)
      }
      transfers.settle(at: now)
      while let arrival = transfers.popArrived() {
        left -= 1
        completions[Int(arrival.tag)] = FlowCompletion(
          end: now, duration: now - flows[Int(arrival.tag)].start,
          route: arrival.route.map { LinkID(Int($0)) },
          rerouteCount: arrival.rerouteCount)
      }
    }
    for flow in transfers.unfinished {
      let index = Int(flow.tag)
      if flow.isMoving {
        throw .badFlow(index: index, reason: "it may outlast the simulated clock's 106 days")
      }
      completions[index] = FlowCompletion(
        end: now, duration: now - flows[index].start, route: flow.route.map { LinkID(Int($0)) },
        rerouteCount: flow.rerouteCount, bytesLeft: flow.bytesLeft)
    }
    return TrafficOutcome(
      flows: completions, links: linkLoads(transfers.finish(at: now), over: now - first),
      makespan: now - first, instantCount: instantCount, fingerprint: transfers.fingerprint.value,
      events: transfers.history)
  }

  private func linkLoads(_ loads: LinkLoads, over makespan: SimDuration) -> [LinkLoad] {
    network.links.indices.map { link in
      let carried = loads.bytes[link] + loads.background[link]
      let share = loads.able[link] > 0 ? carried / loads.able[link] : 0
      // Every end is rounded to a tick, at most by what the link carries in half of one.
      let rounding = network.links[link].bandwidth.bytesPerSecond * 1e-12 * Double(loads.flowCounts[link])
      precondition(
        carried <= loads.able[link] * (1 + 1e-9) + rounding, "a link carries no more than it could")
      return LinkLoad(
        link: LinkID(link), flowCount: loads.flowCounts[link], bytes: loads.bytes[link],
        backgroundBytes: loads.background[link], meanUtilization: min(1, share))
    }
  }
}
