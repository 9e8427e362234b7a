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
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.commaSeparated)
  case .text: try printed(report.text(on: TextStream.standardOutput.screen))
  }
  return .done
}

func performFabric(_ invocation: Invocation) throws -> ExitStatus {
  let network = try loadNetwork(invocation.text("fabric"))
  let summary = try refusingUnroutable { () throws(NetworkError) in try NetworkSummary(network) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(summary.document.json())
  default: try printed(summary.text(on: TextStream.standardOutput.screen))
  }
  return .done
}

private func loadNetwork(_ path: String) throws(Diagnostics) -> NetworkGraph {
  try readNetwork(try readTextFile(path), file: path)
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
        ], on: screen)
  }
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
