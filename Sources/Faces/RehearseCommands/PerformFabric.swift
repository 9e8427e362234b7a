import Charts
import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Reporting
import Resolution
import Scenarios
import Terminal
import TrafficFiles

func performFabric(_ invocation: Invocation) throws -> ExitStatus {
  let network = try loadAnyNetwork(invocation)
  let summary = try refusingUnroutable { () throws(NetworkError) in try NetworkSummary(network) }
  let files = try writeNetworkFiles(invocation, "fabric", { summary.document }) {
    [("network", networkChart(network))]
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(summary.document.json())
  default:
    let screen = TextStream.standardOutput.screen
    try printed(
      summary.text(on: screen) + (files.map { "\n" + factBlock([("Files", $0)], on: screen) } ?? ""))
  }
  return .done
}

/// The network of a description, or of the machines of a scenario or preset.
private func loadAnyNetwork(_ invocation: Invocation) throws -> NetworkGraph {
  let source = invocation.text("fabric")
  if !(try isScenario(source)) {
    if invocation.isGiven("set") {
      throw InputError(reason: "--set changes keys of a scenario; \(source) describes a network")
    }
    return try loadNetwork(source).network
  }
  let loader = try ScenarioLoader(invocation)
  let (shape, _) = try loader.resolver.machines(of: try loader.scenario(source))
  do {
    return try NetworkGraph(of: try Fabric(shape), named: shape.networkName.replacing("_", with: " "))
  } catch { throw InputError(reason: "\(error)") }
}

/// Whether a source is a scenario: the name of a preset, or a document that says what a scenario does.
private func isScenario(_ source: String) throws -> Bool {
  if !isFile(source) { return scenarioPresets.contains { $0.name == source } }
  guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") || source.hasSuffix(".json"),
    let document = try? parseDocument(try readTextFile(source), file: source)
  else { return false }
  return document["kind"] == nil
    && ["model", "cluster", "hardware", "workload"].contains { document[$0] != nil }
}

/// Writes the document and, unless told not to, the charts where a folder is given.
///
/// - Returns: what was written, for people; nil without a folder.
func writeNetworkFiles(
  _ invocation: Invocation, _ name: String, _ document: () -> OutputValue,
  charts: () -> [(name: String, chart: any Chart)]
) throws -> String? {
  guard let folder = invocation.text(ifGiven: "out") else { return nil }
  try createFolder(folder)
  try writeFile(document().json() + "\n", to: joinedPath(folder, "\(name).json"))
  var files = "\(folder): \(name).json"
  if !invocation.flag("no-charts") {
    let outcome = ChartRenderer().write(charts(), to: folder)
    let stems = outcome.files.filter { $0.hasSuffix(".vl.json") }.count
    if stems > 0 { files += stems == 1 ? ", network chart" : ", \(stems) charts" }
    if let note = outcome.note { files += "; \(note)" }
  }
  return files
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
                ? ""
                : " in \(Readable.count(network.nodeCount)) \(network.nodeCount == 1 ? "node" : "nodes")")
          ), ("Routes", network.routing.name), ("Switches", Readable.count(network.switchCount)),
          ("Links", "\(Readable.count(network.links.count)), each one way"),
          ("Diameter", "\(diameter) links"),
          ("Bisection", bisection.isExact ? "\(rate) each way" : "at most \(rate) each way"),
          (
            "Oversubscription",
            oversubscription.isFinite ? Readable.number(oversubscription) : "the halves are not joined"
          ),
        ], on: screen) + "\n" + censusText(on: screen) + interfaceText(on: screen)
  }

  /// What the links join, and how fast they are.
  private func censusText(on screen: Screen) -> String {
    var table = TextTable(["Between", .number("Links"), .number("Rate each")])
    for row in census {
      let rates = [row.least, row.most].map { Readable.metric($0.bytesPerSecond, unit: "B/s") }
      table.add([
        .init("\(row.between.0.rawValue) – \(row.between.1.rawValue)"), .init(Readable.count(row.count)),
        .init(rates[0] == rates[1] ? rates[0] : "\(rates[0]) to \(rates[1])"),
      ])
    }
    return table.text(on: screen)
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
