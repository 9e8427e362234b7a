import MemoryModels
import Quantities
import StepGraphs

/// What a run of a step graph produced.
public struct ExecutionResult: Sendable {
  /// One record per iteration, in order.
  public var iterations: [IterationRecord]
  /// Spans of the recorded ranks and iterations, in order of their end.
  public var spans: [Span]
  /// Memory of the first rank of each class.
  public var memory: [MemoryRecord]
  /// Events handled.
  public var eventCount: Int
  /// Hash over every event in order.
  public var fingerprint: UInt64
  /// Simulated time at the end.
  public var endTime: SimTime
  /// Whether all cycles were run that the graph leaves out; otherwise the step needs its whole graph.
  public var isComplete: Bool
}

/// Where the time of one iteration went, averaged over ranks.
public struct IterationRecord: Sendable {
  /// When the first rank started it, and when the last one was done.
  public var start: SimTime
  public var end: SimTime
  /// From a rank's start of this iteration to its start of the next; those of all iterations add up to
  /// the whole run.
  public var seconds: Double
  /// Rank-seconds on the compute stream by phase, divided by the number of ranks.
  public var busySeconds: [StepGraph.Phase: Double]
  /// Seconds in which the compute stream stood still, by the phase it waited for.
  public var waitSeconds: [StepGraph.Phase: Double]
  /// Seconds the communication stream was transferring.
  public var communicationSeconds: Double
  /// Seconds ranks had entered a collective that others had not reached yet.
  public var stragglerSeconds: Double
}

/// One operator's run on one rank.
public struct Span: Sendable, BitwiseCopyable {
  public var rank: Int32
  public var operatorIndex: Int32
  public var iteration: Int32
  public var start: SimTime
  public var end: SimTime
}

/// Memory over time of one rank.
public struct MemoryRecord: Sendable {
  public var classIndex: Int
  /// Samples at every change in the recorded iterations.
  public var samples: [Sample]
  /// Largest device total, and what was live then, in bytes by `MemoryKind.rawValue`.
  public var peakBytes: Int64
  public var liveAtPeak: [Int64]
  /// Largest value of each kind on its own, in bytes by `MemoryKind.rawValue`.
  public var peakByKind: [Int64]
  /// The operator that ran at the peak, -1 before the first.
  public var peakOperator: Int
  /// Starts and ends of operators that change memory in the first iteration, in order of time.
  public var changes: [Change]

  /// An operator's start or end, at which its memory changes of that moment take place.
  public struct Change: Sendable, BitwiseCopyable {
    public var operatorIndex: Int32
    public var atStart: Bool
  }

  public struct Sample: Sendable {
    public var time: SimTime
    /// Bytes by `MemoryKind.rawValue`.
    public var bytes: [Int64]
  }
}
