import Documents

/// Time and bus bandwidth of a collective against the size of its buffer: a line for each way to do it,
/// points for what was measured.
///
/// Colour tells algorithms apart, the dash of a line NCCL's protocols. There are two sizes or more.
public struct CollectiveChart: Chart {
  public struct Point: Sendable, Equatable {
    public var bytes: Double
    public var seconds: Double
    public var busBytesPerSecond: Double

    public init(bytes: Double, seconds: Double, busBytesPerSecond: Double) {
      self.bytes = bytes
      self.seconds = seconds
      self.busBytesPerSecond = busBytesPerSecond
    }
  }

  public struct Series: Sendable {
    /// Names the colour.
    public var label: String
    /// Names the dash; nil for a solid line that the legend of dashes leaves out.
    public var dash: String?
    public var points: [Point]

    public init(label: String, dash: String? = nil, points: [Point]) {
      self.label = label
      self.dash = dash
      self.points = points
    }
  }

  public var title: String
  public var subtitle: String?
  public var series: [Series]
  /// Drawn as points over the lines.
  public var measured: [Point]
  /// A line of the series that is drawn black and thick, such as the tuner's choice.
  public var emphasised: String?

  public init(
    title: String, subtitle: String? = nil, series: [Series], measured: [Point] = [],
    emphasised: String? = nil
  ) {
    self.title = title
    self.subtitle = subtitle
    self.series = series
    self.measured = measured
    self.emphasised = emphasised
  }

  private static let measuredLabel = "measured"

  public func specification(width: ChartWidth) -> OutputValue? {
    var labels: [String] = []
    var dashes: [String] = []
    var rows: [OutputValue] = []
    for (index, one) in series.enumerated() {
      let label = ChartText.clean(one.label)
      let points = one.points.filter(\.canBeDrawn)
      if points.isEmpty { continue }
      if !labels.contains(label) { labels.append(label) }
      let dash = one.dash.map { ChartText.clean($0) }
      if let dash, !dashes.contains(dash) { dashes.append(dash) }
      rows += points.map { point in
        point.row([
          "series": .string(label), "line": .count(index), "dash": .string(dash ?? ""),
          "wide": .bool(label == emphasised),
        ])
      }
    }
    let marks = measured.filter(\.canBeDrawn).map { $0.row(["series": .string(Self.measuredLabel)]) }
    let all = series.flatMap(\.points).filter(\.canBeDrawn) + measured.filter(\.canBeDrawn)
    guard let least = all.map(\.bytes).min(), let most = all.map(\.bytes).max(), most > least else {
      return nil
    }
    let document = ChartDocument(title: title, subtitle: subtitle, width: width)
    // Title, labels and ticks of the axis take 66 px; half of the last label stands out at the right.
    let panelWidth = OutputValue.count(document.innerWidth - 66 - 22)
    let colour = colours(labels, document)
    let axis = SizeAxis(least: least, most: most)
    let panels: [OutputValue] = [
      panel(
        y: [
          "field": "seconds", "type": "quantitative", "title": "Time", "scale": ["type": "log"],
          "axis": [
            "labelExpr":
              "datum.value < 9.99e-4 ? format(datum.value * 1e6, '~r') + ' µs' : datum.value < 0.999 ? format(datum.value * 1e3, '~r') + ' ms' : format(datum.value, '~r') + ' s'",
            "values": .list(Self.decades(all.map(\.seconds)).map { .number($0) }),
            "minExtent": 46, "maxExtent": 46,
          ],
        ], x: axis.encoding(isLabelled: false), height: 130),
      panel(
        y: [
          "field": "bus", "type": "quantitative", "title": "Bus bandwidth (GB/s)", "scale": ["zero": true],
          "axis": ["tickCount": 5, "format": "~r", "minExtent": 46, "maxExtent": 46],
        ], x: axis.encoding(isLabelled: true), height: 130),
    ]
    func panel(y: OutputValue, x: OutputValue, height: Int) -> OutputValue {
      [
        "width": panelWidth, "height": .count(height),
        "layer": .list(
          layers(rows, marks, x: x, y: y, colour: colour, dash: dashScale(dashes, document), document)),
      ]
    }
    return document.stack(
      panels, spacing: 10, resolve: ["scale": ["x": "shared", "y": "independent", "color": "shared"]])
  }

