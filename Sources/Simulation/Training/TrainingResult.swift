import Collectives
import Execution
import Fabrics
import MemoryModels
import Quantities
import StepGraphs

/// Everything a simulated job showed.
public struct TrainingResult: Sendable {
  public var job: TrainingJob
  public var graph: StepGraph
  public var execution: ExecutionResult
  /// One entry per simulated step; the steps after `TrainingJob.simulatedSteps` repeat the last one.
  public var steps: [StepBreakdown]
  /// The mean step.
  public var step: StepBreakdown
  public var throughput: Throughput
  /// Memory of the class of ranks that comes nearest to its capacity.
  public var memory: MemoryReport
  /// Memory of every class of ranks.
  public var memoryByClass: [MemoryReport]
  /// The collectives of one step, equal ones together, in order of first use.
  public var collectives: [CollectiveReport]
  /// Time of each call of the graph.
  public var callDurations: [SimDuration]
  /// Links by the bytes they carried in one step, busiest first.
  public var links: [LinkLoad]
  /// Bytes that nodes, or the devices of a small cluster, send each other in one step.
  public var traffic: Traffic
  /// Hash over the events of the steps and of every collective.
  public var fingerprint: UInt64
  /// Events of the steps and of every collective run on the fabric.
  public var eventCount: Int
  /// The closed form of the step time, where it applies, in seconds.
  public var closedFormSeconds: Double?
  /// The parts of a step that generates or scores; `nil` for plain training.
  public var postTraining: PostTrainingReport?

  /// Seconds from the start of the first step to the end of the last, repeated ones included.
  public var totalSeconds: Double {
    let repeated = job.steps - steps.count
    if postTraining != nil {
      return steps.reduce(0) { $0 + $1.time } + Double(repeated) * (steps.last?.time ?? 0)
    }
    return execution.endTime.seconds + (repeated > 0 ? Double(repeated) * (steps.last?.time ?? 0) : 0)
  }
}

/// What one link carried in a step.
public struct LinkLoad: Sendable, Equatable {
  public var name: String
  public var bandwidth: Bandwidth
  public var bytesPerStep: Double
  /// Bytes over what the link could have carried in the step.
  public var utilization: Double
}

/// Who sends how much to whom in one step.
public struct Traffic: Sendable, Equatable {
  public struct Flow: Sendable, Equatable {
    public var from: Int
    public var to: Int
    public var bytes: Double
  }

  /// Whether the ends are nodes; otherwise they are devices.
  public var isBetweenNodes: Bool
  public var labels: [String]
  /// In order of source, then destination.
  public var flows: [Flow]
}
