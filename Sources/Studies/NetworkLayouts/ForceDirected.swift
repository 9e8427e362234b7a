import Fabrics
import Glibc

/// Places of a small network without tiers: vertices repel each other, links draw them together.
///
///     repulsion = k² / d,   attraction = d² / k,   k = √(area / vertices)
///
/// The vertices begin on a circle in order and move by less every round, so that the same network gives the same
/// places.
///
/// - Source: Fruchterman & Reingold 1991, doi:10.1002/spe.4380211102.
struct ForceDirected {
  static let largestCount = 160
  private static let roundCount = 400

  private(set) var points: [NetworkLayout.Point]

  /// - Complexity: O(rounds · (vertices² + links)).
  init(_ wiring: Wiring) {
    let count = wiring.vertexCount
    let ideal = (1 / Double(max(1, count))).squareRoot()
    points = (0..<count).map {
      // A little off the circle, or symmetric networks would never leave it.
      NetworkLayout.Point(0.5, 0.5).moved(0.4 + 0.002 * Double($0 % 7), Double($0) / Double(count))
    }
    for round in 0..<Self.roundCount {
      let reach = 0.1 * (1 - Double(round) / Double(Self.roundCount)) + 1e-4
      var moves = [NetworkLayout.Point](repeating: .init(0, 0), count: count)
      for a in 0..<count {
        for b in (a + 1)..<max(a + 1, count) {
          push(a, b, &moves) { ideal * ideal / $0 }
        }
        for neighbour in wiring.neighbours[a] where Int(neighbour) > a {
          push(a, Int(neighbour), &moves) { -$0 * $0 / ideal }
        }
      }
      for vertex in 0..<count {
        let (dx, dy) = (moves[vertex].x, moves[vertex].y)
        let length = (dx * dx + dy * dy).squareRoot()
        if length == 0 { continue }
        let share = min(reach, length) / length
        points[vertex].x += dx * share
        points[vertex].y += dy * share
      }
    }
  }

  private func push(
    _ a: Int, _ b: Int, _ moves: inout [NetworkLayout.Point], _ force: (Double) -> Double
  ) {
    let (dx, dy) = (points[a].x - points[b].x, points[a].y - points[b].y)
    let distance = max(1e-6, (dx * dx + dy * dy).squareRoot())
    let size = force(distance) / distance
    moves[a].x += dx * size
    moves[a].y += dy * size
    moves[b].x -= dx * size
    moves[b].y -= dy * size
  }

  /// The places in a box, the longer side of the picture across, none nearer to another than a distance.
  func fitted(width: Double, height: Double, apart: Double) -> [NetworkLayout.Point] {
    guard let first = points.first else { return [] }
    var (low, high) = (first, first)
    for point in points {
      low = .init(min(low.x, point.x), min(low.y, point.y))
      high = .init(max(high.x, point.x), max(high.y, point.y))
    }
    let isTall = high.y - low.y > high.x - low.x
    var places = points.map { point -> NetworkLayout.Point in
      let x = (point.x - low.x) / max(1e-9, high.x - low.x)
      let y = (point.y - low.y) / max(1e-9, high.y - low.y)
      return .init((isTall ? y : x) * width, (isTall ? x : y) * height)
    }
    for _ in 0..<100 where separate(&places, apart) {}
    return places
  }

  /// Moves places that are too near to each other apart.
  ///
  /// - Returns: whether there were any.
  private func separate(_ places: inout [NetworkLayout.Point], _ apart: Double) -> Bool {
    var hasMoved = false
    for a in places.indices {
      for b in places.indices.dropFirst(a + 1) {
        let (dx, dy) = (places[b].x - places[a].x, places[b].y - places[a].y)
        let distance = (dx * dx + dy * dy).squareRoot()
        if distance >= apart { continue }
        hasMoved = true
        let out = (apart - distance) / 2 + 0.5
        let (ux, uy) = distance > 1e-6 ? (dx / distance, dy / distance) : (1, 0)
        places[a] = .init(places[a].x - ux * out, places[a].y - uy * out)
        places[b] = .init(places[b].x + ux * out, places[b].y + uy * out)
      }
    }
    return hasMoved
  }
}

extension NetworkLayout {
  /// Every vertex by forces, named where there is room.
  mutating func drawByForces(_ wiring: Wiring) {
    let count = wiring.vertexCount
    let side = min(430, 130 + 26 * Double(count).squareRoot() * 2)
    let across = min(width - 90, side * 1.35)
    let margin = (width - across) / 2
    let points = ForceDirected(wiring).fitted(width: across, height: side, apart: 17)
    for vertex in 0..<count {
      let at = Point(margin + points[vertex].x, points[vertex].y)
      places.append(Place(vertex: VertexID(vertex), kind: wiring.kinds[vertex], at: at))
      let name = wiring.network.vertexNames[vertex]
      if count <= 40 {
        captions.append(
          Caption(
            at: Point(at.x, at.y + 16), text: name.count > 18 ? name.prefix(17) + "…" : name, isCentred: true)
        )
      }
    }
    joinPlaces(wiring, bend: { _, _ in 0 })
  }
}
