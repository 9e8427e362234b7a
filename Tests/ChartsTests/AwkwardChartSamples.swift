import Charts

/// Charts at the edges of what they are for: one value, very many, very long, too much, hostile.
enum AwkwardChartSamples {
  static let all: [(name: String, chart: any Chart)] = [
    ("one-bar", oneBar), ("many-bars", manyBars), ("crowded-timeline", crowdedTimeline),
    ("over-capacity", overCapacity), ("over-capacity-memory", overCapacityMemory),
    ("equal-links", equalLinks), ("wide-links", wideLinks), ("long-labels", longLabels),
    ("narrow-prediction", narrowPrediction), ("many-sources", manySources), ("many-series", manySeries),
  ]

  static let oneBar = IterationBreakdownChart(
    title: "A", category: "Scenario",
    bars: [
      .init(
        label: "only", forwardSeconds: 3e-5, backwardSeconds: 6e-5, exposedCommunicationSeconds: 0,
        optimizerSeconds: 1e-5)
    ])

  static let manyBars = IterationBreakdownChart(
    title: "Two hundred iterations", category: "Iteration",
    bars: (1...200).map {
      .init(
        label: String($0), forwardSeconds: 31, backwardSeconds: 62,
        exposedCommunicationSeconds: Double($0 * 37 % 17), optimizerSeconds: 3)
    })

  /// 16 of 128 rows with 5000 spans each.
  static let crowdedTimeline = TimelineChart(
    title: "Two iterations of llama-3.1-405b: devices of the first pipeline",
    rows: (0..<128).map { rank in
      var spans: [TimelineChart.Span] = []
      for index in 0..<5000 {
        let start = (Double(index) + Double(rank) * 20) * 0.001
        let phase: StepPhase = index % 11 == 0 ? .communication : index % 1000 < 330 ? .forward : .backward
        spans.append(.init(phase: phase, startSeconds: start, endSeconds: start + 0.00095))
      }
      return .init(label: "rank \(rank)", spans: rank == 3 ? Array(spans.prefix(3)) : spans)
    })

  static let overCapacity = UtilizationChart(
    title: "A job that does not fit",
    computePercent: .init(timesSeconds: [0], values: [40]),
    memoryBytes: .init(timesSeconds: [0, 1, 2], values: [50e9, 131e9, 70e9]), memoryCapacityBytes: 80e9,
    networkPercent: .init(timesSeconds: [], values: []), endSeconds: 4000)

  static let overCapacityMemory = MemoryTimelineChart(
    title: "A job that does not fit",
    samples: [
      .init(
        timeSeconds: 0, weightsBytes: 140e9, gradientsBytes: 140e9, optimizerBytes: 840e9,
        activationsBytes: 12e9)
    ], endSeconds: 1e-4, capacityBytes: 80e9)

  static let equalLinks = CommunicationChart(
    title: "A ring of sixteen", nodes: (0..<16).map { "gpu-node-\($0).rack" },
    links: (0..<16).map { .init(fromIndex: $0, toIndex: ($0 + 1) % 16, bytes: 1e6) })

  static let wideLinks = CommunicationChart(
    title: "Everyone with everyone, six decades", nodes: (0..<24).map(String.init),
    links: (0..<24).flatMap { a in
      (0..<a).map { b in
        CommunicationChart.Link(fromIndex: a, toIndex: b, bytes: 1e3 * Double(a * b * b * b + 1))
      }
    })

  static let longLabels = ComparisonChart(
    title: "</script>" + String(repeating: "A very long title of many words ", count: 9),
    quantity: "Cost of a run in a currency with a long name", unit: "k€",
    labels: [
      "a \"label\" \\ with \u{1} <b>&amp;</b> and more than fits on a column's line", "b", "b", "日本語",
    ],
    series: [
      .init(
        label: "a series with a name that needs its own line in any legend", values: [1e-3, 2e-3, 0, 3e-3]),
      .init(label: "another <series> of the same kind", values: [.infinity, 1e-3, 2e-3, -1e-3]),
    ])

  static let narrowPrediction = PredictionChart(
    title: "Step time", quantity: "Step time", unit: "ms",
    points: [
      .init(source: "table 5", measured: 412, predicted: 431),
      .init(source: "table 5", measured: 520, predicted: 488),
    ])

  static let manySources = PredictionChart(
    title: "Model FLOP/s utilisation of many papers", quantity: "MFU", unit: "",
    points: (0..<60).map {
      .init(
        source: "source \($0 % 12)", measured: 0.3 + 0.004 * Double($0),
        predicted: 0.28 + 0.0045 * Double($0 * 17 % 60))
    })

  static let manySeries = ScalingChart(
    title: "Ten networks to 4096 nodes",
    series: (0..<10).map { kind in
      let nodes = (0...12).map { 1 << $0 }
      let efficiencies = nodes.map { 1 / (1 + 1e-4 * Double(kind) * Double($0)) }
      return .init(
        label: "network \(kind)", nodeCounts: nodes,
        speedups: zip(nodes, efficiencies).map { Double($0) * $1 },
        efficiencies: efficiencies,
        breakdownNodeCount: nodes.first { 1 / (1 + 1e-4 * Double(kind) * Double($0)) < 0.7 })
    })
}
