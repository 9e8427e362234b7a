import Documents
import Fabrics
import Quantities
import Traffic

/// Traffic on a network and what became of it.
public struct TrafficReport: Sendable {
  public var network: NetworkGraph
  public var timeline: NetworkTimeline
  public var flows: [TrafficFlow]
  public var outcome: TrafficOutcome

  public init(
    network: NetworkGraph, during timeline: NetworkTimeline = .quiet, flows: [TrafficFlow],
    outcome: TrafficOutcome
  ) {
    self.network = network
    self.timeline = timeline
    self.flows = flows
    self.outcome = outcome
  }

  /// Whether anything was to happen to the network; where not, reports do not speak of it.
  public var isTimed: Bool { !timeline.events.isEmpty }

  public var flowColumns: [String] {
    let plain = [
      "flow", "source", "destination", "bytes", "start_seconds", "end_seconds", "duration_seconds",
      "mean_bytes_per_second", "links_crossed",
    ]
    return isTimed ? plain + ["reroutes", "bytes_left"] : plain
  }

  /// A flow that was cut off has no end.
  public var flowRows: [[OutputValue]] {
    flows.indices.map { index in
      let (flow, end) = (flows[index], outcome.flows[index])
      let hasRate = !end.isCut && end.duration > .zero
      let plain: [OutputValue] = [
        .count(index), .string(name(flow.source)), .string(name(flow.target)), .real(flow.bytes),
        .real(flow.start.seconds), end.isCut ? .null : .real(end.end.seconds),
        end.isCut ? .null : .real(end.duration.seconds),
        hasRate ? .real(flow.bytes / end.duration.seconds) : .null, .count(end.hopCount),
      ]
      return isTimed ? plain + [.count(end.rerouteCount), .real(end.bytesLeft)] : plain
    }
  }

  /// Flows with their routes, and every link that carried something; where events happened, these as well.
  public var document: OutputValue {
    let plain: OutputValue = [
      "network": .string(network.shape.name), "makespan_seconds": .real(outcome.makespan.seconds),
      "instants": .count(outcome.instantCount),
      "fingerprint": .string(hexadecimal(outcome.fingerprint)),
      "flows": .list(zip(flowRows, outcome.flows).map(flowDocument)),
      "links": .list(outcome.links.filter { $0.flowCount > 0 || $0.backgroundBytes > 0 }.map(linkDocument)),
    ]
    if !isTimed { return plain }
    return plain.adding([
      .init("cut_flows", .count(outcome.cutCount)),
      .init("reroute_delay_seconds", .real(timeline.rerouteDelay.seconds)),
      .init("events", .list(outcome.events.map(eventDocument))),
    ])
  }

  private func linkDocument(_ load: LinkLoad) -> OutputValue {
    let plain: OutputValue = [
      "link": .string(network.name(of: load.link)), "flows": .count(load.flowCount),
      "bytes": .real(load.bytes), "mean_utilization": .real(load.meanUtilization),
    ]
    return isTimed ? plain.adding([.init("background_bytes", .real(load.backgroundBytes))]) : plain
  }

  private func flowDocument(_ row: [OutputValue], _ completion: FlowCompletion) -> OutputValue {
    let route = completion.route.map { OutputValue.string(network.name(of: $0)) }
    return .object(
      zip(flowColumns, row).map { .init($0, $1) } + [.init("route", .list(route))])
  }

  private func eventDocument(_ happening: DisturbedTransfers.Happening) -> OutputValue {
    let event = timeline.events[happening.event]
    var fields: [OutputValue.Field] = [
      .init("time_seconds", .real(event.time.seconds)), .init("event", .string(event.word)),
      .init("target", .string(network.name(of: event.target))),
    ]
    switch event.change {
    case .fail, .recover: break
    case .slow(let share): fields.append(.init("share", .real(share)))
    case .limit(let rate): fields.append(.init("bytes_per_second", .real(rate.bytesPerSecond)))
    case .background(let rate, let until):
      fields.append(.init("bytes_per_second", .real(rate.bytesPerSecond)))
      if let until { fields.append(.init("until_seconds", .real(until.seconds))) }
    }
    fields.append(.init("stopped_flows", .count(happening.stoppedCount)))
    return .object(fields)
  }

  public var commaSeparated: String { commaSeparatedText(columns: flowColumns, rows: flowRows) }

  /// A vertex's name.
  public func name(_ vertex: VertexID) -> String { network.name(of: vertex) }
}

extension NetworkEvent {
  /// The word by which files know the event.
  public var word: String {
    switch change {
    case .fail: EventWord.fail.rawValue
    case .slow, .limit: EventWord.degrade.rawValue
    case .recover: EventWord.recover.rawValue
    case .background: EventWord.background.rawValue
    }
  }
}
