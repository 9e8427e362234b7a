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
  let network = try loadNetwork(invocation.text("fabric"))
  guard let path = invocation.text(ifGiven: "flows") else {
    throw InputError(reason: "flows needs --flows, a file of flows")
  }
  let flows = try readFlows(try readTextFile(path), file: path, on: network)
  let seed = UInt64(invocation.integer(ifGiven: "seed") ?? 0)
  let outcome = try refusingUnroutable { () throws(NetworkError) in
    try simulate(flows, on: network, seed: seed)
  }
  let report = TrafficReport(network: network, flows: flows, outcome: outcome)
  let files = try writeNetworkFiles(invocation, "flows", { report.document }) { trafficCharts(report) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.commaSeparated)
  case .text:
    let screen = TextStream.standardOutput.screen
    try printed(report.text(on: screen) + (files.map { "\n" + factBlock([("Files", $0)], on: screen) } ?? ""))
  }
  return .done
}

func loadNetwork(_ path: String) throws(Diagnostics) -> NetworkGraph {
  try readNetwork(try readTextFile(path), file: path)
}

/// Hosts that no route joins and flows that outlast the clock are bad input, not faults.
func refusingUnroutable<Answer>(_ work: () throws(NetworkError) -> Answer) throws(InputError)
  -> Answer
{
  do { return try work() } catch { throw InputError(reason: "\(error)") }
}

extension TrafficReport {
  private static let shownFlows = 40
  private static let shownLinks = 10

  fileprivate func text(on screen: Screen) -> String {
    var table = TextTable([
      .number("Flow"), "From", "To", .number("Bytes"), .number("Start"), .number("End"), .number("Rate"),
    ])
    for (index, flow) in flows.prefix(Self.shownFlows).enumerated() {
      let end = outcome.flows[index]
      let seconds = end.duration.seconds
      table.add([
        "\(index)", name(flow.source), name(flow.target), Readable.bytes(flow.bytes),
        Readable.seconds(flow.start.seconds), Readable.seconds(end.end.seconds),
        seconds > 0 ? Readable.metric(flow.bytes / seconds, unit: "B/s") : "",
      ])
    }
    var text = table.text(on: screen)
    if flows.count > Self.shownFlows {
      text += "\(Readable.count(flows.count - Self.shownFlows)) more in --format csv\n"
    }
    var links = TextTable(["Hottest links", .number("Flows"), .number("Bytes"), .number("Mean load")])
    for load in outcome.hottestLinks(Self.shownLinks) {
      links.add([
        network.name(of: load.link), Readable.count(load.flowCount), Readable.bytes(load.bytes),
        Readable.percent(load.meanUtilization),
      ])
    }
    return text + "\n" + links.text(on: screen) + "\n"
      + factBlock(
        [
          ("Makespan", Readable.seconds(outcome.makespan.seconds)),
          ("Instants", Readable.count(outcome.instantCount)),
          ("Fingerprint", hexadecimal(outcome.fingerprint)),
        ], on: screen)
  }
}
