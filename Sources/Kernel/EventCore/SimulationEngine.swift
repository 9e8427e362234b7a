import Quantities

/// A discrete-event engine whose events carry code: for people who write a model of their own.
///
/// ```swift
/// let engine = SimulationEngine()
/// try engine.schedule(
///   Event(at: .zero, kind: .computeStart, node: 0) { engine in
///     try engine.schedule(after: .milliseconds(3), kind: .computeEnd, node: 0)
///   })
/// let statistics = try engine.run(collectHistory: true)
/// ```
///
/// Events run by time, ties in the order they were scheduled. The queue holds indices into a table of
/// events; the closures themselves do not move.
public final class SimulationEngine {
  /// The time of the event that runs, or of the last one that ran.
  public private(set) var now = SimTime.zero
  /// Events executed by runs that collected a history, in order.
  public private(set) var history: [EventRecord] = []

  private var queue = RadixHeap<Int32>()
  private var table: [Event?] = []
  private var freeRows: [Int32] = []
  private var isRunning = false
  private var countsByKind = [Int](repeating: 0, count: PhaseKind.allCases.count)
  private var spans = SpanLedger()
  private var fingerprint = Fingerprint()

  public init() {}

  /// Adds an event.
  ///
  /// - Throws: `EngineError.scheduledInThePast` if it lies before `now`.
  /// - Complexity: O(1).
  public func schedule(_ event: Event) throws(EngineError) {
    if event.time < now { throw .scheduledInThePast(event.record, now: now) }
    let row: Int32
    if let free = freeRows.popLast() {
      row = free
      table[Int(row)] = event
    } else {
      row = Int32(table.count)
      table.append(event)
    }
    queue.push(row, at: event.time.ticks)
  }

  /// Adds an event some time from now.
  public func schedule(
    after delay: SimDuration, kind: PhaseKind, node: Int, label: String = "",
    action: @escaping Event.Action = { _ in }
  ) throws(EngineError) {
    try schedule(Event(at: now + delay, kind: kind, node: node, label: label, action: action))
  }

  /// Runs events in order until none is left or the next one lies after a limit.
  ///
  /// - Parameters:
  ///   - limit: the last time at which events still run. If events are left beyond it, `now` becomes the
  ///     limit and another call goes on from there.
  ///   - collectHistory: whether to append each event to `history`.
  /// - Returns: statistics since the engine was made or reset.
  /// - Throws: what an action throws, as it is, after its event has been counted; events not yet run stay
  ///   scheduled. `EngineError` for an end without a start or a run within a run.
  @discardableResult public func run(
    until limit: SimTime? = nil, collectHistory: Bool = false
  ) throws -> EngineStatistics {
    if isRunning { throw EngineError.alreadyRunning }
    isRunning = true
    defer { isRunning = false }
    while let (_, row) = queue.pop(through: limit?.ticks ?? .max) {
      guard let event = table[Int(row)] else { preconditionFailure("a queued row holds no event") }
      table[Int(row)] = nil
      freeRows.append(row)
      now = event.time
      try note(event.record, inHistory: collectHistory)
      try event.action(self)
    }
    if let limit, !queue.isEmpty, now < limit { now = limit }
    return statistics
  }

  /// What the engine did since it was made or reset.
  public var statistics: EngineStatistics {
    EngineStatistics(
      eventCount: countsByKind.reduce(0, +), pendingCount: queue.count, endTime: now,
      busyTimes: spans.busyTimes(at: now), fingerprint: fingerprint, countsByKind: countsByKind)
  }

  /// Forgets events, time, history and statistics.
  ///
  /// - Throws: `EngineError.alreadyRunning` from within an action.
  public func reset() throws(EngineError) {
    if isRunning { throw .alreadyRunning }
    now = .zero
    history.removeAll()
    queue.removeAll()
    table.removeAll()
    freeRows.removeAll()
    countsByKind = countsByKind.map { _ in 0 }
    spans = SpanLedger()
    fingerprint = Fingerprint()
  }

  private func note(_ record: EventRecord, inHistory: Bool) throws(EngineError) {
    countsByKind[Int(record.kind.rawValue)] += 1
    fingerprint.combine(
      time: record.time, kind: UInt32(record.kind.rawValue), subject: Int32(truncatingIfNeeded: record.node))
    fingerprint.combine(record.label)
    if inHistory { history.append(record) }
    try spans.enter(record)
  }
}
