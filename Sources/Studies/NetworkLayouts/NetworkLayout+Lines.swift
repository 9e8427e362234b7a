import Fabrics

extension NetworkLayout {
  /// A line for every two places that links join; links that no line has are counted.
  ///
  /// - Parameters:
  ///   - first: the first of the places to join.
  ///   - bend: how far the middle of a line stands out to the left of its direction; nil: arcs along a row.
  ///   - strokes: of a line that is not drawn from end to end; nil for one that is.
  mutating func joinPlaces(
    _ wiring: Wiring, from first: Int = 0, bend: ((Place, Place) -> Double)? = nil,
    strokes: ((Place, Place) -> [[Point]]?)? = nil
  ) {
    var positions: [Int32: Int] = [:]
    for position in places.indices.dropFirst(first) { positions[places[position].vertex.index] = position }
    var taken = Set(lines.flatMap { $0.links.map(\.index) })
    var known: [Int: Int] = [:]
    for (index, link) in wiring.network.links.enumerated() where !taken.contains(Int32(index)) {
      guard let a = positions[link.from.index], let b = positions[link.to.index] else { continue }
      taken.insert(Int32(index))
      let ends = (min(a, b), max(a, b))
      let key = ends.0 * places.count + ends.1
      let rate = link.bandwidth.bytesPerSecond
      if let line = known[key] {
        lines[line].links.append(LinkID(index))
        lines[line].bandwidth = max(lines[line].bandwidth, rate)
        continue
      }
      known[key] = lines.count
      let (from, to) = (places[ends.0], places[ends.1])
      let drawn =
        strokes?(from, to) ?? [curve(from.at, to.at, bend: bend?(from, to) ?? rowBend(from, to))]
      lines.append(Line(ends: ends, links: [LinkID(index)], bandwidth: rate, strokes: drawn))
    }
    foldedLinkCount = wiring.network.links.count - taken.count
  }

  /// A straight line, or one whose middle stands out.
  private func curve(_ a: Point, _ b: Point, bend: Double) -> [Point] {
    if bend == 0 { return [a, b] }
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = max(1e-9, (dx * dx + dy * dy).squareRoot())
    // A curve reaches half way to the control point in its middle.
    let out = 2 * bend / length
    return [a, Point((a.x + b.x) / 2 + dy * out, (a.y + b.y) / 2 - dx * out), b]
  }

  /// Places of one row are joined by arcs above it, unless they are neighbours.
  private func rowBend(_ a: Place, _ b: Place) -> Double {
    guard a.row == b.row, a.at.y == b.at.y else { return 0 }
    let (low, high) = (min(a.at.x, b.at.x), max(a.at.x, b.at.x))
    let isBetween = places.contains { $0.row == a.row && $0.at.x > low && $0.at.x < high }
    return isBetween ? (a.at.x < b.at.x ? 1 : -1) * min(30, 8 + (high - low) / 12) : 0
  }
}
