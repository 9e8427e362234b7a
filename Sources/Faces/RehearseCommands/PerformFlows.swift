import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Quantities
import Reporting
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
  let files = try writeNetworkFiles(invocation, "flows", { report.document }) { trafficCharts(report) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.commaSeparated)
  case .text:
    let screen = TextStream.standardOutput.screen
    try printed(report.text(on: screen) + (files.map { "\n" + factBlock([("Files", $0)], on: screen) } ?? ""))
  }
  return outcome.cutCount == 0 ? .done : .negative
}

func loadNetwork(_ path: String) throws(Diagnostics) -> TimedNetwork {
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
func refusingUnroutable<Answer>(_ work: () throws(NetworkError) -> Answer) throws(InputError)
  -> Answer
{
  do { return try work() } catch { throw InputError(reason: "\(error)") }
}
