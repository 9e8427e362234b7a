import Documents

/// Use of computation, memory and network over time: three panels on one time axis, each 0–100 %.
public struct UtilizationChart: Chart {
  /// Samples that hold from their time to the next one's.
  public struct Samples: Sendable {
    public var timesSeconds: [Double]
    public var values: [Double]
    public init(timesSeconds: [Double], values: [Double]) {
      self.timesSeconds = timesSeconds
      self.values = values
    }
  }

  public var title: String
  /// Share of the time the device computes, 0…100.
  public var computePercent: Samples
  public var memoryBytes: Samples
  public var memoryCapacityBytes: Double
  /// Share of the time the links carry bytes, 0…100.
  public var networkPercent: Samples
  public var endSeconds: Double

  /// Panels are drawn from this many intervals at most.
  static let intervalLimit = 600

  public init(
    title: String, computePercent: Samples, memoryBytes: Samples, memoryCapacityBytes: Double,
    networkPercent: Samples, endSeconds: Double
  ) {
    self.title = title
    self.computePercent = computePercent
    self.memoryBytes = memoryBytes
    self.memoryCapacityBytes = memoryCapacityBytes
    self.networkPercent = networkPercent
    self.endSeconds = endSeconds
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let panels: [(title: String, colour: String, series: StepSeries)] = [
      ("Compute (%)", "#0072B2", series(computePercent)),
      ("Memory (%)", "#009E73", memoryPercent),
      ("Network (%)", "#D55E00", series(networkPercent)),
    ]
    let start = panels.compactMap(\.series.starts.first).min() ?? 0
    guard endSeconds.isFinite, endSeconds > start, panels.contains(where: { !$0.series.values.isEmpty })
    else { return nil }
    let unit = ShownUnit.time(for: endSeconds - start)
    let capacity = ShownUnit.bytes(for: memoryCapacityBytes).text(memoryCapacityBytes)
    let document = ChartDocument(
      title: title,
      subtitle: "compute and network: share of time busy; memory: share of \(capacity)",
      width: width)
    let views = panels.enumerated().map { index, panel in
      self.panel(
        title: panel.title, colour: panel.colour, series: panel.series, unit: unit, start: start,
        isLast: index == panels.count - 1, document: document)
    }
    return document.stack(views, spacing: 8, resolve: ["scale": ["x": "shared", "y": "independent"]])
  }

  private func series(_ samples: Samples) -> StepSeries {
    StepSeries(starts: samples.timesSeconds, values: samples.values, end: endSeconds)
      .means(count: UtilizationChart.intervalLimit)
  }

  /// Memory as a share of the capacity, with its peaks.
  private var memoryPercent: StepSeries {
    let scale = memoryCapacityBytes > 0 ? 100 / memoryCapacityBytes : 0
    var series = StepSeries(
      starts: memoryBytes.timesSeconds, values: memoryBytes.values.map { $0 * scale }, end: endSeconds)
    let peaks = series.peaks(count: UtilizationChart.intervalLimit)
    series.values = peaks.map { series.values[$0.index] }
    series.starts = peaks.map(\.start)
    return series
  }

  private func panel(
    title: String, colour: String, series: StepSeries, unit: ShownUnit, start: Double, isLast: Bool,
    document: ChartDocument
  ) -> OutputValue {
    var rows: [OutputValue] = zip(series.starts, series.values).map {
      ["time": .number($0 * unit.perBase), "percent": .number($1)]
    }
    if let last = series.values.last {
      rows.append(["time": .number(series.end * unit.perBase), "percent": .number(last)])
    }
    // More than the capacity is drawn beyond the line at 100 %.
    let top = max(100, series.values.max() ?? 0)
    let time: OutputValue = [
      "field": "time", "type": "quantitative",
      "scale": [
        "domain": [.number(start * unit.perBase), .number(endSeconds * unit.perBase)], "nice": false,
      ],
      "axis": [
        "title": isLast ? .string("Time (\(unit.name))") : .null, "labels": .bool(isLast),
        "ticks": .bool(isLast), "labelFlush": true, "tickCount": 6,
      ],
    ]
    return [
      // Title, labels and ticks of the axis take 48 px.
      "width": .count(document.innerWidth - 48), "height": 66,
      "layer": [
        [
          "data": ["values": .list(rows)],
          "mark": [
            "type": "area", "interpolate": "step-after", "color": .string(colour), "fillOpacity": 0.35,
            "line": ["color": .string(colour), "strokeWidth": 1.2],
          ],
          "encoding": [
            "x": time,
            "y": [
              "field": "percent", "type": "quantitative", "title": .string(title),
              "scale": ["domain": [0, .number(top)], "nice": false],
              "axis": [
                "values": [0, 50, 100], "tickCount": 3, "minExtent": 30, "maxExtent": 30,
                "labelOverlap": false,
              ],
            ],
          ],
        ],
        [
          "mark": ["type": "rule", "strokeDash": [4, 3], "color": .string(Palette.line), "strokeWidth": 1],
          "data": ["values": [[:]]],
          "encoding": ["y": ["datum": 100]],
        ],
      ],
    ]
  }
}
