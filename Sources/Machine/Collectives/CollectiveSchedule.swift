/// The steps of a collective, in a form whose size does not grow with the number of sends.
public struct CollectiveSchedule: Sendable, Equatable {
  /// When a rank may go on.
  public enum Pacing: Sendable, Equatable {
    /// A rank enters a step when all that it sends and receives in the step before is done.
    case dataflow
    /// All ranks enter a step together, when the step before is done everywhere.
    case rounds
  }

  public var rankCount: Int
  public var pacing: Pacing
  public var steps: [ScheduleStep]

  public init(rankCount: Int, pacing: Pacing = .dataflow, steps: [ScheduleStep]) {
    self.rankCount = rankCount
    self.pacing = pacing
    self.steps = steps
  }

  /// Steps when repetitions are counted one by one.
  public var stepCount: Int { steps.reduce(0) { $0 + $1.repeatCount } }

  /// All sends of all steps.
  public var sendCount: Int {
    steps.reduce(0) { $0 + $1.repeatCount * $1.sends.count(among: rankCount) }
  }

  func check() throws(CollectiveError) {
    for step in steps {
      guard step.repeatCount >= 1 else { throw .badSchedule("a step is repeated \(step.repeatCount) times") }
      guard step.bytes >= 0, step.bytes.isFinite else {
        throw .badSchedule("a step sends \(step.bytes) bytes")
      }
      if let fault = step.sends.fault(among: rankCount) { throw .badSchedule(fault) }
    }
  }
}

/// A step: each of its messages carries the same bytes, and the step may be repeated.
public struct ScheduleStep: Sendable, Equatable {
  public var sends: SendPattern
  /// Bytes of each message; a `.list` states them itself.
  public var bytes: Double
  public var repeatCount: Int
  /// Whether receivers reduce what arrives; in a `.tree`, only what goes up.
  public var reduces: Bool

  public init(_ sends: SendPattern, bytes: Double, repeatCount: Int = 1, reduces: Bool = false) {
    self.sends = sends
    self.bytes = bytes
    self.repeatCount = repeatCount
    self.reduces = reduces
  }
}
