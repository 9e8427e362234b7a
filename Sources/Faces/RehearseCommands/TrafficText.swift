import Documents
import Fabrics
import Quantities
import Terminal
import Traffic
import TrafficFiles

extension TrafficReport {
  private static let shownFlows = 40
  private static let shownLinks = 10
  private static let shownEvents = 20

  /// Flows, what became of those that met an event, the events, the hottest links and the run's figures.
  func text(on screen: Screen) -> String {
    var text = flowText(on: screen)
    if isTimed { text += fateText(on: screen) + eventText(on: screen) }
    var links = TextTable(["Hottest links", .number("Flows"), .number("Bytes"), .number("Mean load")])
    for load in outcome.hottestLinks(Self.shownLinks) {
      links.add([
        .init(network.name(of: load.link)), .init(Readable.count(load.flowCount)),
        .init(Readable.bytes(load.bytes + load.backgroundBytes)),
        .init(Readable.percent(load.meanUtilization)),
      ])
    }
    var facts = [
      ("Makespan", Readable.seconds(outcome.makespan.seconds)),
      ("Instants", Readable.count(outcome.instantCount)),
      ("Fingerprint", hexadecimal(outcome.fingerprint)),
    ]
    if isTimed { facts.insert(("Cut off", Readable.count(outcome.cutCount)), at: 1) }
    return text + "\n" + links.text(on: screen) + "\n" + factBlock(facts, on: screen)
  }

  private func flowText(on screen: Screen) -> String {
    var table = TextTable([
      .number("Flow"), "From", "To", .number("Bytes"), .number("Start"), .number("End"), .number("Rate"),
    ])
    for (index, flow) in flows.prefix(Self.shownFlows).enumerated() {
      let end = outcome.flows[index]
      let seconds = end.isCut ? 0 : end.duration.seconds
      table.add([
        "\(index)", .init(name(flow.source)), .init(name(flow.target)), .init(Readable.bytes(flow.bytes)),
        .init(Readable.seconds(flow.start.seconds)),
        .init(end.isCut ? "cut off" : Readable.seconds(end.end.seconds)),
        .init(seconds > 0 ? Readable.metric(flow.bytes / seconds, unit: "B/s") : ""),
      ])
    }
    return table.text(on: screen) + more(flows.count - Self.shownFlows, "--format csv")
  }

  /// Flows that took another route or were cut off.
  private func fateText(on screen: Screen) -> String {
    let met = outcome.flows.indices.filter { outcome.flows[$0].rerouteCount > 0 || outcome.flows[$0].isCut }
    if met.isEmpty { return "" }
    var table = TextTable([
      .number("Flow"), "From", "To", .number("Reroutes"), .number("Links"), .number("Left"),
    ])
    for index in met.prefix(Self.shownFlows) {
      let end = outcome.flows[index]
      table.add([
        "\(index)", .init(name(flows[index].source)), .init(name(flows[index].target)),
        .init(Readable.count(end.rerouteCount)), .init(Readable.count(end.hopCount)),
        .init(end.isCut ? Readable.bytes(end.bytesLeft) : ""),
      ])
    }
    return "\n" + table.text(on: screen) + more(met.count - Self.shownFlows, "--format csv")
  }

  private func eventText(on screen: Screen) -> String {
    if outcome.events.isEmpty { return "\nNo event happened before the last flow ended.\n" }
    var table = TextTable([.number("Time"), "Event", "Target", "Value", .number("Stopped flows")])
    for happening in outcome.events.prefix(Self.shownEvents) {
      let event = timeline.events[happening.event]
      table.add([
        .init(Readable.seconds(event.time.seconds)), .init(event.word), .init(network.name(of: event.target)),
        .init(event.value), .init(happening.stoppedCount > 0 ? Readable.count(happening.stoppedCount) : ""),
      ])
    }
    let text = "\n" + table.text(on: screen) + more(outcome.events.count - Self.shownEvents, "--format json")
    let missed = timeline.events.count - outcome.events.count
    return missed > 0 ? text + "\(Readable.count(missed)) more after the last flow ended\n" : text
  }

  private func more(_ count: Int, _ format: String) -> String {
    count > 0 ? "\(Readable.count(count)) more in \(format)\n" : ""
  }
}

extension NetworkEvent {
  fileprivate var value: String {
    switch change {
    case .fail, .recover: ""
    case .slow(let share): Readable.percent(share)
    case .limit(let rate): Readable.metric(rate.bytesPerSecond, unit: "B/s")
    case .background(let rate, let until):
      Readable.metric(rate.bytesPerSecond, unit: "B/s")
        + (until.map { " until \(Readable.seconds($0.seconds))" } ?? "")
    }
  }
}
