import Fabrics
import FlowSharing
import Glibc
import Quantities
import RandomStreams
import Traffic

/// Runs random flows that all start at once on a fat tree of 1,024 hosts to the end, rates solved at every
/// instant, and prints processor time and how it grows with the flows.
///
/// With `--points` it prints what shows growth, one line of CSV each, and holds nothing to a threshold.
/// Exit code 1 if rates differ from those solved from scratch, or a time misses its threshold.
@main struct FlowBenchmark {
  struct Case {
    var flowCount: Int
    var isEqual: Bool
    /// Seconds of processor time; nil only prints.
    var threshold: Double?
  }

  static let cases = [
    Case(flowCount: 1_000, isEqual: false), Case(flowCount: 3_000, isEqual: false),
    Case(flowCount: 10_000, isEqual: false, threshold: 1), Case(flowCount: 30_000, isEqual: false),
    Case(flowCount: 100_000, isEqual: false, threshold: 60),
    Case(flowCount: 10_000, isEqual: true), Case(flowCount: 100_000, isEqual: true, threshold: 1),
  ]

  static func main() throws {
    let network = try NetworkGraph(
      .fatTree(k: 16),
      wire: NetworkWire(bandwidth: .gigabitsPerSecond(100), latency: .microseconds(1)))
    if CommandLine.arguments.dropFirst().first == "--points" {
      for one in growthCases { print(try point(one, network)) }
      return
    }
    var hasFailed = false
    print("random flows on a fat tree of 1,024 hosts, all at once, processor time")
    for one in cases {
      let (best, instants) = try measure(one, network)
      let size = one.isEqual ? "equal" : "mixed"
      let missed = one.threshold.map { best > $0 } ?? false
      let limit = one.threshold.map { ", aim \($0) s\(missed ? ", MISSED" : "")" } ?? ""
      print("  \(one.flowCount) \(size): \(Int(best * 1e3)) ms, \(instants) instants\(limit)")
      hasFailed = hasFailed || missed
    }
    let error = try largestError(
      randomFlows(Case(flowCount: 2_000, isEqual: false), network), network)
    print("largest difference from rates solved from scratch: \(error)")
    if error > 1e-9 || hasFailed { exit(1) }
  }

  /// The best of three runs, of the longest one only: its processor time and its instants.
  static func measure(_ one: Case, _ network: NetworkGraph) throws -> (seconds: Double, instants: Int) {
    let flows = randomFlows(one, network)
    var best = Double.infinity
    var instants = 0
    for _ in 0..<(one.flowCount > 50_000 && !one.isEqual ? 1 : 3) {
      let start = processorSeconds()
      instants = try simulate(flows, on: network, seed: 1).instantCount
      best = min(best, processorSeconds() - start)
    }
    return (best, instants)
  }

  /// In the order of size, so that memory is that of the largest so far.
  static let growthCases =
    [1_000, 3_000, 10_000, 30_000, 100_000].map { Case(flowCount: $0, isEqual: false) }
    + [1_000, 3_000, 10_000, 30_000, 100_000].map { Case(flowCount: $0, isEqual: true) }

  static func point(_ one: Case, _ network: NetworkGraph) throws -> String {
    let (seconds, instants) = try measure(one, network)
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let size = one.isEqual ? "equal" : "mixed"
    return "flows of \(size) sizes,\(one.flowCount),\(seconds),\(instants),\(usage.ru_maxrss * 1024)"
  }

  static func randomFlows(_ one: Case, _ network: NetworkGraph) -> [TrafficFlow] {
    var random = SplitMix64(seed: 1)
    return (0..<one.flowCount).map { _ in
      let source = Int.random(in: 0..<network.hostCount, using: &random)
      let hop = Int.random(in: 1..<network.hostCount, using: &random)
      let bytes = one.isEqual ? 1e7 : Double(Int.random(in: 1_000_000...100_000_000, using: &random))
      return TrafficFlow(
        from: VertexID(source), to: VertexID((source + hop) % network.hostCount), bytes: bytes)
    }
  }

  /// Rates of a sharer whose flows leave in turn, against the plain solver at some of the instants.
  static func largestError(_ flows: [TrafficFlow], _ network: NetworkGraph) throws -> Double {
    let capacities = network.links.map(\.bandwidth.bytesPerSecond)
    var router = MultipathRouter(network, seed: 1)
    var sharer = FlowSharer(capacities: capacities)
    var present: [(id: FlowSharer.FlowID, flow: SharedFlow)] = []
    for flow in flows {
      var path: [Int32] = []
      _ = try router.appendRoute(from: flow.source, to: flow.target, into: &path)
      let shared = SharedFlow(route: path)
      present.append((sharer.add(shared), shared))
    }
    sharer.solve()
    var worst = 0.0
    while present.count > 100 {
      sharer.remove(present.removeFirst().id)
      sharer.solve()
      guard present.count % 475 == 0 else { continue }
      let exact = maxMinRates(capacities: capacities, flows: present.map(\.flow))
      for (one, rate) in zip(present, exact) {
        worst = max(worst, (sharer.rate(of: one.id) - rate).magnitude / rate)
      }
    }
    return worst
  }

  static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
