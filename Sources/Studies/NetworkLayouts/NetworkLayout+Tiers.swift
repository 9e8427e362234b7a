import Fabrics

extension NetworkLayout {
  /// Rows by distance from the hosts, hosts below.
  mutating func drawTiers(_ wiring: Wiring) {
    let tiers = wiring.tiers()
    let colours = wiring.colours(tiers)
    let root = NetworkPart(Array(0..<wiring.vertexCount), wiring, tiers, colours, wiring.vertexWeights())
    let fitted = FittedPart(root, wiring, colours)
    let labelWidth = 104.0
    var rows = TierRows(
      fitted, wiring, tiers, box: (labelWidth, width - 8), top: 16)
    rows.place(fitted.part)
    place(rows)
    labelRows(rows, wiring, tiers)
    joinPlaces(wiring)
    if fitted.omittedCount > 0 { notes.append("\(fitted.omittedCount) more vertices are not drawn.") }
    height = rows.bottom + (frames.isEmpty && !places.contains { $0.count > 1 } ? 22 : 34)
  }

  /// What stands in rows, with a caption for each stack.
  mutating func place(_ rows: TierRows) {
    places += rows.places
    frames += rows.frames
    captions += rows.captions
  }

  /// Counts and kinds of all vertices of a tier at the left of its row.
  private mutating func labelRows(_ rows: TierRows, _ wiring: Wiring, _ tiers: [Int]) {
    for (tier, y) in rows.heights {
      var counts: [NetworkVertexKind: Int] = [:]
      for vertex in tiers.indices where tiers[vertex] == tier { counts[wiring.kinds[vertex], default: 0] += 1 }
      let texts = NetworkVertexKind.allCases.compactMap { kind in
        counts[kind].map { "\($0) \($0 == 1 ? kind.rawValue : kind.plural)" }
      }
      for (line, text) in texts.prefix(3).enumerated() {
        let offset = 13 * (Double(line) - Double(min(3, texts.count) - 1) / 2)
        captions.append(Caption(at: Point(0, y + offset), text: text))
      }
    }
  }
}

/// Rows of places in a box, parts side by side in intervals as broad as they are.
struct TierRows {
  private let fitted: FittedPart
  private let wiring: Wiring
  private let tiers: [Int]
  private let left: Double
  private let slot: Double
  /// Height of each tier, the lowest last.
  let heights: [(tier: Int, y: Double)]
  private let heightOf: [Int: Double]

  private(set) var places: [NetworkLayout.Place] = []
  private(set) var frames: [NetworkLayout.Frame] = []
  private(set) var captions: [NetworkLayout.Caption] = []
  private(set) var bottom = 0.0

  /// - Parameters:
  ///   - box: pixels from left to right that may be used.
  ///   - top: where the highest row stands.
  init(
    _ fitted: FittedPart, _ wiring: Wiring, _ tiers: [Int], box: (left: Double, right: Double), top: Double
  ) {
    self.fitted = fitted
    self.wiring = wiring
    self.tiers = tiers
    let breadth = Double(max(1, fitted.part.breadth))
    slot = min(90, (box.right - box.left) / breadth)
    left = box.left + (box.right - box.left - slot * breadth) / 2
    let drawn = Set(fitted.part.drawn.map { tiers[$0] }).sorted(by: >)
    var y = top
    var heights: [(tier: Int, y: Double)] = []
    for (index, tier) in drawn.enumerated() {
      // Inner switches stand close below their devices.
      if index > 0 { y += tier < 0 ? 56 : breadth > 16 ? 96 : 76 }
      heights.append((tier, y))
    }
    self.heights = heights
    heightOf = Dictionary(uniqueKeysWithValues: heights.map { ($0.tier, $0.y) })
    bottom = y
  }

  /// Places the whole.
  mutating func place(_ root: NetworkPart) { place(root, from: left, count: 1) }

  private mutating func place(_ part: NetworkPart, from left: Double, count: Int) {
    let width = slot * Double(part.breadth)
    let isAlone = part.tops.count == 1 && part.children.isEmpty
    let step = width / Double(max(1, part.tops.count))
    for (index, top) in part.tops.enumerated() {
      let y = heightOf[tiers[top]] ?? 0
      let at = NetworkLayout.Point(left + step * (Double(index) + 0.5), y)
      let stands = fitted.stacks[top] ?? (isAlone ? count : 1)
      places.append(
        NetworkLayout.Place(
          vertex: VertexID(top), kind: wiring.kinds[top], at: at, count: stands, row: tiers[top]))
      caption(top, at, room: step, count: stands)
    }
    let broad = part.children.reduce(0) { $0 + $1.part.breadth }
    var start = left + (width - slot * Double(broad)) / 2
    for child in part.children {
      place(child.part, from: start, count: child.count)
      if child.count > 1, child.part.drawn.count > 1 { frame(child.part, from: start, count: child.count) }
      start += slot * Double(child.part.breadth)
    }
  }

  private mutating func caption(_ vertex: Int, _ at: NetworkLayout.Point, room: Double, count: Int) {
    let isLowest = heights.last?.tier == tiers[vertex]
    if count > 1 {
      captions.append(.init(at: .init(at.x, at.y + 17), text: "× \(count)", isCentred: true))
    } else if isLowest {
      let name = wiring.network.vertexNames[vertex]
      let number = name.split(separator: " ").last.map(String.init) ?? name
      // A character is 6 px wide.
      let text = Double(6 * name.count + 6) <= room ? name : number
      if Double(6 * text.count + 4) <= room {
        captions.append(.init(at: .init(at.x, at.y + 16), text: text, isCentred: true))
      }
    } else {
      let name = wiring.network.vertexNames[vertex]
      if Double(6 * name.count + 24) <= room {
        captions.append(.init(at: .init(at.x + 9, at.y - 9), text: name))
      }
    }
  }

  private mutating func frame(_ part: NetworkPart, from left: Double, count: Int) {
    let tiersIn = part.drawn.map { heightOf[tiers[$0]] ?? 0 }
    guard let top = tiersIn.min(), let low = tiersIn.max(), let first = part.tops.first else { return }
    // Frames within stand inside this one.
    let inset = 5.0 * Double(frames.filter { $0.upperLeft.x >= left && $0.lowerRight.y >= top }.count)
    let margin = 3 + inset
    let base = low + 26 + (inset > 0 ? 18 + inset : 0)
    frames.append(
      NetworkLayout.Frame(
        upperLeft: .init(left - margin + 2, top - 13 - inset),
        lowerRight: .init(left + slot * Double(part.breadth) + margin - 2, base),
        label: "× \(count) \(noun(part, first))", count: count))
    bottom = max(bottom, base)
  }

  private func noun(_ part: NetworkPart, _ top: Int) -> String {
    switch wiring.kinds[top] {
    case .aggregation: "pods"
    case .device: part.depth == 0 && part.tops.count == 1 ? "devices" : "nodes"
    case let kind: kind.plural
    }
  }
}
