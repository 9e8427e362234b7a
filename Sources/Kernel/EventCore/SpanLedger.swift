import Quantities

/// Time between start and end events, by node and phase.
///
/// Spans of one phase on one node may overlap or nest; time that several cover counts once.
struct SpanLedger {
  struct Key: Hashable {
    var node: Int
    var phase: Phase
  }

  struct Account {
    var openCount = 0
    var openSince = SimTime.zero
    var closed = SimDuration.zero
    var spanCount = 0
  }

  private var accounts: [Key: Account] = [:]

  /// Enters one event; those that neither start nor end a span pass by.
  mutating func enter(_ event: EventRecord) throws(EngineError) {
    guard let (phase, isStart) = event.kind.edge else { return }
    var account = accounts[Key(node: event.node, phase: phase)] ?? Account()
    if isStart {
      if account.openCount == 0 { account.openSince = event.time }
      account.openCount += 1
      account.spanCount += 1
    } else {
      if account.openCount == 0 { throw .endWithoutStart(event) }
      account.openCount -= 1
      if account.openCount == 0 { account.closed += event.time - account.openSince }
    }
    accounts[Key(node: event.node, phase: phase)] = account
  }

  /// Busy times by node, then phase; what is still open counts up to `now`.
  func busyTimes(at now: SimTime) -> [EngineStatistics.BusyTime] {
    accounts.map { key, account in
      let open = account.openCount > 0 ? now - account.openSince : .zero
      return EngineStatistics.BusyTime(
        node: key.node, phase: key.phase, duration: account.closed + open, spanCount: account.spanCount,
        openSpanCount: account.openCount)
    }.sorted { ($0.node, $0.phase) < ($1.node, $1.phase) }
  }
}
