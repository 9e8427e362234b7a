import Documents

/// A network: parts where they stand, cables as thick as they are fast, kinds of parts by colour and shape; with
/// loads, cables by how busy they are and the hottest by number.
///
/// The picture is as wide as a page at either width, and as high as its parts need.
public struct NetworkChart: Chart {
  public struct Point: Sendable {
    public var x: Double
    public var y: Double
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  public struct Part: Sendable {
    public var at: Point
    public var kind: String
    /// Parts that it stands for.
    public var count: Int
    public init(at: Point, kind: String, count: Int = 1) {
      self.at = at
      self.kind = kind
      self.count = count
    }
  }

  public struct Cable: Sendable {
    /// Control points of each of its strokes.
    public var strokes: [[Point]]
    /// One way.
    public var bytesPerSecond: Double
    /// Share of its bandwidth that is used, of the busier direction; nil without traffic.
    public var load: Double?
    /// Its place among the hottest, from 1.
    public var rank: Int?
    public init(strokes: [[Point]], bytesPerSecond: Double, load: Double? = nil, rank: Int? = nil) {
      self.strokes = strokes
      self.bytesPerSecond = bytesPerSecond
      self.load = load
      self.rank = rank
    }
  }

  public struct Frame: Sendable {
    public var upperLeft: Point
    public var lowerRight: Point
    public var label: String
    public var count: Int
    public init(upperLeft: Point, lowerRight: Point, label: String, count: Int) {
      self.upperLeft = upperLeft
      self.lowerRight = lowerRight
      self.label = label
      self.count = count
    }
  }

  public struct Caption: Sendable {
    public var at: Point
    public var text: String
    public var isCentred: Bool
    public init(at: Point, text: String, isCentred: Bool) {
      self.at = at
      self.text = text
      self.isCentred = isCentred
    }
  }

  /// Pixels across that parts may use.
  public static let innerWidth = Double(ChartWidth.page.pixels - 2 * ChartDocument.padding)

  public var title: String
  public var subtitle: String?
  /// Pixels down.
  public var height: Double
  public var parts: [Part]
  public var cables: [Cable]
  public var frames: [Frame]
  public var captions: [Caption]

  public init(
    title: String, subtitle: String? = nil, height: Double, parts: [Part], cables: [Cable],
    frames: [Frame] = [], captions: [Caption] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.height = height
    self.parts = parts
    self.cables = cables
    self.frames = frames
    self.captions = captions
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    if parts.isEmpty || !(1...20_000).contains(height) { return nil }
    let rates = CableRates(cables.map(\.bytesPerSecond))
    var remarks = [rates.remark, subtitle].compactMap(\.self)
    remarks.removeAll { $0.isEmpty }
    let document = ChartDocument(
      title: title, subtitle: remarks.isEmpty ? nil : remarks.joined(separator: "; "), width: .page)
    var layers: [OutputValue] = []
    if !frames.isEmpty { layers += frameMarks }
    if !cables.isEmpty { layers.append(cableMarks(rates)) }
    layers.append(partMarks)
    layers += rankMarks
    layers += captionMarks
    return document.plain(
      height: Int(height),
      ["layer": .list(layers)])
  }

