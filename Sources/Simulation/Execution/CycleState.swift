import EventCore
import Quantities
import StepGraphs

/// All that decides how a run goes on, told from now on, so that two moments can be compared.
struct CycleState {
  /// The moment it is of, and what had been recorded then.
  var time: SimTime
  var sums: [Double]
  var spanCount: Int
  var sampleCounts: [Int]

  var cursors: [Int32]
  var running: [UInt16]
  var pending: [Pending]
  /// Ticks from an instance's last computation, from each operator that runs, and from each domain's first entry.
  var ages: [Int64]
  var entered: [Int]
  var lateness: [Double]
  var liveBytes: [[Int64]]
  /// What is taken from computation, and was from the operator that runs.
  var taken: [Double]
  var isExtended: [Bool]

  struct Pending: Equatable {
    var completion: Executor.Completion
    /// Ticks until then.
    var ticks: Int64

    static func == (a: Pending, b: Pending) -> Bool {
      a.completion.instance == b.completion.instance && a.completion.index == b.completion.index
        && a.ticks == b.ticks
    }
  }

  /// Seconds by which sums of what was taken may differ through rounding; far below a tick of the simulated clock.
  private static let rounding = 1e-13

  /// Whether what follows is the same.
  func isContinued(like other: CycleState) -> Bool {
    cursors == other.cursors && running == other.running && pending == other.pending && ages == other.ages
      && entered == other.entered && lateness == other.lateness && liveBytes == other.liveBytes
      && isExtended == other.isExtended
      && zip(taken, other.taken).allSatisfy { abs($0 - $1) < Self.rounding }
  }
}

/// Where an executor stands with the cycles that its graph leaves out of an iteration.
struct CycleProgress {
  var iteration: Int32 = 0
  /// Cycles of the iteration that have not been run.
  var left: Int
  /// The position of the first instance's computation at which the last cycle was put in; -1 for none.
  var position: Int32 = -1
  var earlier: CycleState?
}
