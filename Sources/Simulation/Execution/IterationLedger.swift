import Quantities
import StepGraphs

/// Adds up where the time of each iteration went, over all ranks.
struct IterationLedger {
  private static let phaseCount = StepGraph.Phase.allCases.count
  private let rankCount: Int
  private var starts: [SimTime]
  private var ends: [SimTime]
  // Rank-seconds by iteration and phase; as reals, since a million ranks overflow whole ticks.
  private var busy: [Double]
  private var waits: [Double]
  private var communication: [Double]
  private var straggling: [Double]

  init(iterationCount: Int, rankCount: Int) {
    self.rankCount = rankCount
    starts = Array(repeating: SimTime(ticks: .max), count: iterationCount)
    ends = Array(repeating: .zero, count: iterationCount)
    busy = Array(repeating: 0, count: iterationCount * Self.phaseCount)
    waits = busy
    communication = Array(repeating: 0, count: iterationCount)
    straggling = communication
  }

  mutating func began(_ iteration: Int, at time: SimTime) { starts[iteration] = min(starts[iteration], time) }
  mutating func ended(_ iteration: Int, at time: SimTime) { ends[iteration] = max(ends[iteration], time) }

  mutating func worked(_ iteration: Int, _ phase: StepGraph.Phase, _ span: SimDuration, ranks: Int) {
    busy[iteration * Self.phaseCount + Int(phase.rawValue)] += span.seconds * Double(ranks)
  }
  mutating func waited(_ iteration: Int, for phase: StepGraph.Phase, _ span: SimDuration, ranks: Int) {
    waits[iteration * Self.phaseCount + Int(phase.rawValue)] += span.seconds * Double(ranks)
  }
  mutating func communicated(_ iteration: Int, _ span: SimDuration, waitingRankSeconds: Double, ranks: Int) {
    communication[iteration] += span.seconds * Double(ranks)
    straggling[iteration] += waitingRankSeconds
  }

  func records() -> [IterationRecord] {
    let scale = Double(rankCount)
    return starts.indices.map { iteration in
      func split(_ sums: [Double]) -> [StepGraph.Phase: Double] {
        var parts: [StepGraph.Phase: Double] = [:]
        for phase in StepGraph.Phase.allCases {
          let seconds = sums[iteration * Self.phaseCount + Int(phase.rawValue)]
          if seconds != 0 { parts[phase] = seconds / scale }
        }
        return parts
      }
      return IterationRecord(
        start: starts[iteration], end: ends[iteration], busySeconds: split(busy), waitSeconds: split(waits),
        communicationSeconds: communication[iteration] / scale,
        stragglerSeconds: straggling[iteration] / scale)
    }
  }
}
