import Documents

/// Memory of one device over time, stacked by kind, under the line of its capacity.
public struct MemoryTimelineChart: Chart {
  /// Memory from one moment to the next sample's.
  public struct Sample: Sendable {
    public var timeSeconds: Double
    public var weightsBytes: Double
    public var gradientsBytes: Double
    public var optimizerBytes: Double
    public var activationsBytes: Double
    public var otherBytes: Double

    public init(
      timeSeconds: Double, weightsBytes: Double, gradientsBytes: Double, optimizerBytes: Double,
      activationsBytes: Double, otherBytes: Double = 0
    ) {
      self.timeSeconds = timeSeconds
      self.weightsBytes = weightsBytes
      self.gradientsBytes = gradientsBytes
      self.optimizerBytes = optimizerBytes
      self.activationsBytes = activationsBytes
      self.otherBytes = otherBytes
    }

    func bytes(of kind: MemoryKind) -> Double {
      switch kind {
      case .weights: weightsBytes
      case .gradients: gradientsBytes
      case .optimizer: optimizerBytes
      case .activations: activationsBytes
      case .other: otherBytes
      }
    }

    var totalBytes: Double { MemoryKind.allCases.reduce(0) { $0 + bytes(of: $1) } }
  }

  public var title: String
  /// In order of time.
  public var samples: [Sample]
  /// Where the last sample ends.
  public var endSeconds: Double
  public var capacityBytes: Double

  /// The picture is drawn from this many intervals at most, each at its highest moment.
  static let intervalLimit = 600

  public init(title: String, samples: [Sample], endSeconds: Double, capacityBytes: Double) {
    self.title = title
    self.samples = samples
    self.endSeconds = endSeconds
    self.capacityBytes = capacityBytes
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let valid = samples.filter { $0.timeSeconds.isFinite && $0.totalBytes.isFinite }
    guard let start = valid.first?.timeSeconds, endSeconds.isFinite, endSeconds > start else { return nil }
    let peak = valid.map(\.totalBytes).max() ?? 0
    let kinds = MemoryKind.allCases.filter { kind in valid.contains { $0.bytes(of: kind) > 0 } }
    guard peak > 0 else { return nil }
    let timeUnit = ShownUnit.time(for: endSeconds - start)
    let byteUnit = ShownUnit.bytes(for: peak)

    let totals = StepSeries(
      starts: valid.map(\.timeSeconds), values: valid.map(\.totalBytes), end: endSeconds)
    let drawn = totals.peaks(count: MemoryTimelineChart.intervalLimit)
    let moments = drawn + drawn.suffix(1).map { (endSeconds, $0.index) }
    var rows: [OutputValue] = []
    for (order, kind) in kinds.enumerated() {
      for (time, index) in moments {
        rows.append([
          "time": .number(time * timeUnit.perBase),
          "bytes": .number(valid[index].bytes(of: kind) * byteUnit.perBase),
          "kind": .string(kind.rawValue), "order": .count(order),
        ])
      }
    }

    let document = ChartDocument(
      title: title, subtitle: subtitle(peakBytes: peak, byteUnit), width: width)
    let window: OutputValue = [
      .number(start * timeUnit.perBase), .number(endSeconds * timeUnit.perBase),
    ]
    let areas = areas(
      kinds, over: window, timeUnit, byteUnit, legend: document.legend(of: kinds.map(\.rawValue)))
    return document.view(height: 230, rows: rows, ["layer": .list([areas] + capacityLine(byteUnit))])
  }

  private func areas(
    _ kinds: [MemoryKind], over window: OutputValue, _ timeUnit: ShownUnit, _ byteUnit: ShownUnit,
    legend: OutputValue
  ) -> OutputValue {
    [
      "mark": ["type": "area", "interpolate": "step-after", "tooltip": true],
      "encoding": [
        "x": [
          "field": "time", "type": "quantitative", "title": .string("Time (\(timeUnit.name))"),
          "scale": ["domain": window, "nice": false],
          "axis": ["grid": false, "labelFlush": true, "tickCount": 6],
        ],
        "y": [
          "field": "bytes", "type": "quantitative", "stack": "zero",
          "title": .string("Memory (\(byteUnit.name))"),
        ],
        "color": [
          "field": "kind", "type": "nominal", "scale": Palette.scale(kinds.map { ($0.rawValue, $0.colour) }),
          "legend": legend.adding(["symbolType": "square"]),
        ],
        "order": ["field": "order", "type": "quantitative"],
      ],
    ]
  }

  private var hasCapacity: Bool { capacityBytes > 0 && capacityBytes.isFinite }

  private func subtitle(peakBytes: Double, _ unit: ShownUnit) -> String {
    let peak = "peak \(unit.text(peakBytes))"
    let capacity = ShownUnit.bytes(for: capacityBytes).text(capacityBytes)
    return hasCapacity ? "\(peak); dashed: capacity, \(capacity)" : peak
  }

  private func capacityLine(_ unit: ShownUnit) -> [OutputValue] {
    guard hasCapacity else { return [] }
    return [
      [
        "mark": ["type": "rule", "color": .string(Palette.line), "strokeDash": [5, 3], "strokeWidth": 1.3],
        "encoding": ["y": ["datum": .number(capacityBytes * unit.perBase)]],
      ]
    ]
  }
}
