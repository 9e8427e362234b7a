import Documents

/// What stands behind the cables and parts of a network, and on top of them.
extension NetworkChart {
  /// Boxes; behind one that stands for others, the edges of two more.
  var frameMarks: [OutputValue] {
    var rows: [OutputValue] = []
    for frame in frames {
      for offset in (0...(frame.count > 1 ? 2 : 0)).reversed() {
        let shift = 3 * Double(offset)
        rows.append([
          "x": rounded(frame.upperLeft.x + shift), "x2": rounded(frame.lowerRight.x + shift),
          "y": rounded(height - frame.upperLeft.y + shift),
          "y2": rounded(height - frame.lowerRight.y + shift),
        ])
      }
    }
    let labels: [OutputValue] = frames.map { frame in
      [
        "x": rounded((frame.upperLeft.x + frame.lowerRight.x) / 2),
        "y": rounded(height - frame.lowerRight.y + 9), "label": .string(ChartText.clean(frame.label)),
      ]
    }
    return [
      [
        "data": ["values": .list(rows)],
        "mark": [
          "type": "rect", "fill": "#F6F8FA", "stroke": "#9AA5B1", "strokeWidth": 1, "cornerRadius": 4,
        ],
        "encoding": [
          "x": xAxis("x"), "x2": ["field": "x2"], "y": yAxis("y"), "y2": ["field": "y2"],
        ],
      ],
      [
        "data": ["values": .list(labels)],
        "mark": ["type": "text", "baseline": "middle", "fontWeight": "bold"],
        "encoding": ["x": xAxis("x"), "y": yAxis("y"), "text": ["field": "label"]],
      ],
    ]
  }

  /// Where the number of a cable's rank stands: on the cable, clear of the numbers placed before where it can be.
  private func place(on points: [Point], clearOf placed: [Point]) -> Point {
    let (first, last) = (points[0], points[points.count - 1])
    func at(_ share: Double) -> Point {
      if points.count > 2 {
        // On a bent cable, along the curve of its three points.
        let (a, b, c) = ((1 - share) * (1 - share), 2 * share * (1 - share), share * share)
        return Point(
          a * first.x + b * points[1].x + c * last.x, a * first.y + b * points[1].y + c * last.y)
      }
      return Point(first.x + (last.x - first.x) * share, first.y + (last.y - first.y) * share)
    }
    func room(_ point: Point) -> Double {
      placed.map { (($0.x - point.x) * ($0.x - point.x) + ($0.y - point.y) * ($0.y - point.y)).squareRoot() }
        .min() ?? .infinity
    }
    let choices = [0.43, 0.57, 0.32, 0.68, 0.24, 0.76].map(at)
    return choices.first { room($0) >= Self.discDiameter } ?? choices.max { room($0) < room($1) } ?? at(0.5)
  }

  private static let discDiameter = 17.0

  /// Discs with the numbers of the hottest cables.
  var rankMarks: [OutputValue] {
    var placed: [Point] = []
    let ranked = cables.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
    let rows: [OutputValue] = ranked.compactMap { cable in
      guard let rank = cable.rank, let points = cable.strokes.first, !points.isEmpty else { return nil }
      let point = place(on: points, clearOf: placed)
      placed.append(point)
      return ["x": rounded(point.x), "y": rounded(height - point.y), "rank": .string("\(rank)")]
    }
    if rows.isEmpty { return [] }
    return [
      [
        "data": ["values": .list(rows)],
        "mark": [
          "type": "point", "filled": true, "size": 170, "opacity": 1, "color": "white", "stroke": "#222222",
          "strokeWidth": 1, "shape": "circle",
        ],
        "encoding": ["x": xAxis("x"), "y": yAxis("y")],
      ],
      [
        "data": ["values": .list(rows)],
        "mark": ["type": "text", "baseline": "middle", "fontWeight": "bold"],
        "encoding": ["x": xAxis("x"), "y": yAxis("y"), "text": ["field": "rank"]],
      ],
    ]
  }

  /// Texts on a white ground, so that they are read across cables.
  var captionMarks: [OutputValue] {
    [true, false].flatMap { isCentred -> [OutputValue] in
      let rows: [OutputValue] = captions.filter { $0.isCentred == isCentred }.map {
        [
          "x": rounded($0.at.x), "y": rounded(height - $0.at.y), "label": .string(ChartText.clean($0.text)),
        ]
      }
      if rows.isEmpty { return [] }
      return [true, false].map { isGround in
        let ground: [OutputValue.Field] =
          isGround ? [.init("stroke", "white"), .init("strokeWidth", 3), .init("strokeJoin", "round")] : []
        return [
          "data": ["values": .list(rows)],
          "mark": .object(
            [
              .init("type", "text"), .init("baseline", "middle"),
              .init("align", isCentred ? "center" : "left"),
            ] + ground),
          "encoding": ["x": xAxis("x"), "y": yAxis("y"), "text": ["field": "label"]],
        ]
      }
    }
  }
}
