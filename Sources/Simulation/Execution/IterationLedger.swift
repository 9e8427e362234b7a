import Quantities
import StepGraphs

/// Adds up where the time of each iteration went, over all ranks.
struct IterationLedger {
  private static let phaseCount = StepGraph.Phase.allCases.count
  private let rankCount: Int
  private var starts: [SimTime]
  private var ends: [SimTime]
  private var firstEnds: [SimTime]
  // Rank-seconds from the first start, or the first end, to each rank's own.
  private var lateStarts: [Double]
  private var lateEnds: [Double]
  // Rank-seconds by iteration and phase; as reals, since a million ranks overflow whole ticks.
  private var busy: [Double]
  private var waits: [Double]
  private var communication: [Double]
  private var straggling: [Double]

  init(iterationCount: Int, rankCount: Int) {
    self.rankCount = rankCount
    starts = Array(repeating: SimTime(ticks: .max), count: iterationCount)
    ends = Array(repeating: .zero, count: iterationCount)
    firstEnds = starts
    lateStarts = Array(repeating: 0, count: iterationCount)
    lateEnds = lateStarts
    busy = Array(repeating: 0, count: iterationCount * Self.phaseCount)
    waits = busy
    communication = Array(repeating: 0, count: iterationCount)
    straggling = communication
  }

  /// Some ranks start an iteration; told in order of time.
  mutating func began(_ iteration: Int, at time: SimTime, ranks: Int) {
    starts[iteration] = min(starts[iteration], time)
    lateStarts[iteration] += (time - starts[iteration]).seconds * Double(ranks)
  }

  /// Some ranks end an iteration; told in order of time.
  mutating func ended(_ iteration: Int, at time: SimTime, ranks: Int) {
    firstEnds[iteration] = min(firstEnds[iteration], time)
    ends[iteration] = max(ends[iteration], time)
    lateEnds[iteration] += (time - firstEnds[iteration]).seconds * Double(ranks)
  }

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

  /// What an iteration has added up so far.
  func sums(of iteration: Int) -> [Double] {
    let phases = iteration * Self.phaseCount..<(iteration + 1) * Self.phaseCount
    return busy[phases] + waits[phases] + [communication[iteration], straggling[iteration]]
  }

  /// Adds what an iteration has added up since, so many times more.
  mutating func `repeat`(_ iteration: Int, since earlier: [Double], times: Int) {
    let added = zip(sums(of: iteration), earlier).map { ($0 - $1) * Double(times) }
    for phase in 0..<Self.phaseCount {
      busy[iteration * Self.phaseCount + phase] += added[phase]
      waits[iteration * Self.phaseCount + phase] += added[Self.phaseCount + phase]
    }
    communication[iteration] += added[2 * Self.phaseCount]
    straggling[iteration] += added[2 * Self.phaseCount + 1]
  }

  /// A rank's own time for an iteration, averaged over ranks; the last one ends for all at once.
  ///
  /// A rank that is early starts its next iteration while others still run, so the whole from the first
  /// start to the last end would count that time twice.
  private func seconds(of iteration: Int) -> Double {
    let whole = (ends[iteration] - starts[iteration]).seconds
    let spread = (ends[iteration] - firstEnds[iteration]).seconds
    let isLast = iteration == ends.count - 1
    let idle = isLast ? 0 : spread - lateEnds[iteration] / Double(rankCount)
    return whole - lateStarts[iteration] / Double(rankCount) - idle
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
        start: starts[iteration], end: ends[iteration], seconds: seconds(of: iteration),
        busySeconds: split(busy), waitSeconds: split(waits),
        communicationSeconds: communication[iteration] / scale,
        stragglerSeconds: straggling[iteration] / scale)
    }
  }
}
