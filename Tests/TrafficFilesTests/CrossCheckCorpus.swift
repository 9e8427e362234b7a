import Fabrics
import TestSupport
import Traffic
import TrafficFiles

/// The scenarios of `Validation/network` and what other simulators say of their flows.
struct CrossCheckCorpus {
  /// How ns-3 queued packets.
  enum Setting: String, CaseIterable { case fair, fifo }

  /// A scenario as run here and elsewhere; durations in seconds, from a flow's start to its end.
  struct Scenario {
    var name: String
    var network: NetworkGraph
    var flows: [TrafficFlow]
    var outcome: TrafficOutcome
    var simGrid: [Double] = []
    /// None for flows with weights or caps, which TCP does not know.
    var packets: [Setting: [Double]] = [:]

    /// Whether data goes both ways between two vertices.
    var hasTwoWayCable: Bool {
      let busy = outcome.links.filter { $0.flowCount > 0 }.map { network.links[Int($0.link.index)] }
      return busy.contains { link in busy.contains { $0.from == link.to && $0.to == link.from } }
    }

    /// Theirs over ours, less one.
    func deviations(_ theirs: [Double]) -> [Double] {
      zip(theirs, outcome.flows).map { $0 / $1.duration.seconds - 1 }
    }
  }

  var scenarios: [Scenario] = []

  static let folder = packageRoot(#filePath) + "/Validation/network/"

  init() throws {
    for row in try Self.rows("simgrid.csv") {
      if scenarios.last?.name != row[0] { scenarios.append(try Self.run(row[0])) }
      let flow = scenarios[scenarios.count - 1].simGrid.count
      scenarios[scenarios.count - 1].simGrid.append(try duration(row[1], row[2], flow, scenarios.count - 1))
    }
    for row in try Self.rows("ns3.csv") {
      guard let place = scenarios.firstIndex(where: { $0.name == row[0] }),
        let setting = Setting(rawValue: row[1])
      else { throw Malformed(row: row) }
      let flow = scenarios[place].packets[setting, default: []].count
      let seconds = try duration(row[2], row[3], flow, place)
      scenarios[place].packets[setting, default: []].append(seconds)
    }
  }

  struct Malformed: Error { var row: [String] }

  /// A recorded end less its flow's start; flows must stand in their order.
  private func duration(_ number: String, _ end: String, _ flow: Int, _ place: Int) throws -> Double {
    guard Int(number) == flow, flow < scenarios[place].flows.count, let end = Double(end) else {
      throw Malformed(row: [scenarios[place].name, number, end])
    }
    return end - scenarios[place].flows[flow].start.seconds
  }

  /// Lines of a recorded file, without its version and its header.
  private static func rows(_ file: String) throws -> [[String]] {
    guard let text = textOfFile(folder + file) else { throw Malformed(row: [file]) }
    return text.split(separator: "\n").dropFirst(2).map { $0.split(separator: ",").map(String.init) }
  }

  private static func run(_ name: String) throws -> Scenario {
    let place = folder + "scenarios/" + name
    for file in ["network.csv", "network.yaml"] {
      guard let text = textOfFile("\(place)/\(file)") else { continue }
      guard let lines = textOfFile("\(place)/flows.csv") else { break }
      let network = try readNetwork(text, file: file)
      let flows = try readFlows(lines, file: "flows.csv", on: network)
      return Scenario(
        name: name, network: network, flows: flows, outcome: try simulate(flows, on: network))
    }
    throw Malformed(row: [name])
  }
}
