import Execution
import StepGraphs

/// Where the time of a step goes, in seconds, averaged over ranks.
///
/// The parts that stand on the compute stream add up to the whole:
/// `time = compute + optimizer + exposedCommunication + bubble + exposedOffload + rollout + scoring +
/// weightSync + other`.
public struct StepBreakdown: Sendable, Equatable {
  /// From a rank's start of the step to its start of the next; steps add up to the whole run.
  public var time: Double
  public var forward: Double
  public var backward: Double
  /// Forward work done again for the backward pass.
  public var recompute: Double
  public var optimizer: Double
  /// Time the network was busy with this job's collectives, hidden or not.
  public var communication: Double
  /// Time the compute stream stood still for a collective.
  public var exposedCommunication: Double
  /// Time the compute stream stood still for other stages of the pipeline.
  public var bubble: Double
  /// Time the compute stream stood still for transfers to or from the host.
  public var exposedOffload: Double
  /// The part of `exposedCommunication` spent waiting for slower ranks to arrive.
  public var straggler: Double
  /// Time at the end of the last step in which a rank waits for others.
  public var other: Double

  /// Time the update waited for answers; all of the rollout where both share their devices, 0 where the data has them.
  public var rollout = 0.0
  /// Forward passes of models that score answers or stand for the policy as it was.
  public var scoring = 0.0
  /// Time to bring trained weights to the workers that generate.
  public var weightSync = 0.0

  /// Forward, backward and recomputation.
  public var compute: Double { forward + backward + recompute }

  public init(_ record: IterationRecord) {
    func busy(_ phase: StepGraph.Phase) -> Double { record.busySeconds[phase] ?? 0 }
    func wait(_ phase: StepGraph.Phase) -> Double { record.waitSeconds[phase] ?? 0 }
    time = record.seconds
    forward = busy(.forward)
    backward = busy(.backward)
    recompute = busy(.recompute)
    optimizer = busy(.optimizer) + wait(.optimizer)
    communication = record.communicationSeconds
    exposedCommunication = StepGraph.Phase.allCases.reduce(0) { $0 + ($1.isExchange ? wait($1) : 0) }
    bubble = wait(.pipeline)
    exposedOffload = wait(.offload)
    straggler = min(record.stragglerSeconds, exposedCommunication)
    let rest =
      time - forward - backward - recompute - optimizer - exposedCommunication - bubble
      - exposedOffload
    // Sums of thousands of spans differ from the whole in their last digits.
    other = rest > 1e-9 * time ? rest : 0
  }

  /// The mean of several steps.
  public init(meanOf steps: [StepBreakdown]) {
    precondition(!steps.isEmpty, "a mean needs a step")
    func mean(_ part: (StepBreakdown) -> Double) -> Double {
      steps.reduce(0) { $0 + part($1) } / Double(steps.count)
    }
    time = mean(\.time)
    forward = mean(\.forward)
    backward = mean(\.backward)
    recompute = mean(\.recompute)
    optimizer = mean(\.optimizer)
    communication = mean(\.communication)
    exposedCommunication = mean(\.exposedCommunication)
    bubble = mean(\.bubble)
    exposedOffload = mean(\.exposedOffload)
    straggler = mean(\.straggler)
    other = mean(\.other)
    rollout = mean(\.rollout)
    scoring = mean(\.scoring)
    weightSync = mean(\.weightSync)
  }
}
