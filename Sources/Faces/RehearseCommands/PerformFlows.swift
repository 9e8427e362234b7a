import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Quantities
import Terminal
import Traffic
import TrafficFiles

func performFlows(_ invocation: Invocation) throws -> ExitStatus {
  var timed = try loadNetwork(invocation.text("fabric"))
  guard let path = invocation.text(ifGiven: "flows") else {
    throw InputError(reason: "flows needs --flows, a file of flows")
  }
  let flows = try readFlows(try readTextFile(path), file: path, on: timed.network)
  timed.timeline = try networkTimeline(invocation, of: timed)
  let seed = UInt64(invocation.integer(ifGiven: "seed") ?? 0)
  let outcome = try refusingUnroutable { () throws(NetworkError) in
    try simulate(flows, on: timed.network, during: timed.timeline, seed: seed)
  }
  let report = TrafficReport(
    network: timed.network, during: timed.timeline, flows: flows, outcome: outcome)
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.commaSeparated)
  case .text: try printed(report.text(on: TextStream.standardOutput.screen))
  }
  return outcome.cutCount == 0 ? .done : .negative
}

func performFabric(_ invocation: Invocation) throws -> ExitStatus {
  let network = try loadNetwork(invocation.text("fabric")).network
  let summary = try refusingUnroutable { () throws(NetworkError) in try NetworkSummary(network) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(summary.document.json())
  default: try printed(summary.text(on: TextStream.standardOutput.screen))
  }
  return .done
}

private func loadNetwork(_ path: String) throws(Diagnostics) -> TimedNetwork {
  try readTimedNetwork(try readTextFile(path), file: path)
}

/// What a network's document says happens, then what `--events` says.
func networkTimeline(_ invocation: Invocation, of timed: TimedNetwork) throws -> NetworkTimeline {
  var timeline = timed.timeline
  if let path = invocation.text(ifGiven: "events") {
    timeline.events += try readEvents(try readTextFile(path), file: path, on: timed.network)
  }
  if let seconds = invocation.number(ifGiven: "reroute-delay") {
    if timeline.events.isEmpty {
      throw InputError(
        reason: "--reroute-delay is of events: give them with --events or in the network's document")
    }
    guard seconds >= 0, seconds <= 3600 else {
      throw InputError(reason: "--reroute-delay must be from nothing to 1 h")
    }
    timeline.rerouteDelay = SimDuration(seconds: seconds)
  }
  return timeline
}

/// Hosts that no route joins and flows that outlast the clock are bad input, not faults.
private func refusingUnroutable<Answer>(_ work: () throws(NetworkError) -> Answer) throws(InputError)
  -> Answer
{
  do { return try work() } catch { throw InputError(reason: "\(error)") }
}

extension NetworkSummary {
  fileprivate func text(on screen: Screen) -> String {
    let rate = Readable.metric(bisection.bandwidth.bytesPerSecond, unit: "B/s")
    return heading(network.shape.name, on: screen)
      + factBlock(
        [
          (
            "Hosts",
            Readable.count(network.hostCount)
              + (network.nodeCount == network.hostCount
                ? "" : " in \(Readable.count(network.nodeCount)) nodes")
          ), ("Routes", network.routing.name), ("Switches", Readable.count(network.switchCount)),
          ("Links", "\(Readable.count(network.links.count)), each one way"),
          ("Diameter", "\(diameter) links"),
          ("Bisection", bisection.isExact ? "\(rate) each way" : "at most \(rate) each way"),
          (
            "Oversubscription",
            oversubscription.isFinite ? Readable.number(oversubscription) : "the halves are not joined"
          ),
        ], on: screen) + interfaceText(on: screen)
  }

  /// Which network interface is nearest to each host, where the network describes some.
  private func interfaceText(on screen: Screen) -> String {
    if nearestInterfaces.isEmpty { return "" }
    var table = TextTable(["Host", "Nearest interfaces", "Distance", .number("Rate")])
    for row in interfaceRows.prefix(Self.shownHosts) {
      table.add([
        .init(row.host), .init(row.interfaces.joined(separator: ", ")), .init(row.distance),
        .init(Readable.metric(row.bytesPerSecond, unit: "B/s")),
      ])
    }
    let left = interfaceRows.count - Self.shownHosts
    return "\n" + table.text(on: screen) + (left > 0 ? "\(Readable.count(left)) more in --format json\n" : "")
  }

  private static let shownHosts = 64
}
