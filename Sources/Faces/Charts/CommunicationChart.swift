import Documents

#if canImport(Glibc)
  import Glibc
#endif

/// Who exchanges how much with whom: nodes on a circle, links as wide and as dark as the bytes they carry.
///
/// The picture is square and one column wide at either width.
public struct CommunicationChart: Chart {
  public struct Link: Sendable {
    public var fromIndex: Int
    public var toIndex: Int
    public var bytes: Double
    public init(fromIndex: Int, toIndex: Int, bytes: Double) {
      self.fromIndex = fromIndex
      self.toIndex = toIndex
      self.bytes = bytes
    }
  }

  public var title: String
  /// Names of the nodes, in order around the circle from the top, clockwise.
  public var nodes: [String]
  /// Bytes by pair; both directions and repeated pairs are summed.
  public var links: [Link]

  /// Nodes beyond this number are not drawn; the subtitle says so.
  public static let nodeLimit = 64

  public init(title: String, nodes: [String], links: [Link]) {
    self.title = title
    self.nodes = nodes
    self.links = links
  }

  public func specification(width: ChartWidth) -> OutputValue? {
    let shownCount = min(nodes.count, CommunicationChart.nodeLimit)
    let pairs = sums(shownCount)
    guard let largest = pairs.last?.bytes, let smallest = pairs.first?.bytes else { return nil }
    let unit = ShownUnit.bytes(for: largest)
    let circle = (0..<shownCount).map { CirclePlace($0, of: shownCount) }

    var rows: [OutputValue] = []
    for (index, pair) in pairs.enumerated() {
      for (step, point) in circle[pair.a].curve(to: circle[pair.b]).enumerated() {
        rows.append([
          "link": .count(index), "step": .count(step), "x": rounded(point.x), "y": rounded(point.y),
          "bytes": .number(pair.bytes * unit.perBase),
        ])
      }
    }
    // Links of one weight need no scale.
    let isVaried = largest > smallest * 1.001
    let total = pairs.reduce(0) { $0 + $1.bytes }
    let remarks = [
      nodes.count > shownCount ? "first \(shownCount) of \(nodes.count) nodes" : nil,
      "\(ShownUnit.bytes(for: total).text(total)) in all",
      isVaried ? nil : "\(unit.text(largest)) both ways on each link",
    ]
    let document = ChartDocument(
      title: title, subtitle: remarks.compactMap(\.self).joined(separator: ", "), width: .column)
    let lines = lines(
      smallest: smallest * unit.perBase, largest: largest * unit.perBase, isVaried: isVaried, unit,
      widest: min(5, max(1.5, 60 / Double(shownCount))))
    return document.square(rows: rows, ["layer": .list([lines] + nodeMarks(circle))])
  }

  /// Bytes of each unordered pair of shown nodes, smallest first, so that heavy links lie on top.
  private func sums(_ count: Int) -> [(a: Int, b: Int, bytes: Double)] {
    var bytes = [Double](repeating: 0, count: count * count)
    for link in links {
      let (a, b) = (min(link.fromIndex, link.toIndex), max(link.fromIndex, link.toIndex))
      if a >= 0, b < count, a != b, link.bytes.isFinite, link.bytes > 0 { bytes[a * count + b] += link.bytes }
    }
    return bytes.indices.filter { bytes[$0] > 0 }
      .map { ($0 / count, $0 % count, bytes[$0]) }
      .sorted { ($0.2, $0.0, $0.1) < ($1.2, $1.0, $1.1) }
  }

