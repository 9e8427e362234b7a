import Documents

/// Speed-up and parallel efficiency against the number of nodes, of which there are two or more.
public struct ScalingChart: Chart {
  public struct Series: Sendable {
    public var label: String
    public var nodeCounts: [Int]
    /// Throughput over that of the smallest node count.
    public var speedups: [Double]
    /// Speed-up over the ideal one, 0…1.
    public var efficiencies: [Double]
    /// The first node count at which efficiency is below the threshold, if there is one.
    public var breakdownNodeCount: Int?

    public init(
      label: String, nodeCounts: [Int], speedups: [Double], efficiencies: [Double],
      breakdownNodeCount: Int? = nil
    ) {
      self.label = label
      self.nodeCounts = nodeCounts
      self.speedups = speedups
      self.efficiencies = efficiencies
      self.breakdownNodeCount = breakdownNodeCount
    }
  }

  public var title: String
  public var series: [Series]
  /// Efficiency below which scaling counts as broken down.
  public var threshold: Double

  public init(title: String, series: [Series], threshold: Double = 0.7) {
    self.title = title
    self.series = series
    self.threshold = threshold
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let labels = ChartText.distinct(series.map(\.label))
    var rows: [OutputValue] = []
    var counts: Set<Int> = []
    var highest = 1.0
    for (one, label) in zip(series, labels) {
      for (index, nodes) in one.nodeCounts.enumerated() where nodes > 0 && index < one.speedups.count {
        guard index < one.efficiencies.count, one.speedups[index] > 0, one.speedups[index].isFinite else {
          continue
        }
        counts.insert(nodes)
        highest = max(highest, one.efficiencies[index])
        rows.append([
          "nodes": .count(nodes), "series": .string(label), "speedup": .number(one.speedups[index]),
          "efficiency": .number(one.efficiencies[index]), "broken": .bool(nodes == one.breakdownNodeCount),
        ])
      }
    }
    let nodeCounts = counts.sorted()
    guard let fewest = nodeCounts.first, let most = nodeCounts.last, most > fewest else { return nil }

    let document = ChartDocument(title: title, subtitle: subtitle(labels), width: width)
    // Title, labels and ticks of the axis take 51 px; half of the last label stands out at the right.
    let panelPixels = document.innerWidth - 51 - 3 * String(most).count
    let panelWidth = OutputValue.count(panelPixels)
    let axis = NodeAxis(nodeCounts: nodeCounts)
    let color: OutputValue = [
      "field": "series", "type": "nominal", "scale": Palette.scale(ofSeries: labels),
      "legend": labels.count > 1 ? document.legend(of: labels) : .null,
    ]
    let ideal = Double(most) / Double(fewest)
    let panels: [OutputValue] = [
      [
        "width": panelWidth, "height": 120, "data": ["values": .list(rows)],
        "layer": [
          idealLine(from: fewest, to: most), idealLabel(at: most, speedup: ideal, panelPixels: panelPixels),
          curve(
            x: axis.encoding(isLabelled: false),
            y: [
              "field": "speedup", "type": "quantitative",
              "title": .string(fewest == 1 ? "Speed-up" : "Speed-up over \(fewest)"),
              "scale": ["type": "log", "base": 2, "nice": false],
              "axis": ["format": "~r", "minExtent": 34, "maxExtent": 34, "tickCount": 6],
            ], color: color),
          breakdown(field: "speedup"),
        ],
      ],
      [
        "width": panelWidth, "height": 100, "data": ["values": .list(rows)],
        "layer": [
          thresholdLine, thresholdLabel,
          curve(
            x: axis.encoding(isLabelled: true),
            y: [
              "field": "efficiency", "type": "quantitative", "title": "Efficiency (%)",
              "scale": ["domain": [0, .number(highest)]],
              "axis": [
                "labelExpr": "format(datum.value * 100, '~r')", "minExtent": 34, "maxExtent": 34,
                "tickCount": 5,
              ],
            ], color: color),
          breakdown(field: "efficiency"),
        ],
      ],
    ]
    return document.stack(
      panels, spacing: 10,
      resolve: ["scale": ["x": "shared", "y": "independent", "color": "shared"]])
  }

