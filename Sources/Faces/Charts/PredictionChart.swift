import Documents

/// Predictions against measurements on logarithmic axes, by source, with a band of ±20 %.
///
/// The plot is square and the picture one column wide at either width.
public struct PredictionChart: Chart {
  public struct Point: Sendable {
    public var source: String
    public var measured: Double
    public var predicted: Double
    public init(source: String, measured: Double, predicted: Double) {
      self.source = source
      self.measured = measured
      self.predicted = predicted
    }
  }

  public var title: String
  /// What was measured, such as "Throughput".
  public var quantity: String
  /// Its unit, such as "tokens/s".
  public var unit: String
  public var points: [Point]
  /// Half-width of the band, 0.2 for ±20 %.
  public var band: Double

  public init(title: String, quantity: String, unit: String, points: [Point], band: Double = 0.2) {
    self.title = title
    self.quantity = quantity
    self.unit = unit
    self.points = points
    self.band = band
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let valid = points.filter {
      $0.measured > 0 && $0.predicted > 0 && $0.measured.isFinite && $0.predicted.isFinite
    }
    let values = valid.flatMap { [$0.measured, $0.predicted] }
    guard let least = values.min(), let most = values.max() else { return nil }
    let domain: OutputValue = [.number(least / 1.3), .number(most * 1.3)]
    let (names, nameOf) = sources(valid)
    let within = valid.count { abs($0.predicted / $0.measured - 1) <= band }
    let percent = ShownUnit(name: "%", perBase: 100).text(band)

    let document = ChartDocument(
      title: title, subtitle: "\(within) of \(valid.count) within the band of ±\(percent)", width: .column)
    let rows: [OutputValue] = valid.map {
      [
        "measured": .real($0.measured), "predicted": .real($0.predicted),
        "source": .string(nameOf($0.source)),
      ]
    }
    let tickValues = PredictionChart.ticks(from: least / 1.3, to: most * 1.3)
    let ticks: OutputValue = .list(tickValues.map { .number($0) })
    let scale: OutputValue = ["type": "log", "domain": domain, "nice": false]
    func axis(_ field: String, _ name: String) -> OutputValue {
      [
        "field": .string(field), "type": "quantitative", "scale": scale,
        "title": .string(ChartText.axisTitle("\(name) \(ChartText.withinSentence(quantity))", unit)),
        "axis": [
          "labelExpr": "format(datum.value, datum.value < 1000 ? '~r' : '~s')", "values": ticks,
          "tickCount": .count(tickValues.count),
        ],
      ]
    }
    let shapes: OutputValue = [
      "domain": .list(names.map { .string($0) }),
      "range": .list(names.indices.map { .string(Palette.shapes[min($0, Palette.shapes.count - 1)]) }),
    ]
    let legend = document.legend(of: names)
    let scatter: OutputValue = [
      "mark": ["type": "point", "filled": true, "size": 30, "opacity": 0.85, "tooltip": true],
      "encoding": [
        "x": axis("measured", "Measured"), "y": axis("predicted", "Predicted"),
        "color": [
          "field": "source", "type": "nominal", "scale": Palette.scale(ofSeries: names), "legend": legend,
        ],
        "shape": ["field": "source", "type": "nominal", "scale": shapes, "legend": legend],
      ],
    ]
    return document.view(
      height: 336 + document.legendHeight(names), rows: rows,
      ["layer": .list(reference(from: least / 1.3, to: most * 1.3) + [scatter])])
  }

  /// Ticks of a logarithmic axis: each power of ten, and the more between them the fewer those are.
  static func ticks(from low: Double, to high: Double) -> [Double] {
    let digits =
      high > low * 200
      ? ["1"] : high > low * 4 ? ["1", "2", "5"] : ["1", "1.2", "1.5", "2", "2.5", "3", "4", "5", "6", "8"]
    return (-30...30).flatMap { exponent in digits.compactMap { Double("\($0)e\(exponent)") } }
      .filter { $0 >= low && $0 <= high }
  }

  /// The band and the line of equality.
  private func reference(from low: Double, to high: Double) -> [OutputValue] {
    func row(_ value: Double) -> OutputValue {
      [
        "measured": .number(value), "predicted": .number(value),
        "low": .number(value * (1 - band)), "high": .number(value * (1 + band)),
      ]
    }
    let data: OutputValue = ["values": [row(low), row(high)]]
    let x: OutputValue = ["field": "measured", "type": "quantitative"]
    return [
      [
        "data": data, "mark": ["type": "area", "color": "#CFCFCF", "opacity": 0.8, "clip": true],
        "encoding": [
          "x": x, "y": ["field": "low", "type": "quantitative"], "y2": ["field": "high"],
        ],
      ],
      [
        "data": data,
        "mark": ["type": "line", "color": .string(Palette.line), "strokeWidth": 1, "clip": true],
        "encoding": ["x": x, "y": ["field": "predicted", "type": "quantitative"]],
      ],
    ]
  }

  /// Names of the sources in order of appearance; beyond the palette the rest share one name.
  private func sources(_ points: [Point]) -> (names: [String], nameOf: (String) -> String) {
    var names: [String] = []
    for point in points {
      let name = ChartText.shortened(ChartText.clean(point.source), to: 40)
      if !names.contains(name) { names.append(name) }
    }
    let limit = Palette.series.count
    guard names.count > limit else {
      return (names, { ChartText.shortened(ChartText.clean($0), to: 40) })
    }
    let kept = Array(names.prefix(limit - 1))
    let rest = "\(names.count - kept.count) other sources"
    return (
      kept + [rest],
      { source in
        let name = ChartText.shortened(ChartText.clean(source), to: 40)
        return kept.contains(name) ? name : rest
      }
    )
  }
}
