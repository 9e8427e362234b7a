import Documents

/// How values are spread: the share of them that is at most so large.
///
/// The axis is logarithmic where the largest value is more than 50 times the least.
public struct DistributionChart: Chart {
  public var title: String
  public var subtitle: String?
  /// What is measured, such as `Completion time`.
  public var quantity: String
  /// What there are many of, such as `flows`.
  public var items: String
  public var values: [Double]
  public var unit: Unit

  public enum Unit: Sendable {
    case seconds
    /// Shares of one, shown in percent from 0 to 100.
    case share
  }

  /// Steps of the curve; of more values, evenly spaced ones are drawn, the first and the last among them.
  public static let pointLimit = 1000

  public init(
    title: String, subtitle: String? = nil, quantity: String, items: String, values: [Double], unit: Unit
  ) {
    self.title = title
    self.subtitle = subtitle
    self.quantity = quantity
    self.items = items
    self.values = values
    self.unit = unit
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let sorted = values.filter { $0.isFinite && $0 >= 0 }.sorted()
    guard let least = sorted.first, let most = sorted.last else { return nil }
    let shown = unit == .share ? ShownUnit(name: "%", perBase: 100) : ShownUnit.time(for: most)
    let isWide = unit == .seconds && least > 0 && most > 50 * least
    let marks = [(0.5, "median"), (0.99, "99th percentile")].map { share, name in
      (share, name, sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)])
    }
    // A number and its unit stay on one line.
    func text(_ value: Double) -> String { shown.text(value).replacing(" ", with: "\u{A0}") }
    let remark = marks.map { "\($0.1) \(text($0.2))" }.joined(separator: ", ") + ", most \(text(most))"
    let document = ChartDocument(
      title: title, subtitle: [subtitle, remark].compactMap(\.self).joined(separator: "; "), width: width)
    let rows = steps(sorted).map { value, share -> OutputValue in
      ["value": .number(value * shown.perBase), "share": .number(100 * share)]
    }
    let scale: OutputValue =
      unit == .share
      ? ["domain": [0, 100]] : isWide ? ["type": "log", "nice": true] : ["zero": true, "nice": true]
    let x: OutputValue = [
      "field": "value", "type": "quantitative", "title": .string(ChartText.axisTitle(quantity, shown.name)),
      "scale": scale, "axis": ["format": "~r", "tickCount": isWide ? 4 : 6, "grid": true],
    ]
    let y: OutputValue = [
      "field": "share", "type": "quantitative", "title": .string("Share of \(items) (%)"),
      "scale": ["domain": [0, 100]], "axis": ["tickCount": 5],
    ]
    let points: [OutputValue] = marks.map {
      ["value": .number($0.2 * shown.perBase), "share": .number(100 * $0.0)]
    }
    return document.view(
      height: 220, rows: rows,
      [
        "layer": [
          [
            "mark": [
              "type": "line", "interpolate": "step-after", "color": .string(Palette.series[0]),
              "strokeWidth": 1.6,
            ],
            "encoding": ["x": x, "y": y],
          ],
          [
            "data": ["values": .list(points)],
            "mark": [
              "type": "point", "filled": true, "size": 40, "color": .string(Palette.series[1]), "opacity": 1,
            ],
            "encoding": ["x": x, "y": y],
          ],
        ]
      ])
  }

  /// Values and the share of all that is at most as large; the first begins at zero.
  private func steps(_ sorted: [Double]) -> [(Double, Double)] {
    let count = sorted.count
    let stride = max(1, count / Self.pointLimit)
    var steps = [(sorted[0], 0.0)]
    for index in sorted.indices where index % stride == 0 || index == count - 1 {
      // Of equal values the last counts.
      if index + 1 < count, stride == 1, sorted[index + 1] == sorted[index] { continue }
      steps.append((sorted[index], Double(index + 1) / Double(count)))
    }
    return steps
  }
}
