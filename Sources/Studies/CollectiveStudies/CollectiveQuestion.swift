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

/// What is asked of a collective: how long it takes, for some sizes, by every algorithm.
public struct CollectiveQuestion: Sendable {
  public var kind: CollectiveKind
  public var sizes: [ByteCount]
  public var fabric: Fabric
  /// The device of every rank.
  public var ranks: [DeviceID]
  /// Schedules to time; those that cannot do the kind are refused by name.
  public var algorithms: [CollectiveAlgorithm]
  /// Sizes of the levels of `hierarchical`, innermost first; nil takes a node's devices and the nodes.
  public var levels: [Int]?
  /// Algorithms that are no schedules, run message by message.
  public var graphs: [GraphAlgorithm]
  public var timing: ScheduleTiming
  /// Libraries whose choices are shown.
  public var tuners: [any CollectiveTuner]
  public var calibration: CollectiveCalibration?
  /// Whose choice is the answer: one of `tuners`, `least` or `calibration`.
  public var tuner: TunerName
  /// γ of the schedules.
  public var reductionSecondsPerByte: Double
  /// What happens to the network from the start of every collective on; timing is by `messages` then.
  public var timeline: NetworkTimeline

  public init(
    _ kind: CollectiveKind, sizes: [ByteCount], on fabric: Fabric, ranks: [DeviceID],
    algorithms: [CollectiveAlgorithm]? = nil, levels: [Int]? = nil, graphs: [GraphAlgorithm] = [],
    timing: ScheduleTiming = .steps, tuners: [any CollectiveTuner] = [],
    calibration: CollectiveCalibration? = nil, tuner: TunerName = .least, reductionSecondsPerByte: Double = 0,
    during timeline: NetworkTimeline = .quiet
  ) {
    precondition(timeline.events.isEmpty || timing == .messages, "events happen between messages")
    self.kind = kind
    self.sizes = sizes
    self.fabric = fabric
    self.ranks = ranks
    self.algorithms = algorithms ?? kind.algorithms
    self.levels = levels
    self.graphs = graphs
    self.timing = timing
    self.tuners = tuners
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
  /// What a library takes or compares: by its own model's time, or else by that of the pattern's sends.
  case library(TunerName, LibraryAlgorithm)
  /// Messages with waits of their own.
  case graph(GraphAlgorithm.Source, String)
  /// The line of a calibration.
  case calibration
}

/// A library's algorithm under its own name.
public struct LibraryAlgorithm: Sendable, Equatable {
  public var name: String
  public var channelProtocol: NCCLProtocol?
  /// What stands for it here.
  public var pattern: CollectiveAlgorithm
  /// Whether the two differ in more than details.
  public var isApproximate: Bool

  public init(_ choice: TunerChoice) {
    name = choice.libraryName
    channelProtocol = choice.channelProtocol
    pattern = choice.algorithm
    isApproximate = choice.isApproximate
  }
}

/// One time of one size.
public struct CollectiveTime: Sendable, Equatable {
  public var method: CollectiveMethod
  public var duration: SimDuration
}

/// All times of one size.
public struct CollectiveTimes: Sendable, Equatable {
  /// What a tuner takes.
  public struct Pick: Sendable, Equatable {
    public var tuner: TunerName
    /// Among the times.
    public var index: Int
  }

  public var bytes: ByteCount
  /// The calibration, the libraries' algorithms, the schedules, the graphs; each only where there is one.
  public var times: [CollectiveTime] = []
  /// Every tuner's choice, the calibration's first and `least` last; those without one are left out.
  public var picks: [Pick] = []
  /// Position of the answer; nil where the tuner asked for has none to choose from.
  public var chosen: Int?

  init(bytes: ByteCount) { self.bytes = bytes }

  public var choice: CollectiveTime? { chosen.map { times[$0] } }

  /// Position of the least time of all.
  public var fastest: Int? { times.indices.min { times[$0].duration < times[$1].duration } }

  /// Who takes a time.
  public func choosers(of index: Int) -> [TunerName] { picks.filter { $0.index == index }.map(\.tuner) }

  /// - Parameter pick: the chooser's, among the new ones.
  mutating func append(_ new: [CollectiveTime], _ chooser: TunerName?, _ pick: Int?) {
    if let chooser, let pick { picks.append(Pick(tuner: chooser, index: times.count + pick)) }
    times += new
  }

  /// The least of some; of equal times, the first.
  mutating func chooseLeast(_ candidates: [Int]) {
    if let least = candidates.min(by: { times[$0].duration < times[$1].duration }) {
      picks.append(Pick(tuner: .least, index: least))
    }
  }
}

/// The answer to a question about a collective.
public struct CollectiveAnswer: Sendable {
  /// An algorithm, or a library's choice, that could not be timed, and why.
  public struct Refusal: Sendable, Equatable {
    public var name: String
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
