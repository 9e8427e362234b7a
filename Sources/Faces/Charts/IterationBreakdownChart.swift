import Documents

/// Stacked bars of where the time of each iteration, or of each scenario's step, goes.
public struct IterationBreakdownChart: Chart {
  public struct Bar: Sendable {
    public var label: String
    public var forwardSeconds: Double
    public var backwardSeconds: Double
    public var recomputationSeconds: Double
    /// Communication during which the device did not compute.
    public var exposedCommunicationSeconds: Double
    public var bubbleSeconds: Double
    public var optimizerSeconds: Double
    /// Waiting for generated answers, and scoring them.
    public var rolloutSeconds: Double
    public var scoringSeconds: Double
    public var otherSeconds: Double

    public init(
      label: String, forwardSeconds: Double, backwardSeconds: Double, recomputationSeconds: Double = 0,
      exposedCommunicationSeconds: Double, bubbleSeconds: Double = 0, optimizerSeconds: Double,
      rolloutSeconds: Double = 0, scoringSeconds: Double = 0, otherSeconds: Double = 0
    ) {
      self.label = label
      self.forwardSeconds = forwardSeconds
      self.backwardSeconds = backwardSeconds
      self.recomputationSeconds = recomputationSeconds
      self.exposedCommunicationSeconds = exposedCommunicationSeconds
      self.bubbleSeconds = bubbleSeconds
      self.optimizerSeconds = optimizerSeconds
      self.rolloutSeconds = rolloutSeconds
      self.scoringSeconds = scoringSeconds
      self.otherSeconds = otherSeconds
    }

    func seconds(of phase: StepPhase) -> Double {
      switch phase {
      case .rollout: rolloutSeconds
      case .scoring: scoringSeconds
      case .forward: forwardSeconds
      case .backward: backwardSeconds
      case .recomputation: recomputationSeconds
      case .communication: exposedCommunicationSeconds
      case .bubble: bubbleSeconds
      case .optimizer: optimizerSeconds
      case .other: otherSeconds
      // Bars count communication as one.
      case .tensorExchange, .contextExchange, .expertExchange, .stageExchange, .dataExchange: 0
      }
    }

    var totalSeconds: Double { StepPhase.allCases.reduce(0) { $0 + seconds(of: $1) } }
  }

  public var title: String
  /// What a bar is: "Iteration", "Scenario", "Nodes".
  public var category: String
  public var bars: [Bar]

  /// More bars than this are not drawn; the subtitle says so.
  public static let barLimit = 120

  public init(title: String, category: String, bars: [Bar]) {
    self.title = title
    self.category = category
    self.bars = bars
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let drawn = bars.filter(\.totalSeconds.isFinite).prefix(IterationBreakdownChart.barLimit)
    let longest = drawn.map(\.totalSeconds).max() ?? 0
    guard longest > 0 else { return nil }
    let unit = ShownUnit.time(for: longest)
    let labels = ChartText.distinct(drawn.map(\.label))
    let phases = StepPhase.allCases.filter { phase in drawn.contains { $0.seconds(of: phase) > 0 } }

    var rows: [OutputValue] = []
    for (bar, label) in zip(drawn, labels) {
      for (order, phase) in phases.enumerated() where bar.seconds(of: phase) > 0 {
        rows.append([
          "bar": .string(label), "phase": .string(name(of: phase)), "order": .count(order),
          "time": .number(bar.seconds(of: phase) * unit.perBase),
        ])
      }
    }

    // Short labels stand under upright bars; long ones need the room beside lying bars.
    let isUpright = (labels.map(\.count).max() ?? 0) <= 5
    let document = ChartDocument(
      title: title,
      subtitle: bars.count > drawn.count ? "first \(drawn.count) of \(bars.count)" : nil, width: width)
    let names = phases.map(name(of:))
    let time: OutputValue = [
      "field": "time", "type": "quantitative", "stack": "zero", "title": .string("Time (\(unit.name))"),
    ]
    let categoryAxis: OutputValue = [
      "field": "bar", "type": "ordinal", "sort": .list(labels.map { .string($0) }),
      "title": .string(ChartText.clean(category)),
      "axis": [
        "labelAngle": 0, "labelLimit": .count(document.innerWidth / 2), "grid": false,
        "labelOverlap": .bool(isUpright), "ticks": .bool(isUpright),
      ],
      "scale": ["paddingInner": 0.25, "paddingOuter": 0.15],
    ]
    let height = (isUpright ? 170 : 42 + 20 * labels.count) + document.legendHeight(names)
    return document.view(
      height: height, rows: rows,
      [
        "mark": ["type": "bar", "tooltip": true],
        "encoding": [
          "x": isUpright ? categoryAxis : time,
          "y": isUpright ? time : categoryAxis,
          "color": [
            "field": "phase", "type": "nominal",
            "scale": Palette.scale(phases.map { (name(of: $0), $0.colour) }),
            "legend": document.legend(of: names),
          ],
          "order": ["field": "order", "type": "quantitative"],
        ],
      ])
  }

  private func name(of phase: StepPhase) -> String {
    phase == .communication ? "exposed communication" : phase.label
  }
}
