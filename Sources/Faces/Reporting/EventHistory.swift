import Documents
import Quantities
import StepGraphs
import Training

/// Kinds of entries in the event history.
public enum HistoryEvent: String, Sendable, CaseIterable {
  case iterationStart = "ITERATION_START"
  case iterationEnd = "ITERATION_END"
  case computeStart = "COMPUTE_START"
  case computeEnd = "COMPUTE_END"
  case communicationStart = "COMM_START"
  case communicationEnd = "COMM_END"
  case allReduceStart = "ALLREDUCE_START"
  case allReduceEnd = "ALLREDUCE_END"
  case optimizerStart = "OPTIMIZER_START"
  case optimizerEnd = "OPTIMIZER_END"
  case transferStart = "TRANSFER_START"
  case transferEnd = "TRANSFER_END"
}

/// The recorded spans as single events in order of time, one JSON object a line.
///
/// A rank's `COMM_START` is its arrival at a collective, `ALLREDUCE_START` the moment the last rank
/// has arrived and bytes flow.
public func writeHistory(_ result: TrainingResult, to write: (String) throws -> Void) rethrows {
  let spans = result.execution.spans
  var entries: [HistoryEntry] = []
  for (index, span) in spans.enumerated() {
    let (start, end) = result.historyEvents(of: Int(span.operatorIndex))
    entries.append(HistoryEntry(time: span.start, order: 4, event: start, subject: index))
    if start == .communicationStart {
      let duration = result.callDuration(of: Int(span.operatorIndex))
      let began = SimTime(ticks: span.end.ticks - duration.ticks)
      entries.append(HistoryEntry(time: began, order: 5, event: .allReduceStart, subject: index))
      entries.append(HistoryEntry(time: span.end, order: 0, event: .allReduceEnd, subject: index))
    }
    entries.append(HistoryEntry(time: span.end, order: 1, event: end, subject: index))
  }
  for iteration in 0..<(spans.map { Int($0.iteration) + 1 }.max() ?? 0) {
    let record = result.execution.iterations[iteration]
    entries.append(HistoryEntry(time: record.start, order: 3, event: .iterationStart, subject: iteration))
    entries.append(HistoryEntry(time: record.end, order: 2, event: .iterationEnd, subject: iteration))
  }
  entries.sort { ($0.time, $0.order, $0.subject) < ($1.time, $1.order, $1.subject) }
  for entry in entries { try write(result.historyLine(entry).json(indented: false) + "\n") }
}

/// One line of the history before it is written.
private struct HistoryEntry {
  var time: SimTime
  /// Ties: what ends comes before what starts.
  var order: Int
  var event: HistoryEvent
  /// Index of the span, or the iteration.
  var subject: Int
}

extension TrainingResult {
  fileprivate func historyEvents(of index: Int) -> (HistoryEvent, HistoryEvent) {
    switch graph.operators[index].kind {
    case .collective: (.communicationStart, .communicationEnd)
    case .transfer, .send: (.transferStart, .transferEnd)
    case .compute:
      graph.operators[index].phase == .optimizer
        ? (.optimizerStart, .optimizerEnd) : (.computeStart, .computeEnd)
    }
  }

  fileprivate func historyLine(_ entry: HistoryEntry) -> OutputValue {
    if entry.event == .iterationStart || entry.event == .iterationEnd {
      return [
        "time_seconds": .real(entry.time.seconds), "event": .string(entry.event.rawValue), "rank": .null,
        "iteration": .count(entry.subject),
      ]
    }
    let span = execution.spans[entry.subject]
    let index = Int(span.operatorIndex)
    return [
      "time_seconds": .real(entry.time.seconds), "event": .string(entry.event.rawValue),
      "rank": .integer(Int64(span.rank)), "iteration": .integer(Int64(span.iteration)),
      "operator": .string(graph.name(of: index)), "phase": .string(graph.operators[index].phase.label),
    ]
  }
}
