import Fabrics

extension NetworkLayout {
  /// Rows by distance from the hosts, hosts below.
  mutating func drawTiers(_ wiring: Wiring) {
    let tiers = wiring.tiers()
    let colours = wiring.colours(tiers)
    let root = NetworkPart(Array(0..<wiring.vertexCount), wiring, tiers, colours, wiring.vertexWeights())
    let fitted = FittedPart(root, wiring, colours)
    let labelWidth = 104.0
    let box = (left: labelWidth, right: width - 8)
    var rows = TierRows(fitted, wiring, tiers, box: box, gaps: [])
    rows.place(fitted.part)
    // Rows whose links run upright stand closer.
    rows = TierRows(fitted, wiring, tiers, box: box, gaps: rows.gaps())
    rows.place(fitted.part)
    place(rows)
    labelRows(rows, wiring, tiers)
    joinPlaces(wiring)
    if rows.unnumbered > 0 { notes.append("symbols without a number stand for up to \(rows.unnumbered)") }
    if fitted.omittedCount > 0 { notes.append("\(fitted.omittedCount) more vertices are not drawn") }
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
      for vertex in tiers.indices where tiers[vertex] == tier {
        counts[wiring.kinds[vertex], default: 0] += 1
      }
      let texts = NetworkVertexKind.allCases.flatMap { kind -> [String] in
        guard let count = counts[kind] else { return [] }
        let text = "\(count) \(count == 1 ? kind.rawValue : kind.plural)"
        // Seventeen characters stand beside the row.
        guard text.count > 17, let blank = text.lastIndex(of: " ") else { return [text] }
        return [String(text[..<blank]), String(text[text.index(after: blank)...])]
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
  /// The most that a place without room for its number stands for; 0 where all are numbered.
  private(set) var unnumbered = 0

  /// - Parameters:
  ///   - box: pixels from left to right that may be used.
  ///   - gaps: from each row to the next; none where they are not known yet.
  init(
    _ fitted: FittedPart, _ wiring: Wiring, _ tiers: [Int], box: (left: Double, right: Double), gaps: [Double]
  ) {
    self.fitted = fitted
    self.wiring = wiring
    self.tiers = tiers
    let breadth = Double(max(1, fitted.part.breadth))
    slot = min(90, (box.right - box.left) / breadth)
    left = box.left + (box.right - box.left - slot * breadth) / 2
    let drawn = Set(fitted.part.drawn.map { tiers[$0] }).sorted(by: >)
    var y = 0.0
    var heights: [(tier: Int, y: Double)] = []
    for (index, tier) in drawn.enumerated() {
      if index > 0 { y += index <= gaps.count ? gaps[index - 1] : 76 }
      heights.append((tier, y))
    }
    self.heights = heights
    heightOf = Dictionary(uniqueKeysWithValues: heights.map { ($0.tier, $0.y) })
  }

  /// The room from each row to the next that the slant of the links between them asks for.
  func gaps() -> [Double] {
    var slants = [Double](repeating: 0, count: max(0, heights.count - 1))
    var positions: [Int: NetworkLayout.Point] = [:]
    for place in places { positions[Int(place.vertex.index)] = place.at }
    for place in places {
      for neighbour in wiring.neighbours[Int(place.vertex.index)] {
        guard let other = positions[Int(neighbour)],
          let row = heights.firstIndex(where: { $0.y == place.at.y }),
          row < slants.count, other.y > place.at.y
        else { continue }
        slants[row] = max(slants[row], (other.x - place.at.x).magnitude)
      }
    }
    return slants.map { 46 + min(54, $0 / 5) }
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
      guard let text = ["× \(count)", "×\(count)"].first(where: { Double(6 * $0.count) <= room }) else {
        unnumbered = max(unnumbered, count)
        return
      }
      captions.append(.init(at: .init(at.x, at.y + 17), text: text, isCentred: true))
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
      // To the right of the vertex, and no further than its half of the room.
      if Double(2 * (6 * name.count + 9)) <= room + 16 {
        captions.append(.init(at: .init(at.x + 9, at.y - 9), text: name))
      }
    }
  }

  private mutating func frame(_ part: NetworkPart, from left: Double, count: Int) {
    let rows = part.drawn.map { heightOf[tiers[$0]] ?? 0 }
    guard let top = rows.min(), let low = rows.max(), let first = part.tops.first else { return }
    // Frames within stand inside this one, below the numbers of the lowest row, where there is room for any.
    let inner = Double(part.framesWithin)
    let half = slot * Double(part.breadth) / 2
    let label = "× \(count) \(noun(part, first))"
    frames.append(
      NetworkLayout.Frame(
        upperLeft: .init(left - 1 - 3 * inner, top - 13 - 3 * inner),
        lowerRight: .init(left + 2 * half + 1 + 3 * inner, low + (slot >= 16 ? 40 : 26) + 18 * inner),
        label: Double(3 * label.count) <= half ? label : "× \(count)", count: count))
  }

  private func noun(_ part: NetworkPart, _ top: Int) -> String {
    switch wiring.kinds[top] {
    case .aggregation: "pods"
    case .host where part.depth > 0: "subtrees"
    case .device, .adapter, .pcieSwitch: "nodes"
    case let kind: kind.plural
    }
  }
}

extension NetworkPart {
  /// Frames that stand one within the other below this part.
  fileprivate var framesWithin: Int {
    children.reduce(0) { most, child in
      max(most, child.part.framesWithin + (child.count > 1 && child.part.drawn.count > 1 ? 1 : 0))
    }
  }
}
