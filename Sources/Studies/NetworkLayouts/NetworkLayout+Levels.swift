import Fabrics

extension NetworkLayout {
  private static let shownMembers = 32

  /// A group of each level of a hierarchical network, that of the first host, side by side.
  mutating func drawLevels(_ levels: [NetworkLevel], _ wiring: Wiring) {
    let drawn = levels.indices.filter { levels[$0].size > 1 }
    let panel = width / Double(max(1, drawn.count))
    func radius(_ level: NetworkLevel) -> Double {
      min(panel / 2 - 34, max(30, 6 * Double(min(level.size, Self.shownMembers))))
    }
    let lowest = levels.reduce(0) { max($0, radius($1)) }
    var stride = 1
    for (depth, level) in levels.enumerated() {
      defer { stride *= level.size }
      guard let column = drawn.firstIndex(of: depth) else { continue }
      let shown = min(level.size, Self.shownMembers)
      let radius = radius(level)
      let centre = Point(panel * (Double(column) + 0.5), 0)
      let first = places.count
      let hosts = (0..<shown).map { $0 * stride }
      for (place, host) in hosts.enumerated() {
        let turn = Double(place) / Double(shown)
        places.append(
          Place(vertex: VertexID(host), kind: wiring.kinds[host], at: centre.moved(radius, turn), row: depth))
        if shown <= 12 {
          captions.append(Caption(at: centre.moved(radius + 17, turn), text: "\(host)", isCentred: true))
        }
      }
      if level.kind == .star, let middle = wiring.commonSwitch(hosts) {
        places.append(Place(vertex: VertexID(middle), kind: wiring.kinds[middle], at: centre, row: depth))
      }
      joinPlaces(wiring, from: first, bend: { _, _ in 0 })
      let word = level.kind.rawValue.split(separator: "_").joined(separator: " ")
      let groups = wiring.hostCount / level.size
      let text = ["level \(depth): \(word) of \(level.size)", "× \(groups)"]
      for (line, text) in text.enumerated() {
        let y = lowest + 38 + 15 * Double(line)
        captions.append(Caption(at: Point(centre.x, y), text: text, isCentred: true))
      }
    }
    notes.append("one group of each level is drawn, that of the first host")
  }
}

extension Wiring {
  /// The lowest switch that all of some hosts hang on.
  fileprivate func commonSwitch(_ hosts: [Int]) -> Int? {
    guard let first = hosts.first else { return nil }
    return neighbours[first].map { Int($0) }.first { candidate in
      candidate >= hostCount && hosts.allSatisfy { neighbours[$0].contains(Int32(candidate)) }
    }
  }
}
