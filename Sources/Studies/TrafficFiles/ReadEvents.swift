import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// Reads what happens to a network from comma-separated lines.
///
///     time_seconds,event,target,value,until_seconds
///     0.010,fail,switch 0 <-> host 1
///     0.015,degrade,switch 0 -> host 2,0.5
///     0.020,background,host 3 -> host 4,40 Gb/s,0.050
///     0.030,recover,switch 0 <-> host 1
///
/// A target is a link `a -> b`, links both ways `a <-> b`, or a host or switch with all its links by its name. The
/// header may be left out where the columns stand in this order; the last two may be left out or left empty.
///
/// - Throws: all that is wrong, with line and column.
public func readEvents(
  _ text: String, file: String, on network: NetworkGraph
) throws(Diagnostics) -> [NetworkEvent] {
  var reader = EventTableReader(network)
  return try reader.events(in: DelimitedText(text, file: file, separator: ",").lines, file: file)
}

private struct EventTableReader {
  let interpreter: EventInterpreter
  var findings = Diagnostics()
  var order = ColumnOrder(
    ["time_seconds", "event", "target", "value", "until_seconds"], requiredCount: 3, rowName: "an event")

  init(_ network: NetworkGraph) { interpreter = EventInterpreter(network) }

  mutating func events(
    in lines: [[DelimitedText.Field]], file: String
  ) throws(Diagnostics) -> [NetworkEvent] {
    var lines = lines[...]
    if let first = lines.first, first.contains(where: { order.columns.contains($0.text) }) {
      order.readHeader(first, &findings)
      try findings.throwIfAny()
      lines.removeFirst()
    }
    if lines.isEmpty {
      findings.report(.malformed(reason: "the file lists no events"), at: SourceLocation(file: file))
    }
    var events: [NetworkEvent] = []
    for fields in lines { if let event = event(fields) { events.append(event) } }
    try findings.throwIfAny()
    return events
  }

  private mutating func event(_ fields: [DelimitedText.Field]) -> NetworkEvent? {
    guard order.accepts(fields, &findings) else { return nil }
    func field(_ column: String) -> DelimitedText.Field? { order.field(column, of: fields) }
    guard let time = field("time_seconds"), let word = field("event"), let target = field("target") else {
      return nil
    }
    let range = EventInterpreter.timeRange
    let seconds = time.number(range, EventInterpreter.timeWords, &findings)
    var until: (Double, DelimitedText.Field)?
    if let field = field("until_seconds") {
      guard let end = field.number(range, EventInterpreter.timeWords, &findings) else { return nil }
      until = (end, field)
    }
    guard let seconds else { return nil }
    return interpreter.event(
      EventTerms(time: seconds, word: word, target: target, value: field("value"), until: until), &findings)
  }
}