  private func lines(
    smallest: Double, largest: Double, isVaried: Bool, _ unit: ShownUnit, widest: Double
  ) -> OutputValue {
    // A wide range of weights is read on a logarithmic scale; equal weights all take the middle of it.
    let isWide = largest > smallest * 50
    let top = isVaried ? largest : largest * 2
    let scale: OutputValue = [
      "type": isWide ? "log" : "linear", "domain": [.number(isWide ? smallest : 0), .number(top)],
    ]
    let title = "Bytes both ways (\(unit.name))"
    // One legend for width and colour.
    let legend: OutputValue =
      isVaried ? ["symbolType": "stroke", "symbolSize": 300, "tickCount": 4, "format": "~r"] : .null
    return [
      "mark": ["type": "line", "interpolate": "basis", "strokeCap": "round", "opacity": 0.9],
      "encoding": [
        "x": CommunicationChart.axis("x"), "y": CommunicationChart.axis("y"),
        "detail": ["field": "link", "type": "nominal"], "order": ["field": "step", "type": "quantitative"],
        "strokeWidth": [
          "field": "bytes", "type": "quantitative", "title": .string(title), "legend": legend,
          "scale": scale.adding(["range": [0.4, .number(widest)]]),
        ],
        "stroke": [
          "field": "bytes", "type": "quantitative", "title": .string(title), "legend": legend,
          "scale": scale.adding([
            "range": ["#DCE8F0", "#7FBDE3", "#0072B2", "#00335C"], "interpolate": "lab",
          ]),
        ],
      ],
    ]
  }

  private func nodeMarks(_ circle: [CirclePlace]) -> [OutputValue] {
    let labels = ChartText.compact(ChartText.distinct(Array(nodes.prefix(circle.count))), limit: 7)
    // Beyond 32 nodes the labels of neighbours would touch; every second one is named.
    let step = circle.count > 32 ? 2 : 1
    func names(isRight: Bool) -> OutputValue {
      let rows: [OutputValue] = circle.indices.filter { $0 % step == 0 && circle[$0].isRight == isRight }.map
      {
        [
          "x": rounded(circle[$0].x), "y": rounded(circle[$0].y), "label": .string(labels[$0]),
          "angle": .number(circle[$0].labelDegrees),
        ]
      }
      return [
        "data": ["values": .list(rows)],
        "mark": [
          "type": "text", "align": isRight ? "left" : "right", "baseline": "middle", "dx": isRight ? 8 : -8,
        ],
        "encoding": [
          "x": CommunicationChart.axis("x"), "y": CommunicationChart.axis("y"),
          "text": ["field": "label"], "angle": ["field": "angle", "type": "quantitative", "scale": .null],
        ],
      ]
    }
    let dots: [OutputValue] = circle.map { ["x": rounded($0.x), "y": rounded($0.y)] }
    return [
      [
        "data": ["values": .list(dots)],
        "mark": [
          "type": "point", "filled": true, "size": 36, "opacity": 1, "color": "#222222", "stroke": "white",
          "strokeWidth": 1,
        ],
        "encoding": ["x": CommunicationChart.axis("x"), "y": CommunicationChart.axis("y")],
      ],
      names(isRight: true), names(isRight: false),
    ]
  }

  private static func axis(_ field: String) -> OutputValue {
    [
      "field": .string(field), "type": "quantitative", "axis": .null,
      "scale": ["domain": [-1.4, 1.4], "nice": false],
    ]
  }

  /// Four decimals are finer than a pixel and equal on every machine.
  private func rounded(_ coordinate: Double) -> OutputValue {
    .number((coordinate * 1e4).rounded() / 1e4)
  }
}

/// The place of a node on the unit circle.
private struct CirclePlace {
  var x: Double
  var y: Double
  /// Clockwise from the top, in 0..<360.
  var degrees: Double

  init(_ index: Int, of count: Int) {
    let turn = Double(index) / Double(count)
    x = sin(2 * .pi * turn)
    y = cos(2 * .pi * turn)
    degrees = 360 * turn
  }

  var isRight: Bool { degrees <= 180 }

  /// The direction of the radius, turned so that text does not stand on its head.
  var labelDegrees: Double { isRight ? degrees - 90 : degrees - 270 }

  /// Control points of a curve that bends towards the middle of the circle, so that links between
  /// neighbours do not lie on one another.
  func curve(to other: CirclePlace) -> [(x: Double, y: Double)] {
    [(x, y), (0.25 * (x + other.x), 0.25 * (y + other.y)), (other.x, other.y)]
  }
}
