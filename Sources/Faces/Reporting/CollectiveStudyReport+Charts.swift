import Charts
import CollectiveStudies
import Collectives
import Quantities

extension CollectiveStudyReport {
  /// `collective`: schedules by algorithm with the tuner's choice; `collective_nccl`, `collective_rccl`: the
  /// library's algorithms and protocols, where its model has them. One size is drawn as bars.
  public var charts: [(name: String, chart: any Chart)] {
    let title = "\(answer.kind.rawValue) on \(fabricName)"
    if answer.rows.count == 1, let row = answer.rows.first {
      let bars = row.times.sorted { $0.duration < $1.duration }
      return [
        (
          "collective",
          ComparisonChart(
            title: "\(title), \(quantityText(Double(row.bytes.bytes), as: .bytes))", quantity: "Time",
            unit: "µs", labels: bars.map(barLabel), values: bars.map { $0.duration.seconds * 1e6 })
        )
      ]
    }
    let subtitle = "\(answer.rankCount) \(answer.rankCount == 1 ? "rank" : "ranks")" + errorNote
    let measuredPoints = measuredBySize.map { point($0.bytes, $0.outOfPlace) }
    var schedules: [CollectiveChart.Series] = []
    var protocols: [TunerName: [CollectiveChart.Series]] = [:]
    for method in methods {
      let points = answer.rows.compactMap { row in
        row.times.first { $0.method == method }.map { point(row.bytes, $0.duration) }
      }
      switch method {
      case .schedule: schedules.append(.init(label: method.label, points: points))
      case .graph: schedules.append(.init(label: method.label, points: points))
      case .library(let tuner, let algorithm):
        guard let proto = algorithm.channelProtocol else { continue }
        protocols[tuner, default: []].append(
          .init(label: algorithm.label, dash: proto.label, points: points))
      case .calibration: break
      }
    }
    var charts: [(name: String, chart: any Chart)] = []
    var emphasised: String?
    if tuner != .least {
      let label = tuner == .calibration ? "measured line" : "\(tuner.label)'s choice"
      let points = answer.rows.compactMap { row in row.choice.map { point(row.bytes, $0.duration) } }
      schedules.append(.init(label: label, points: points))
      emphasised = label
    }
    charts.append(
      (
        "collective",
        CollectiveChart(
          title: title, subtitle: subtitle, series: schedules, measured: measuredPoints,
          emphasised: emphasised)
      ))
    for library in TunerName.libraries {
      guard let series = protocols[library], series.count > 1 else { continue }
      charts.append(
        (
          "collective_\(library.rawValue)",
          CollectiveChart(
            title: "\(title): \(library.label)'s model", subtitle: subtitle, series: series,
            measured: measuredPoints)
        ))
    }
    return charts
  }

  private var errorNote: String {
    guard let meanError else { return "" }
    return "; mean error \(Int((meanError * 100).rounded())) %"
  }

  private func barLabel(_ time: CollectiveTime) -> String {
    if case .library(let tuner, _) = time.method { return "\(tuner.label) \(time.method.label)" }
    return time.method.label
  }

  /// Every method of any size, in the order of the rows.
  private var methods: [CollectiveMethod] {
    var methods: [CollectiveMethod] = []
    for row in answer.rows {
      for time in row.times where !methods.contains(time.method) { methods.append(time.method) }
    }
    return methods
  }

  private func point(_ bytes: ByteCount, _ duration: SimDuration) -> CollectiveChart.Point {
    .init(
      bytes: Double(bytes.bytes), seconds: duration.seconds,
      busBytesPerSecond: answer.busBandwidth(bytes, in: duration) ?? .nan)
  }
}
