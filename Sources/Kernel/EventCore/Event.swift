import Quantities

/// Something that happens at one time, with code to run then.
///
/// For hand-written models; the simulator's own models keep plain values in a `RadixHeap`.
public struct Event {
  public typealias Action = (SimulationEngine) throws -> Void

  public var time: SimTime
  public var kind: PhaseKind
  public var node: Int
  /// Words of the model's own, printed in the history; tells custom events apart.
  public var label: String
  public var action: Action

  /// - Parameter action: what to do at that time; it may schedule more events, and an error it throws ends
  ///   the run.
  public init(
    at time: SimTime, kind: PhaseKind, node: Int, label: String = "", action: @escaping Action = { _ in }
  ) {
    self.time = time
    self.kind = kind
    self.node = node
    self.label = label
    self.action = action
  }

  /// The event without its code.
  public var record: EventRecord { EventRecord(time: time, kind: kind, node: node, label: label) }
}

/// One line of a history.
public struct EventRecord: Hashable, Sendable, CustomStringConvertible {
  public var time: SimTime
  public var kind: PhaseKind
  public var node: Int
  public var label: String

  public init(time: SimTime, kind: PhaseKind, node: Int, label: String = "") {
    self.time = time
    self.kind = kind
    self.node = node
    self.label = label
  }

  /// `COMPUTE_START of node 3 at 0.5 s`, with the label in brackets after the name.
  public var description: String {
    "\(kind.name)\(label.isEmpty ? "" : " (\(label))") of node \(node) at \(time.seconds) s"
  }
}

/// Why an engine could not go on.
public enum EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  case scheduledInThePast(EventRecord, now: SimTime)
  case endWithoutStart(EventRecord)
  case alreadyRunning

  public var description: String {
    switch self {
    case .scheduledInThePast(let event, let now):
      "event \(event) lies in the past: the time is \(now.seconds) s"
    case .endWithoutStart(let event): "event \(event) ends what was not started"
    case .alreadyRunning: "an action may not run the engine that runs it"
    }
  }
}
