import Documents

/// One figure of several scenarios or patterns side by side, as lying bars with their values.
public struct ComparisonChart: Chart {
  /// One value for each label.
  public struct Series: Sendable {
    public var label: String
    public var values: [Double]
    public init(label: String, values: [Double]) {
      self.label = label
      self.values = values
    }
  }

  public var title: String
  /// What the bars measure, such as "Step time".
  public var quantity: String
  /// Its unit, such as "ms"; empty for a bare number.
  public var unit: String
  /// Names of the scenarios or patterns, top to bottom.
  public var labels: [String]
  public var series: [Series]

  /// Labels beyond this number are not drawn; the subtitle says so.
  public static let labelLimit = 40

  public init(title: String, quantity: String, unit: String, labels: [String], series: [Series]) {
    self.title = title
    self.quantity = quantity
    self.unit = unit
    self.labels = labels
    self.series = series
  }

  /// One bar for each label.
  public init(title: String, quantity: String, unit: String, labels: [String], values: [Double]) {
    self.init(
      title: title, quantity: quantity, unit: unit, labels: labels,
      series: [Series(label: quantity, values: values)])
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let names = ChartText.distinct(Array(labels.prefix(ComparisonChart.labelLimit)))
    let seriesNames = ChartText.distinct(series.map(\.label))
    var rows: [OutputValue] = []
    for (one, seriesName) in zip(series, seriesNames) {
      for (name, value) in zip(names, one.values) where value.isFinite {
        rows.append(["label": .string(name), "series": .string(seriesName), "value": .real(value)])
      }
    }
    guard !rows.isEmpty else { return nil }

    let document = ChartDocument(
      title: title, subtitle: labels.count > names.count ? "first \(names.count) of \(labels.count)" : nil,
      width: width)
    let isGrouped = seriesNames.count > 1
    var encoding: OutputValue = [
      "y": [
        "field": "label", "type": "nominal", "sort": .list(names.map { .string($0) }), "title": .null,
        "axis": ["labelLimit": .count(document.innerWidth / 2), "ticks": false, "labelOverlap": false],
        "scale": ["paddingInner": .number(isGrouped ? 0.2 : 0.3), "paddingOuter": 0.15],
      ],
      "x": [
        "field": "value", "type": "quantitative",
        "title": .string(ChartText.axisTitle(quantity, unit)),
        "axis": ["tickCount": 5],
      ],
    ]
    if isGrouped {
      encoding = encoding.adding([
        "yOffset": ["field": "series", "sort": .list(seriesNames.map { .string($0) })]
      ])
    }
    let color: OutputValue = [
      "field": "series", "type": "nominal", "scale": Palette.scale(ofSeries: seriesNames),
      "legend": isGrouped ? document.legend(of: seriesNames) : .null,
    ]
    let barHeight = isGrouped ? 15 : 22
    return document.view(
      height: 44 + names.count * (barHeight * seriesNames.count + (isGrouped ? 6 : 0)) + (isGrouped ? 24 : 0),
      rows: rows,
      [
        "encoding": encoding,
        "layer": [
          ["mark": ["type": "bar", "tooltip": true], "encoding": ["color": color]],
          [
            "mark": ["type": "text", "align": "left", "baseline": "middle", "dx": 3],
            "encoding": ["text": ["field": "value", "type": "quantitative", "format": ",.3~r"]],
          ],
        ],
      ])
  }
}
