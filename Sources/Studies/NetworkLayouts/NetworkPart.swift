import Fabrics

/// A connected part of a network: the vertices of its highest tier, and what falls apart without them.
final class NetworkPart {
  let tops: [Int]
  /// Of each group of parts alike: the one to draw, and how many it stands for.
  let children: [(part: NetworkPart, count: Int)]
  /// Equal for parts whose vertices have the same colours.
  let signature: UInt64
  let weight: Double
  let depth: Int

  /// - Parameter vertices: a connected part, ascending.
  /// - Complexity: O((vertices + links) · tiers).
  init(_ vertices: [Int], _ wiring: Wiring, _ tiers: [Int], _ colours: [Int], _ weights: [Double]) {
    let top = vertices.reduce(Int.min) { max($0, tiers[$1]) }
    tops = vertices.filter { tiers[$0] == top }
    let rest = vertices.filter { tiers[$0] != top }
    let parts = NetworkPart.components(of: rest, wiring).map {
      NetworkPart($0, wiring, tiers, colours, weights)
    }
    children = parts.map { ($0, 1) }
    depth = parts.reduce(0) { max($0, $1.depth + 1) }
    let own = tops.map { UInt64(colours[$0]) }.sorted().reduce(UInt64(top + 2), Wiring.mixed)
    signature = parts.map(\.signature).sorted().reduce(own, Wiring.mixed)
    weight = max(
      tops.reduce(0) { max($0, weights[$1]) }, parts.reduce(0) { max($0, $1.weight) })
  }

  /// The same with other tops or children.
  init(_ other: NetworkPart, tops: [Int]? = nil, _ children: [(part: NetworkPart, count: Int)]) {
    self.tops = tops ?? other.tops
    signature = other.signature
    weight = other.weight
    depth = other.depth
    self.children = children
  }

  /// Connected sets among some vertices, by their lowest.
  private static func components(of vertices: [Int], _ wiring: Wiring) -> [[Int]] {
    var place: [Int: Int] = [:]
    for (index, vertex) in vertices.enumerated() { place[vertex] = index }
    var component = [Int](repeating: -1, count: vertices.count)
    var found: [[Int]] = []
    for start in vertices.indices where component[start] < 0 {
      var stack = [start]
      component[start] = found.count
      var members: [Int] = []
      while let index = stack.popLast() {
        members.append(vertices[index])
        for neighbour in wiring.neighbours[vertices[index]] {
          guard let next = place[Int(neighbour)], component[next] < 0 else { continue }
          component[next] = found.count
          stack.append(next)
        }
      }
      found.append(members.sorted())
    }
    return found
  }

  /// The part with children alike drawn once, at some levels below it.
  ///
  /// - Parameter levels: depths of parts whose children are folded; the root has the largest.
  func folded(at levels: Set<Int>) -> NetworkPart {
    guard levels.contains(depth) else {
      return NetworkPart(self, children.map { ($0.part.folded(at: levels), $0.count) })
    }
    var kept: [(part: NetworkPart, count: Int)] = []
    var places: [UInt64: Int] = [:]
    for child in children {
      if let place = places[child.part.signature] {
        kept[place].count += child.count
        if child.part.weight > kept[place].part.weight { kept[place].part = child.part }
      } else {
        places[child.part.signature] = kept.count
        kept.append(child)
      }
    }
    return NetworkPart(self, kept.map { ($0.part.folded(at: levels), $0.count) })
  }

  /// Vertices in it, tops first.
  var drawn: [Int] { tops + children.flatMap { $0.part.drawn } }

  /// Places side by side that the part needs.
  var breadth: Int { max(tops.count, children.reduce(0) { $0 + $1.part.breadth }) }
}
