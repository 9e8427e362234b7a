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

  /// Discs with the numbers of the hottest cables, in the middle of each.
  var rankMarks: [OutputValue] {
    let rows: [OutputValue] = cables.compactMap { cable in
      guard let rank = cable.rank, let points = cable.strokes.first, let first = points.first,
        let last = points.last
      else { return nil }
      // Off the middle, where lines of a row cross, by rank.
      let share = 0.36 + 0.07 * Double(rank % 5)
      var (x, y) = (first.x + (last.x - first.x) * share, first.y + (last.y - first.y) * share)
      if points.count > 2 {
        (x, y) = ((first.x + last.x + 2 * points[1].x) / 4, (first.y + last.y + 2 * points[1].y) / 4)
      }
      return ["x": rounded(x), "y": rounded(height - y), "rank": .string("\(rank)")]
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
