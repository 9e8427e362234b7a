import Documents
import Quantities
import Terminal
import Training

extension RunReport {
  /// The links that carry most for their bandwidth, where several nodes share a network; empty for one node.
  func hotSpotSection(on screen: Screen) -> String {
    let result = self.result
    if result.job.cluster.nodeCount == 1 || result.job.plan.rankCount == 1 { return "" }
    let text = screen.paint("Hottest links", .bold) + "\n"
    if result.links.isEmpty { return text + "not known: a calibration says the times\n" }
    var table = TextTable(["Link", .number("Bandwidth"), .number("A step"), .number("In use")])
    for link in result.links.prefix(3) {
      table.add([
        link.name, Readable.metric(link.bandwidth.bytesPerSecond, unit: "B/s"),
        Readable.bytes(link.bytesPerStep), Readable.percent(link.utilization),
      ])
    }
    return text + table.text(on: screen)
  }
}