  private func layers(
    _ rows: [OutputValue], _ marks: [OutputValue], x: OutputValue, y: OutputValue, colour: OutputValue,
    dash: OutputValue, _ document: ChartDocument
  ) -> [OutputValue] {
    let lines: OutputValue = [
      "data": ["values": .list(rows)],
      "mark": ["type": "line", "tooltip": true, "clip": true],
      "encoding": [
        "x": x, "y": y, "color": colour, "detail": ["field": "line"], "strokeDash": dash,
        "strokeWidth": ["condition": ["test": "datum.wide", "value": 2.6], "value": 1.5],
      ],
    ]
    if marks.isEmpty { return [lines] }
    return [
      lines,
      [
        "data": ["values": .list(marks)],
        "mark": [
          "type": "point", "filled": true, "size": 34, "opacity": 1, "tooltip": true,
          "fill": .string(Palette.line), "stroke": "white", "strokeWidth": 0.8,
        ],
        "encoding": [
          "x": x, "y": y,
          "shape": [
            "field": "series", "type": "nominal",
            "scale": ["domain": [.string(Self.measuredLabel)], "range": ["circle"]],
            "legend": document.legend(of: [Self.measuredLabel]).adding([
              "symbolFillColor": .string(Palette.line)
            ]),
          ],
        ],
      ],
    ]
  }

  private func colours(_ labels: [String], _ document: ChartDocument) -> OutputValue {
    let free = Palette.series.filter { $0 != "#000000" }
    var entries: [(label: String, colour: String)] = []
    for label in labels {
      if label == emphasised {
        entries.append((label, "#000000"))
      } else {
        let used = entries.count { $0.label != emphasised }
        entries.append((label, free[min(used, free.count - 1)]))
      }
    }
    return [
      "field": "series", "type": "nominal", "scale": Palette.scale(entries),
      "legend": lineLegend(entries.map(\.label), document),
    ]
  }

  /// Solid for the last name, which is the protocol of full bandwidth, finer for those before.
  private func dashScale(_ dashes: [String], _ document: ChartDocument) -> OutputValue {
    if dashes.isEmpty { return ["value": [1, 0]] }
    let patterns: [OutputValue] = [[1, 0], [6, 2], [1.5, 2]]
    let names = dashes.sorted()
    return [
      "field": "dash", "type": "nominal",
      "scale": [
        "domain": .list(names.map { .string($0) }),
        "range": .list(names.indices.map { patterns[min(names.count - 1 - $0, patterns.count - 1)] }),
      ],
      "legend": names.count > 1
        ? lineLegend(names, document).adding(["symbolStrokeColor": .string(Palette.line)]) : .null,
    ]
  }

  private func lineLegend(_ labels: [String], _ document: ChartDocument) -> OutputValue {
    [
      "title": .null, "columns": document.legend(of: labels)["columns"] ?? 1, "symbolType": "stroke",
      "symbolStrokeWidth": 2, "symbolSize": 220,
    ]
  }

  /// Powers of ten between the least and the largest value, thinned to seven at most.
  private static func decades(_ values: [Double]) -> [Double] {
    guard let least = values.min(), let most = values.max() else { return [] }
    let ticks = (-12...9).compactMap { Double("1e\($0)") }.filter { $0 >= least / 10 && $0 <= most * 10 }
    let every = (ticks.count + 6) / 7
    return ticks.enumerated().filter { $0.offset % max(1, every) == 0 }.map(\.element)
  }
}

extension CollectiveChart.Point {
  fileprivate var canBeDrawn: Bool {
    bytes > 0 && seconds > 0 && bytes.isFinite && seconds.isFinite && busBytesPerSecond.isFinite
  }

  fileprivate func row(_ fields: OutputValue) -> OutputValue {
    let own: OutputValue = [
      "bytes": .number(bytes), "seconds": .number(seconds), "bus": .number(busBytesPerSecond / 1e9),
    ]
    return own.adding(fields)
  }
}

/// The shared axis of sizes, logarithmic to base 2, labelled in binary units.
private struct SizeAxis {
  var least: Double
  var most: Double

  /// Powers of two, so far apart that six at most are in sight.
  private var ticks: [Double] {
    let low = Int(least.exponent)
    let high = Int(most.exponent)
    let every = [1, 2, 3, 5, 10].first { (high - low) / $0 < 6 } ?? 10
    return (low...high).filter { $0 % every == 0 }.map { Double(sign: .plus, exponent: $0, significand: 1) }
  }

  func encoding(isLabelled: Bool) -> OutputValue {
    [
      "field": "bytes", "type": "quantitative",
      "scale": ["type": "log", "base": 2, "nice": false, "domain": [.number(least), .number(most)]],
      "axis": [
        "title": isLabelled ? "Size" : .null, "labels": .bool(isLabelled), "ticks": .bool(isLabelled),
        "values": .list(ticks.map { .number($0) }), "labelFlush": false,
        "labelExpr":
          "datum.value < 1024 ? datum.value + ' B' : datum.value < 1048576 ? datum.value / 1024 + ' KiB' : datum.value < 1073741824 ? datum.value / 1048576 + ' MiB' : datum.value < 1099511627776 ? datum.value / 1073741824 + ' GiB' : datum.value / 1099511627776 + ' TiB'",
      ],
    ]
  }
}