  private func subtitle(_ labels: [String]) -> String {
    let broken = zip(labels, series).compactMap { label, one -> String? in
      guard let nodes = one.breakdownNodeCount else { return nil }
      return series.count > 1 ? "\(label): \(nodes) nodes" : "\(nodes) nodes"
    }
    let percent = ShownUnit(name: "%", perBase: 100).text(threshold)
    return broken.isEmpty
      ? "efficiency stays above \(percent)"
      : "ringed: efficiency falls below \(percent) (\(broken.joined(separator: "; ")))"
  }

  private func curve(x: OutputValue, y: OutputValue, color: OutputValue) -> OutputValue {
    [
      "mark": ["type": "line", "point": ["filled": true, "size": 30], "strokeWidth": 1.8, "tooltip": true],
      "encoding": ["x": x, "y": y, "color": color],
    ]
  }

  private func breakdown(field: String) -> OutputValue {
    [
      "transform": [["filter": "datum.broken"]],
      "mark": [
        "type": "point", "shape": "circle", "filled": false, "size": 150, "strokeWidth": 1.3, "opacity": 1,
        "color": .string(Palette.line),
      ],
      "encoding": [
        "x": ["field": "nodes", "type": "quantitative"],
        "y": ["field": .string(field), "type": "quantitative"],
      ],
    ]
  }

  private func idealLine(from fewest: Int, to most: Int) -> OutputValue {
    [
      "data": [
        "values": [
          ["nodes": .count(fewest), "speedup": 1],
          ["nodes": .count(most), "speedup": .number(Double(most) / Double(fewest))],
        ]
      ],
      "mark": ["type": "line", "strokeDash": [4, 3], "strokeWidth": 1, "color": .string(Palette.line)],
      "encoding": [
        "x": ["field": "nodes", "type": "quantitative"],
        "y": ["field": "speedup", "type": "quantitative"],
      ],
    ]
  }

  private func idealLabel(at most: Int, speedup: Double, panelPixels: Int) -> OutputValue {
    [
      "data": ["values": [["nodes": .count(most), "speedup": .number(speedup)]]],
      "mark": [
        "type": "text", "text": "ideal", "align": "right", "dx": .count(-panelPixels / 8),
        "baseline": "middle", "dy": 2,
      ],
      "encoding": [
        "x": ["field": "nodes", "type": "quantitative"],
        "y": ["field": "speedup", "type": "quantitative"],
      ],
    ]
  }

  private var thresholdLine: OutputValue {
    [
      "data": ["values": [["threshold": .number(threshold)]]],
      "mark": ["type": "rule", "strokeDash": [4, 3], "strokeWidth": 1, "color": .string(Palette.line)],
      "encoding": ["y": ["field": "threshold", "type": "quantitative"]],
    ]
  }

  private var thresholdLabel: OutputValue {
    [
      "data": ["values": [["threshold": .number(threshold)]]],
      "mark": ["type": "text", "text": "threshold", "align": "left", "baseline": "top", "dx": 4, "dy": 3],
      "encoding": ["x": ["value": 0], "y": ["field": "threshold", "type": "quantitative"]],
    ]
  }
}

/// The shared axis of node counts, logarithmic to base 2, with a tick at each count of the study.
private struct NodeAxis {
  var nodeCounts: [Int]

  func encoding(isLabelled: Bool) -> OutputValue {
    [
      "field": "nodes", "type": "quantitative",
      "scale": [
        "type": "log", "base": 2, "nice": false,
        "domain": [.count(nodeCounts[0]), .count(nodeCounts[nodeCounts.count - 1])],
      ],
      "axis": [
        "title": isLabelled ? "Nodes" : .null, "labels": .bool(isLabelled), "ticks": .bool(isLabelled),
        "values": .list(nodeCounts.map { .count($0) }), "tickCount": .count(nodeCounts.count), "format": "d",
        "labelFlush": false,
      ],
    ]
  }
}