  private func cableMarks(_ rates: CableRates) -> OutputValue {
    var rows: [OutputValue] = []
    // Busy cables lie on top.
    let order = cables.indices.sorted { (cables[$0].load ?? 0, $0) < (cables[$1].load ?? 0, $1) }
    var stroke = 0
    for index in order {
      let cable = cables[index]
      for points in cable.strokes {
        for (step, point) in points.enumerated() {
          var row: OutputValue = [
            "cable": .count(stroke), "step": .count(step), "x": rounded(point.x),
            "y": rounded(height - point.y), "rate": .string(rates.label(of: cable.bytesPerSecond)),
          ]
          if hasLoads { row = row.adding(["load": .number(100 * (cable.load ?? 0))]) }
          rows.append(row)
        }
        stroke += 1
      }
    }
    var encoding: OutputValue = [
      "x": xAxis("x"), "y": yAxis("y"), "detail": ["field": "cable", "type": "nominal"],
      "order": ["field": "step", "type": "quantitative"],
      "strokeWidth": [
        "field": "rate", "type": "nominal", "title": "Links each way",
        "scale": [
          "domain": .list(rates.labels.map { .string($0) }), "range": .list(rates.widths(isBusy: hasLoads)),
        ],
        "legend": rates.labels.count > 1
          ? ["symbolType": "stroke", "symbolSize": 300, "symbolStrokeColor": "#8794A1"] : .null,
      ],
    ]
    if hasLoads {
      encoding = encoding.adding([
        "stroke": [
          "field": "load", "type": "quantitative", "title": "Mean load (%)",
          "scale": [
            "domain": [0, 100], "range": .list(Palette.heat.map { .string($0) }), "interpolate": "lab",
          ],
          "legend": ["gradientLength": 200, "tickCount": 5],
        ]
      ])
    }
    return [
      "data": ["values": .list(rows)],
      "mark": OutputValue.object(
        [
          .init("type", "line"), .init("interpolate", "basis"), .init("strokeCap", "round"),
          .init("opacity", hasLoads ? 0.95 : 0.75),
        ] + (hasLoads ? [] : [.init("color", "#8794A1")])),
      "encoding": encoding,
    ]
  }

  private var hasLoads: Bool { cables.contains { $0.load != nil } }

  private var partMarks: OutputValue {
    let kinds = NetworkChart.kinds.filter { known in parts.contains { $0.kind == known.kind } }
    let others = parts.map(\.kind).filter { kind in !NetworkChart.kinds.contains { $0.kind == kind } }
    let labels = kinds.map(\.kind) + ChartText.inOrder(others)
    let colours = kinds.map(\.colour) + labels.dropFirst(kinds.count).map { _ in "#888888" }
    let shapes = kinds.map(\.shape) + labels.dropFirst(kinds.count).map { _ in "circle" }
    let size = symbolSize
    let rows: [OutputValue] = parts.map {
      [
        "x": rounded($0.at.x), "y": rounded(height - $0.at.y), "kind": .string($0.kind),
        "size": .number($0.count > 1 ? max(size, 60) : size),
      ]
    }
    let legend: OutputValue = [
      "title": .null, "symbolStrokeWidth": 0, "columns": .count(min(6, labels.count)),
    ]
    let domain = OutputValue.list(labels.map { .string($0) })
    return [
      "data": ["values": .list(rows)],
      "mark": ["type": "point", "filled": true, "opacity": 1, "stroke": "white", "strokeWidth": 0.8],
      "encoding": [
        "x": xAxis("x"), "y": yAxis("y"),
        "size": ["field": "size", "type": "quantitative", "scale": .null, "legend": .null],
        "color": [
          "field": "kind", "type": "nominal", "legend": legend,
          "scale": ["domain": domain, "range": .list(colours.map { .string($0) })],
        ],
        "shape": [
          "field": "kind", "type": "nominal", "legend": legend,
          "scale": ["domain": domain, "range": .list(shapes.map { .string($0) })],
        ],
      ],
    ]
  }

  /// Smaller the nearer the nearest two parts are: area in square pixels.
  private var symbolSize: Double {
    var least = 16.0
    let sorted = parts.map(\.at).sorted { ($0.y, $0.x) < ($1.y, $1.x) }
    for (a, b) in zip(sorted, sorted.dropFirst()) where (a.y - b.y).magnitude < 1 && b.x > a.x {
      least = min(least, b.x - a.x)
    }
    let side = max(4, min(11, least * 0.8))
    return side * side
  }

  func xAxis(_ field: String) -> OutputValue { axis(field, NetworkChart.innerWidth) }
  func yAxis(_ field: String) -> OutputValue { axis(field, height) }

  private func axis(_ field: String, _ end: Double) -> OutputValue {
    [
      "field": .string(field), "type": "quantitative", "axis": .null,
      "scale": ["domain": [0, .number(end)], "nice": false, "zero": false],
    ]
  }

  /// Two decimals are finer than print and equal on every machine.
  func rounded(_ coordinate: Double) -> OutputValue { .number((coordinate * 100).rounded() / 100) }
}
