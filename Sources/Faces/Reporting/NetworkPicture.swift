import Charts
import Fabrics
import NetworkLayouts
import Traffic
import TrafficFiles

/// The picture of a network.
public func networkChart(_ network: NetworkGraph) -> NetworkChart {
  NetworkPicture(network, loads: []).chart(subtitle: nil)
}

/// The charts of traffic: the network with its loads, when flows ended, and how busy links were.
public func trafficCharts(_ report: TrafficReport) -> [(name: String, chart: any Chart)] {
  let outcome = report.outcome
  let picture = NetworkPicture(report.network, loads: outcome.links.map(\.meanUtilization))
  let name = report.network.shape.name
  let used = outcome.links.filter { $0.flowCount > 0 }
  return [
    ("network", picture.chart(subtitle: "mean load of the busier way", hottest: outcome.hottestLinks(6))),
    (
      "completion_times",
      DistributionChart(
        title: "Completion times of \(report.flows.count) flows on a \(name)", quantity: "Completion time",
        items: "flows", values: outcome.flows.map(\.duration.seconds), unit: .seconds)
    ),
    (
      "link_loads",
      DistributionChart(
        title: "Mean load of links of a \(name)",
        subtitle: "\(used.count) of \(outcome.links.count) links used",
        quantity: "Mean load", items: "links used", values: used.map(\.meanUtilization), unit: .share)
    ),
  ]
}

/// A layout on its way to a chart.
private struct NetworkPicture {
  let network: NetworkGraph
  /// Mean load of every link; empty without traffic.
  let loads: [Double]
  let layout: NetworkLayout

  init(_ network: NetworkGraph, loads: [Double]) {
    self.network = network
    self.loads = loads
    layout = NetworkLayout(of: network, width: NetworkChart.innerWidth, weights: loads)
  }

  func chart(subtitle: String?, hottest: [LinkLoad] = []) -> NetworkChart {
    var ranks = [Int?](repeating: nil, count: layout.lines.count)
    var key: [String] = []
    for load in hottest {
      // Both ways of a cable have one number, and what is folded away has none.
      guard let line = layout.lines.firstIndex(where: { $0.links.contains(load.link) }) else { continue }
      if ranks[line] == nil { ranks[line] = (ranks.compactMap(\.self).max() ?? 0) + 1 }
      let percent = (load.meanUtilization * 1000).rounded() / 10
      key.append("\(ranks[line] ?? 0)   \(network.name(of: load.link)), \(percent) %")
    }
    var captions = layout.captions.map {
      NetworkChart.Caption(at: point($0.at), text: $0.text, isCentred: $0.isCentred)
    }
    // Two columns below the picture.
    let rows = (key.count + 1) / 2
    for (index, text) in key.enumerated() {
      let column = Double(index / max(1, rows))
      let y = layout.height + 12 + 15 * Double(index % max(1, rows))
      captions.append(.init(at: .init(column * layout.width / 2, y), text: text, isCentred: false))
    }
    let remarks = [subtitle].compactMap(\.self) + layout.notes
    return NetworkChart(
      title: title, subtitle: remarks.isEmpty ? nil : remarks.joined(separator: "; "),
      height: layout.height + (rows == 0 ? 0 : 15 * Double(rows) + 8),
      parts: layout.places.map { .init(at: point($0.at), kind: $0.kind.rawValue, count: $0.count) },
      cables: layout.lines.enumerated().map { index, line in
        .init(
          strokes: line.strokes.map { $0.map(point) }, bytesPerSecond: line.bandwidth,
          load: loads.isEmpty ? nil : line.links.reduce(0) { max($0, loads[Int($1.index)]) },
          rank: ranks[index])
      },
      frames: layout.frames.map {
        .init(
          upperLeft: point($0.upperLeft), lowerRight: point($0.lowerRight), label: $0.label, count: $0.count)
      }, captions: captions)
  }

  private var title: String {
    let name = network.shape.name
    let ends = network.nodeCount < network.hostCount ? "devices" : "hosts"
    let nodes =
      network.nodeCount < network.hostCount
      ? " in \(network.nodeCount) \(network.nodeCount == 1 ? "node" : "nodes")" : ""
    // Names of programs keep their spelling.
    let isWord = name.prefix { $0 != " " }.allSatisfy { $0.isLetter || $0 == "-" }
    let switches =
      network.switchCount == 0
      ? "" : "\(network.switchCount) \(network.switchCount == 1 ? "switch" : "switches"), "
    return (isWord ? name.prefix(1).uppercased() + name.dropFirst() : name)
      + ": \(network.hostCount) \(network.hostCount == 1 ? String(ends.dropLast()) : ends)\(nodes), "
      + "\(switches)\(network.links.count) links"
  }

  private func point(_ point: NetworkLayout.Point) -> NetworkChart.Point { .init(point.x, point.y) }
}
