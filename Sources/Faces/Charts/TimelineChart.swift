import Documents

/// What every device or stream did when: one row of coloured spans each.
public struct TimelineChart: Chart {
  public struct Span: Sendable, Equatable {
    public var phase: StepPhase
    public var startSeconds: Double
    public var endSeconds: Double
    public init(phase: StepPhase, startSeconds: Double, endSeconds: Double) {
      self.phase = phase
      self.startSeconds = startSeconds
      self.endSeconds = endSeconds
    }
  }

  /// One device or stream, such as "rank 0 compute".
  public struct Row: Sendable {
    public var label: String
    public var spans: [Span]
    public init(label: String, spans: [Span]) {
      self.label = label
      self.spans = spans
    }
  }

  /// Says what is shown: "One iteration of gpt2-small on 8 ranks".
  public var title: String
  public var rows: [Row]
  /// Rows beyond this number are not drawn; the subtitle says so.
  public var rowLimit: Int

  /// A row of more spans than this is drawn as intervals of equal length instead, each in the colour
  /// that holds most of it.
  static let intervalLimit = 1000

  public init(title: String, rows: [Row], rowLimit: Int = 16) {
    self.title = title
    self.rows = rows
    self.rowLimit = rowLimit
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let drawn = rows.prefix(max(0, rowLimit))
    let valid = drawn.map { row in
      row.spans.filter {
        $0.startSeconds.isFinite && $0.endSeconds.isFinite && $0.endSeconds > $0.startSeconds
      }
    }
    let all = valid.joined()
    guard let start = all.map(\.startSeconds).min(), let end = all.map(\.endSeconds).max() else { return nil }
    let unit = ShownUnit.time(for: end - start)
    let labels = ChartText.distinct(drawn.map(\.label))
    let phases = StepPhase.allCases.filter { phase in all.contains { $0.phase == phase } }

    var data: [OutputValue] = []
    for (label, spans) in zip(labels, valid) {
      let shown =
        spans.count > TimelineChart.intervalLimit
        ? TimelineChart.dominantPhases(of: spans, from: start, to: end, count: TimelineChart.intervalLimit)
        : spans
      for span in shown {
        data.append([
          "row": .string(label), "phase": .string(span.phase.label),
          "start": .number((span.startSeconds - start) * unit.perBase),
          "end": .number((span.endSeconds - start) * unit.perBase),
        ])
      }
    }

    let document = ChartDocument(
      title: title, subtitle: rows.count > drawn.count ? "first \(drawn.count) of \(rows.count) rows" : nil,
      width: width)
    let names = phases.map(\.label)
    // White edges tell neighbours of one colour apart, as long as spans are wider than the edges.
    let hasGaps = data.count <= 20 * labels.count
    return document.view(
      height: 38 + rowHeight(labels.count) * labels.count + document.legendHeight(names), rows: data,
      encoding(
        labels: labels, hasGaps: hasGaps, window: [0, .number((end - start) * unit.perBase)], unit: unit,
        scale: Palette.scale(phases.map { ($0.label, $0.colour) }), document: document,
        legend: document.legend(of: names)))
  }

  /// Pixels of a row: few rows are drawn thicker, and none thinner than its label is high.
  private func rowHeight(_ count: Int) -> Int { max(17, min(30, 120 / max(1, count))) }

  private func encoding(
    labels: [String], hasGaps: Bool, window: OutputValue, unit: ShownUnit, scale: OutputValue,
    document: ChartDocument,
    legend: OutputValue
  ) -> OutputValue {
    [
      "mark": [
        "type": "bar", "tooltip": true, "clip": true, "stroke": "white",
        "strokeWidth": .number(hasGaps ? 0.5 : 0),
      ],
      "encoding": [
        "x": [
          "field": "start", "type": "quantitative", "title": .string("Time (\(unit.name))"),
          "scale": ["domain": window, "nice": false],
          "axis": ["labelFlush": true, "tickCount": 6],
        ],
        "x2": ["field": "end"],
        "y": [
          "field": "row", "type": "nominal", "sort": .list(labels.map { .string($0) }),
          "scale": ["domain": .list(labels.map { .string($0) }), "paddingInner": 0.2, "paddingOuter": 0.1],
          "axis": [
            "title": .null, "labelLimit": .count(document.innerWidth / 3), "ticks": false, "domain": false,
            "labelOverlap": false,
          ],
        ],
        "color": ["field": "phase", "type": "nominal", "scale": scale, "legend": legend],
      ],
    ]
  }

  /// The spans as runs of equal intervals, each given to the phase that holds most of it.
  ///
  /// - Complexity: O(spans + phases · (count + intervals covered)).
  static func dominantPhases(of spans: [Span], from start: Double, to end: Double, count: Int) -> [Span] {
    let phases = StepPhase.allCases
    let interval = (end - start) / Double(count)
    var held = [Double](repeating: 0, count: count * phases.count)
    for span in spans {
      guard let phase = phases.firstIndex(of: span.phase) else { continue }
      let first = min(count - 1, Int((span.startSeconds - start) / interval))
      let last = min(count - 1, Int((span.endSeconds - start) / interval))
      for bin in first...last {
        let from = max(span.startSeconds, start + interval * Double(bin))
        let to = min(span.endSeconds, start + interval * Double(bin + 1))
        held[bin * phases.count + phase] += max(0, to - from)
      }
    }
    var runs: [Span] = []
    for bin in 0..<count {
      let shares = held[bin * phases.count..<(bin + 1) * phases.count]
      guard let most = shares.max(), 2 * shares.reduce(0, +) >= interval,
        let phase = shares.firstIndex(of: most)
      else { continue }
      let from = start + interval * Double(bin)
      let span = Span(
        phase: phases[phase - shares.startIndex], startSeconds: from, endSeconds: from + interval)
      if let last = runs.last, last.phase == span.phase, from - last.endSeconds < interval / 2 {
        runs[runs.count - 1].endSeconds = span.endSeconds
      } else {
        runs.append(span)
      }
    }
    return runs
  }
}
