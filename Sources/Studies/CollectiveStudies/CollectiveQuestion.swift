import Collectives
import Fabrics
import Quantities

/// How the schedule of an algorithm is timed.
public enum ScheduleTiming: String, Sendable, CaseIterable {
  /// Each step that differs is solved once, links shared.
  case steps
  /// α and β of each step, without sharing in time.
  case closedForm = "closed_form"
  /// Every message is an event.
  case messages
}

/// Whose choice among all the times of a size is the answer.
public enum TunerName: String, Sendable, CaseIterable {
  /// The algorithm and protocol that NCCL's model takes.
  case nccl
  /// The least of the schedules that `auto` chooses from.
  case least
  /// The measured line of a calibration.
  case calibration
}

/// What is asked of a collective: how long it takes, for some sizes, by every algorithm.
public struct CollectiveQuestion: Sendable {
  public var kind: CollectiveKind
  public var sizes: [ByteCount]
  public var fabric: Fabric
  /// The device of every rank.
  public var ranks: [DeviceID]
  /// Schedules to time; those that cannot do the kind are refused by name.
  public var algorithms: [CollectiveAlgorithm]
  public var timing: ScheduleTiming
  /// The group as NCCL sees it; nil where its model says nothing.
  public var nccl: NCCLSystem?
  public var calibration: CollectiveCalibration?
  public var tuner: TunerName
  /// γ of the schedules.
  public var reductionSecondsPerByte: Double
  /// What happens to the network from the start of every collective on; timing is by `messages` then.
  public var timeline: NetworkTimeline

  public init(
    _ kind: CollectiveKind, sizes: [ByteCount], on fabric: Fabric, ranks: [DeviceID],
    algorithms: [CollectiveAlgorithm]? = nil, timing: ScheduleTiming = .steps, nccl: NCCLSystem? = nil,
    calibration: CollectiveCalibration? = nil, tuner: TunerName = .least,
    reductionSecondsPerByte: Double = 0, during timeline: NetworkTimeline = .quiet
  ) {
    precondition(timeline.events.isEmpty || timing == .messages, "events happen between messages")
    self.kind = kind
    self.sizes = sizes
    self.fabric = fabric
    self.ranks = ranks
    self.algorithms = algorithms ?? kind.algorithms
    self.timing = timing
    self.nccl = nccl
    self.calibration = calibration
    self.tuner = tuner
    self.reductionSecondsPerByte = reductionSecondsPerByte
    self.timeline = timeline
  }
}

/// What says how long a collective takes.
public enum CollectiveMethod: Sendable, Equatable {
  /// The sends of an algorithm on the fabric.
  case schedule(CollectiveAlgorithm)
  /// NCCL's tuning model; sends and receives have no algorithm.
  case nccl(NCCLAlgorithm?, NCCLProtocol)
  /// The line of a calibration.
  case calibration
}

/// One time of one size.
public struct CollectiveTime: Sendable, Equatable {
  public var method: CollectiveMethod
  public var duration: SimDuration
}

/// All times of one size.
public struct CollectiveTimes: Sendable, Equatable {
  public var bytes: ByteCount
  /// The calibration, NCCL's algorithms, the schedules; each only where there is one.
  public var times: [CollectiveTime]
  /// Position of the tuner's choice; nil where it has none to choose from.
  public var chosen: Int?

  public var choice: CollectiveTime? { chosen.map { times[$0] } }

  /// Position of the least time of all.
  public var fastest: Int? { times.indices.min { times[$0].duration < times[$1].duration } }
}

/// The answer to a question about a collective.
public struct CollectiveAnswer: Sendable {
  /// An algorithm that could not be timed, and why.
  public struct Refusal: Sendable, Equatable {
    public var algorithm: CollectiveAlgorithm
    public var reason: String
  }

  public var kind: CollectiveKind
  public var rankCount: Int
  /// In the order of the question's sizes.
  public var rows: [CollectiveTimes]
  public var refusals: [Refusal]
}

extension CollectiveAnswer {
  /// S / T in bytes per second; nil for no time.
  public func algorithmBandwidth(_ bytes: ByteCount, in duration: SimDuration) -> Double? {
    duration > .zero ? Double(bytes.bytes) / duration.seconds : nil
  }

  /// The same by the convention of nccl-tests: see `busFactor`.
  public func busBandwidth(_ bytes: ByteCount, in duration: SimDuration) -> Double? {
    algorithmBandwidth(bytes, in: duration).map { $0 * kind.busFactor(rankCount: rankCount) }
  }
}
