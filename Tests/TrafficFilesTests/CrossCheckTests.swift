import Fabrics
import Quantities
import TestSupport
import Testing
import Traffic
import TrafficFiles

/// What ns-3 has and a max-min simulator has not; `docs/explanation/network-cross-checks.md` tells of each.
private enum PacketEffect: String {
  case slowStart = "slow start"
  case acknowledgements = "acknowledgements wait"
  case unevenShares = "uneven shares"
  case manyMarks = "marked at every link"
  case roundTrips = "round trips"

  /// Deviations of durations that the effect may cause.
  var bound: ClosedRange<Double> {
    switch self {
    case .slowStart: 0...2.43
    case .acknowledgements: 0...1.47
    case .unevenShares: -0.72...0.16
    case .manyMarks: -0.49...0.01
    case .roundTrips: -0.37...0.01
    }
  }
}

/// Scenarios with a flow that is more than a tenth off, by setting of ns-3.
private let exceptions: [CrossCheckCorpus.Setting: [String: PacketEffect]] = [
  .fair: ["asymmetric-link": .acknowledgements, "wan-short": .slowStart, "wan-30-ms": .slowStart],
  .fifo: [
    "asymmetric-link": .acknowledgements, "wan-short": .slowStart, "wan-30-ms": .slowStart,
    "ring-all-reduce": .acknowledgements, "all-to-all": .unevenShares,
    "dumbbell-unequal-access": .unevenShares,
    "fat-tree-collisions": .unevenShares, "oversubscribed-leaf": .unevenShares,
    "permutation-fat-tree": .unevenShares, "permutation-leaf-spine": .unevenShares,
    "star-with-background": .unevenShares, "two-round-trips": .roundTrips, "parking-lot": .manyMarks,
  ],
]

@Suite("Network cross-checks") struct CrossCheckTests {
  /// Run once for all tests.
  private static let shared = Result { try CrossCheckCorpus() }
  let corpus: CrossCheckCorpus

  init() throws { corpus = try Self.shared.get() }

