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

  /// A row of more spans than this is drawn as equal intervals instead, so that what is drawn in a colour, or left
  /// white, is the share of time spent so.
  static let spanLimit = 1000
  /// Two pixels each at the width of a column.
  static let intervalCount = 360

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
        spans.count > TimelineChart.spanLimit
        ? TimelineChart.proportionalPhases(
          of: spans, from: start, to: end, count: TimelineChart.intervalCount)
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

  /// The spans as runs of equal intervals, each given whole to a phase or to none.
  ///
  /// What a phase holds of an interval adds to what it is owed; the phase (or idling) that is owed most gets the
  /// interval and pays for it. So what is drawn of a phase up to any moment is within an interval or so of its time,
  /// however short its spans are: passes of a few milliseconds in a step of many seconds.
  ///
  /// - Complexity: O(spans + phases · (count + intervals covered)).
  static func proportionalPhases(of spans: [Span], from start: Double, to end: Double, count: Int) -> [Span] {
    let phases = StepPhase.allCases
    let interval = (end - start) / Double(count)
    let held = timeHeld(by: spans, from: start, interval: interval, count: count)
    var owed = [Double](repeating: 0, count: phases.count + 1)
    var runs: [Span] = []
    for bin in 0..<count {
      let shares = held[bin * phases.count..<(bin + 1) * phases.count]
      let total = shares.reduce(0, +)
      // Spans that run side by side share the interval.
      let scale = total > interval ? interval / total : 1
      for (phase, share) in shares.enumerated() { owed[phase] += share * scale }
      owed[phases.count] += max(0, interval - total)
      let chosen = owed.indices.max { owed[$0] < owed[$1] }!
      owed[chosen] -= interval
      guard chosen < phases.count else { continue }
      let from = start + interval * Double(bin)
      if let last = runs.last, last.phase == phases[chosen], from - last.endSeconds < interval / 2 {
        runs[runs.count - 1].endSeconds = from + interval
      } else {
        runs.append(Span(phase: phases[chosen], startSeconds: from, endSeconds: from + interval))
      }
    }
    return runs
  }

  /// Seconds that each phase holds of each interval, by interval and then by phase.
  private static func timeHeld(
    by spans: [Span], from start: Double, interval: Double, count: Int
  ) -> [Double] {
    let phases = StepPhase.allCases
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
    return held
  }
}
