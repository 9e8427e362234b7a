import Diagnostics
import Documents
import Fabrics
import NetworkFiles
import Quantities

/// A network and what happens to it.
public struct TimedNetwork: Sendable, Equatable {
  public var network: NetworkGraph
  public var timeline: NetworkTimeline

  public init(_ network: NetworkGraph, _ timeline: NetworkTimeline = .quiet) {
    self.network = network
    self.timeline = timeline
  }
}

/// The parts of a network document that say what happens, read before the network is there to name links of.
struct EventList {
  fileprivate var terms: [EventTerms] = []
  var rerouteDelay = SimDuration.zero
  /// Where the document says anything of events.
  var place: DocumentNode?

  /// - Throws: all that is wrong with the events on a network, with line and column.
  func timeline(on network: NetworkGraph) throws(Diagnostics) -> NetworkTimeline {
    let interpreter = EventInterpreter(network)
    var findings = Diagnostics()
    var events: [NetworkEvent] = []
    for terms in terms { if let event = interpreter.event(terms, &findings) { events.append(event) } }
    try findings.throwIfAny()
    return NetworkTimeline(events, rerouteDelay: rerouteDelay)
  }
}

extension FieldReader {
  /// Events under `events`, each `{time, event, target, value, until}`, and `reroute_delay`.
  mutating func events() -> EventList {
    var list = EventList()
    list.place = node["events"] ?? node["reroute_delay"]
    list.rerouteDelay = latency("reroute_delay")
    for item in self.list("events") ?? [] {
      var reader = FieldReader(item, findings)
      if let terms = reader.eventTerms() { list.terms.append(terms) }
      reader.finish()
    }
    return list
  }

  private mutating func eventTerms() -> EventTerms? {
    for key in ["time", "event", "target"] where lacks(key) { missing(key) }
    let time = eventTime("time")
    let until = eventTime("until")
    let (word, target, value) = (field("event"), field("target"), field("value"))
    guard let time, let word, let target else { return nil }
    return EventTerms(
      time: time.seconds, word: word, target: target, value: value, until: until)
  }

  /// A time with its unit; zero may stand alone.
  private mutating func eventTime(_ key: String) -> (seconds: Double, field: DelimitedText.Field)? {
    guard let field = field(key) else { return nil }
    if Double(field.text) == 0 { return (0, field) }
    var problems = Diagnostics()
    let seconds = field.quantity(.duration, zeroAllowed: true, &problems)
    for problem in problems.list { findings.diagnostics.list.append(problem) }
    guard let seconds else { return nil }
    if EventInterpreter.timeRange.contains(seconds) { return (seconds, field) }
    findings.diagnostics.report(
      .outOfRange(value: field.text, allowed: EventInterpreter.timeWords), at: field.location)
    return nil
  }

  /// A scalar as it is written, with its place.
  private mutating func field(_ key: String) -> DelimitedText.Field? {
    guard let value = value(key) else { return nil }
    if case .real(let number) = value.content { return .init(text: "\(number)", location: value.location) }
    return FieldReader.text(of: value, findings).map { .init(text: $0, location: value.location) }
  }
}