  @Test func `every flow of every scenario is there`() {
    #expect(corpus.scenarios.count == 23)
    #expect(corpus.scenarios.filter { !$0.packets.isEmpty }.count == 20)
    for scenario in corpus.scenarios {
      #expect(scenario.simGrid.count == scenario.flows.count)
      for flow in scenario.flows { #expect(flow.bytes >= 10e6) }
      for theirs in scenario.packets.values { #expect(theirs.count == scenario.flows.count) }
      #expect(scenario.packets.isEmpty || scenario.packets.count == 2)
    }
  }

  @Test func `every flow ends when SimGrid says`() {
    for scenario in corpus.scenarios {
      for (flow, deviation) in scenario.deviations(scenario.simGrid).enumerated() {
        #expect(abs(deviation) < 1e-6, "\(scenario.name), flow \(flow)")
      }
    }
  }

  @Test(arguments: CrossCheckCorpus.Setting.allCases)
  fileprivate func `flows end when ns-3 says, or their effect is named`(setting: CrossCheckCorpus.Setting) {
    for scenario in corpus.scenarios {
      guard let theirs = scenario.packets[setting] else { continue }
      let deviations = scenario.deviations(theirs)
      let largest = deviations.map(abs).max() ?? 0
      if let effect = exceptions[setting]?[scenario.name] {
        #expect(largest > 0.1, "\(scenario.name) is no exception")
        for deviation in deviations { #expect(effect.bound.contains(deviation), "\(scenario.name)") }
      } else {
        #expect(largest <= 0.1, "\(scenario.name)")
      }
    }
  }

  @Test(arguments: CrossCheckCorpus.Setting.allCases)
  fileprivate func `the last flow ends when ns-3 says, however shares fall`(setting: CrossCheckCorpus.Setting)
  {
    // A busy link loses nothing to uneven shares: who gets less ends when all is done.
    for scenario in corpus.scenarios {
      guard let theirs = scenario.packets[setting] else { continue }
      if scenario.name.hasPrefix("wan-") || scenario.name == "asymmetric-link" { continue }
      let last = zip(theirs, scenario.flows).map { $0 + $1.start.seconds }.max() ?? 0
      let ours = scenario.outcome.makespan.seconds
      var bound = setting == .fair ? 0.01 : 0.08
      if !scenario.hasTwoWayCable { bound = 0.001 }
      #expect(abs(last / ours - 1) < bound, "\(scenario.name)")
    }
  }

  @Test func `a ring all-reduce takes its closed form`() throws {
    // 2 (p − 1) (α + n / p B), p = 4, n = 40 MB, B = 125 MB/s, α = 10 us: 6 × 80.01 ms.
    let ring = try #require(corpus.scenarios.first { $0.name == "ring-all-reduce" })
    #expect(ring.outcome.makespan == SimDuration(ticks: 480_060_000_000))
  }

  @Test func `the collision of hashes is one`() throws {
    let scenario = try #require(corpus.scenarios.first { $0.name == "fat-tree-collisions" })
    let shared = scenario.outcome.links.filter {
      scenario.network.name(of: $0.link) == "aggregation 0 -> core 1"
    }
    #expect(shared.map(\.flowCount) == [4])
  }

  @Test func `short flows over long paths take the rounds of slow start`() {
    // The first window of 10 frames leaves after one round trip; each next one is twice as large.
    for scenario in corpus.scenarios where exceptions[.fair]?[scenario.name] == .slowStart {
      for (flow, completion) in scenario.outcome.flows.enumerated() {
        let oneWay = completion.route.reduce(0) {
          $0 + scenario.network.links[Int($1.index)].latency.seconds
        }
        var (window, sent, rounds) = (10 * 8948.0, 10 * 8948.0, 1.0)
        while sent < scenario.flows[flow].bytes {
          (window, sent, rounds) = (2 * window, sent + 2 * window, rounds + 1)
        }
        let least = 2 * rounds * oneWay + oneWay
        for theirs in scenario.packets.values {
          #expect(theirs[flow] > least, "\(scenario.name), flow \(flow)")
          // CUBIC may leave slow start before the path is full.
          let most = 1.05 * (least + completion.duration.seconds)
          #expect(theirs[flow] < most, "\(scenario.name), flow \(flow)")
        }
      }
    }
  }

  @Test func `the page shows these figures`() throws {
    let path = packageRoot(#filePath) + "/docs/explanation/network-cross-checks.md"
    let page = try #require(textOfFile(path))
    var rowCount = 0
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let scenario = corpus.scenarios.first(where: { line.hasPrefix("| \($0.name) |") }) else {
        return String(line)
      }
      rowCount += 1
      return tableRow(scenario)
    }
    #expect(rowCount == corpus.scenarios.count)
    #expect(fileHolds(lines.joined(separator: "\n"), path))
  }

  private func tableRow(_ scenario: CrossCheckCorpus.Scenario) -> String {
    let exact = scenario.deviations(scenario.simGrid).map(abs).max() ?? 0
    var cells = [scenario.name, "\(scenario.flows.count)", powerAbove(exact)]
    var effects: [String] = []
    for setting in CrossCheckCorpus.Setting.allCases {
      guard let theirs = scenario.packets[setting] else {
        cells += ["", ""]
        continue
      }
      let deviations = scenario.deviations(theirs).sorted { abs($0) < abs($1) }
      let middle = deviations.count / 2
      let median = (abs(deviations[(deviations.count - 1) / 2]) + abs(deviations[middle])) / 2
      cells += [percent(median, signed: false), percent(deviations[deviations.count - 1], signed: true)]
      if let effect = exceptions[setting]?[scenario.name]?.rawValue, !effects.contains(effect) {
        effects.append(effect)
      }
    }
    return "| " + (cells + [effects.joined(separator: ", ")]).joined(separator: " | ") + " |"
  }

  /// With a decimal.
  private func percent(_ value: Double, signed: Bool) -> String {
    let tenths = Int((abs(value) * 1000).rounded())
    let sign = !signed || tenths == 0 ? "" : value < 0 ? "−" : "+"
    return "\(sign)\(tenths / 10).\(tenths % 10) %"
  }

  /// The least power of ten that is not below a value, from 10⁻⁹ on: ends are whole picoseconds.
  private func powerAbove(_ value: Double) -> String {
    var (power, exponent) = (1e-9, 9)
    while power < value { (power, exponent) = (power * 10, exponent - 1) }
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10⁻\(digits[max(0, exponent)])"
  }
}
