import Documents

/// The parts that all specifications share: frame, fonts, white ground, legends.
struct ChartDocument {
  var title: String
  var subtitle: String?
  var width: ChartWidth

  static let fontSize = 11
  static let titleFontSize = 12
  static let padding = 5

  /// Width inside the padding.
  var innerWidth: Int { width.pixels - 2 * ChartDocument.padding }

  /// A single view that fills the whole width, axes and legends included.
  ///
  /// - Parameters:
  ///   - height: pixels of the whole view with axes and legend, without the title.
  ///   - rows: the data, one object a row.
  ///   - body: `mark` and `encoding`, or `layer`.
  func view(height: Int, rows: [OutputValue], _ body: OutputValue) -> OutputValue {
    head.adding([
      "width": .count(width.pixels), "height": .count(height),
      "autosize": ["type": "fit", "contains": "padding"],
      "data": ["values": .list(rows)],
    ]).adding(body).adding(["config": config])
  }

  /// A view without axes whose plot is square, as wide as a column.
  func square(rows: [OutputValue], _ body: OutputValue) -> OutputValue {
    let side = ChartWidth.column.pixels - 2 * ChartDocument.padding
    return head.adding(["width": .count(side), "height": .count(side), "data": ["values": .list(rows)]])
      .adding(body).adding(["config": config])
  }

  /// A view without axes as wide as the document; its layers carry their own data, legends stand below.
  func plain(height: Int, _ body: OutputValue) -> OutputValue {
    head.adding(["width": .count(innerWidth), "height": .count(height)]).adding(body).adding([
      "config": config
    ])
  }

  /// Panels one above the other; they carry their own width and data.
  func stack(_ panels: [OutputValue], spacing: Int, resolve: OutputValue) -> OutputValue {
    head.adding([
      "vconcat": .list(panels), "spacing": .count(spacing), "resolve": resolve, "config": config,
    ])
  }

  private var head: OutputValue {
    // A bold character of the title is 6 px wide on average, one of the subtitle 5.5 px.
    let titleLines = ChartText.lines(title, limit: innerWidth * 10 / 60)
    var heading: [OutputValue.Field] = [
      .init("text", .list(titleLines.map { .string($0) }))
    ]
    if let subtitle {
      let lines = ChartText.lines(subtitle, limit: innerWidth * 10 / 55)
      heading.append(.init("subtitle", .list(lines.map { .string($0) })))
    }
    return [
      "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
      "background": "white",
      "padding": .count(ChartDocument.padding),
      "title": .object(heading),
    ]
  }

  private var config: OutputValue {
    let size = OutputValue.count(ChartDocument.fontSize)
    return [
      "font": "Liberation Sans, Arial, Helvetica, sans-serif",
      "title": [
        "anchor": "start", "frame": "bounds", "fontSize": .count(ChartDocument.titleFontSize),
        "subtitleFontSize": size, "subtitleColor": "#444444", "offset": 8, "subtitlePadding": 3,
      ],
      "axis": [
        "labelFontSize": size, "titleFontSize": size, "titleFontWeight": "normal", "titlePadding": 5,
        "labelColor": "#222222", "titleColor": "#222222", "domainColor": "#666666", "tickColor": "#666666",
        "gridColor": .string(Palette.grid), "tickSize": 4, "labelOverlap": true, "labelSeparation": 4,
      ],
      "legend": [
        "orient": "bottom", "direction": "horizontal", "labelFontSize": size, "titleFontSize": size,
        "titleFontWeight": "normal", "symbolSize": 80, "columnPadding": 12, "rowPadding": 3, "offset": 8,
        "labelLimit": .count(innerWidth - 60),
        // A legend ends where the plot ends; it may be wider than the plot, reaching under the axis labels.
        // Several legends stand one below the other.
        "layout": ["bottom": ["anchor": "end", "bounds": "full", "direction": "vertical"]],
      ],
      "text": ["fontSize": size, "color": .string(Palette.line)],
      "view": ["stroke": .null],
    ]
  }

  /// A legend at the foot, in as many columns as its labels leave room for.
  func legend(of labels: [String]) -> OutputValue {
    ["title": .null, "symbolStrokeWidth": 0, "columns": .count(legendColumns(labels))]
  }

  /// Rows that the legend of these labels takes.
  func legendRows(_ labels: [String]) -> Int {
    let columns = legendColumns(labels)
    return (labels.count + columns - 1) / columns
  }

  /// Pixels from the first row of the legend to its end.
  func legendHeight(_ labels: [String]) -> Int { 10 + 15 * legendRows(labels) }

  private func legendColumns(_ labels: [String]) -> Int {
    for columns in stride(from: labels.count, to: 1, by: -1) {
      var widths = [Int](repeating: 0, count: columns)
      for (index, label) in labels.enumerated() {
        // Symbol and gaps take 27 px, a character 5.8 px.
        widths[index % columns] = max(widths[index % columns], 27 + label.count * 58 / 10)
      }
      if widths.reduce(0, +) <= innerWidth - 12 { return columns }
    }
    return 1
  }
}
