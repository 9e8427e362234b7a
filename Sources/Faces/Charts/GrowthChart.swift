import Documents

#if canImport(Glibc)
  import Glibc
#endif

/// How time grows with size, on logarithmic axes: measured points, and for each series the power that fits them.
///
///     t = c · nᵃ,   a and log c by least squares of log t over log n
public struct GrowthChart: Chart {
  public struct Series: Sendable {
    public var label: String
    public var points: [(size: Double, seconds: Double)]

    public init(label: String, points: [(size: Double, seconds: Double)]) {
      self.label = label
      self.points = points.filter { $0.size > 0 && $0.size.isFinite && $0.seconds > 0 && $0.seconds.isFinite }
    }

    /// a and log c; nil below two different sizes.
    public var fit: (exponent: Double, intercept: Double)? {
      let (xs, ys) = (points.map { log($0.size) }, points.map { log($0.seconds) })
      let count = Double(points.count)
      let (meanX, meanY) = (xs.reduce(0, +) / count, ys.reduce(0, +) / count)
      let spread = xs.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
      guard points.count > 1, spread > 0 else { return nil }
      let exponent = zip(xs, ys).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
      return (exponent, meanY - exponent * meanX)
    }
  }

  public var title: String
  public var subtitle: String?
  /// What the size counts, such as `Ranks`.
  public var size: String
  public var series: [Series]

  public init(title: String, subtitle: String? = nil, size: String, series: [Series]) {
    self.title = title
    self.subtitle = subtitle
    self.size = size
    self.series = series
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let drawn = series.filter { !$0.points.isEmpty }
    if drawn.isEmpty { return nil }
    let labels = zip(ChartText.distinct(drawn.map(\.label)), drawn).map { label, one in
      one.fit.map { "\(label): n^\(hundredths($0.exponent))" } ?? label
    }
    var points: [OutputValue] = []
    var lines: [OutputValue] = []
    for (label, one) in zip(labels, drawn) {
      points += one.points.map { row(label, $0.size, $0.seconds) }
      guard let fit = one.fit, let least = one.points.map(\.size).min(),
        let most = one.points.map(\.size).max()
      else { continue }
      lines += [least, most].map { row(label, $0, exp(fit.intercept + fit.exponent * log($0))) }
    }
    let document = ChartDocument(title: title, subtitle: subtitle, width: width)
    let all = drawn.flatMap { $0.points.map(\.seconds) }
    let x: OutputValue = [
      "field": "size", "type": "quantitative", "title": .string(ChartText.axisTitle(size, "")),
      "scale": ["type": "log"], "axis": ["format": "~s", "tickCount": 5],
    ]
    let y: OutputValue = [
      "field": "seconds", "type": "quantitative", "title": "Processor time (s)", "scale": ["type": "log"],
      "axis": ["format": "~g", "values": .list(GrowthChart.decades(all).map { .number($0) })],
    ]
    let scale = Palette.scale(ofSeries: labels)
    let legend = document.legend(of: labels)
    return document.view(
      height: 250 + document.legendHeight(labels), rows: points,
      [
        "layer": [
          [
            "data": ["values": .list(lines)], "mark": ["type": "line", "strokeWidth": 1.4],
            "encoding": [
              "x": x, "y": y,
              "color": ["field": "series", "type": "nominal", "scale": scale, "legend": legend],
            ],
          ],
          [
            "mark": ["type": "point", "filled": true, "size": 45, "opacity": 1],
            "encoding": [
              "x": x, "y": y,
              "color": ["field": "series", "type": "nominal", "scale": scale, "legend": legend],
            ],
          ],
        ]
      ])
  }

  private func row(_ label: String, _ size: Double, _ seconds: Double) -> OutputValue {
    ["series": .string(label), "size": .number(size), "seconds": .number(seconds)]
  }

  private func hundredths(_ value: Double) -> String {
    let scaled = Int((value * 100).rounded())
    let rest = String(scaled.magnitude % 100)
    return "\(scaled < 0 ? "−" : "")\(scaled.magnitude / 100).\(rest.count == 1 ? "0" : "")\(rest)"
  }

  /// Powers of ten about all values.
  private static func decades(_ values: [Double]) -> [Double] {
    let logs = values.map { log10($0) }
    guard let least = logs.min(), let most = logs.max() else { return [] }
    return (Int(least.rounded(.down))...Int(most.rounded(.up))).map { pow(10, Double($0)) }
  }
}
