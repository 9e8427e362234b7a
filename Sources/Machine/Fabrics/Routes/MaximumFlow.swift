/// The largest flow between two vertices of a directed graph with capacities.
///
/// - Complexity: O(vertices² · edges) at worst, far less on layered networks.
/// - Source: Dinic 1970, *Soviet Mathematics Doklady* 11.
struct MaximumFlow {
  private var firstEdges: [Int32]
  private var edges: [Edge] = []
  private var levels: [Int32]
  private var next: [Int32] = []

  /// Edge e and its way back e ^ 1 lie side by side.
  private struct Edge: BitwiseCopyable {
    var to: Int32
    var following: Int32
    var left: Double
  }

  init(vertexCount: Int) {
    firstEdges = Array(repeating: -1, count: vertexCount)
    levels = Array(repeating: -1, count: vertexCount)
  }

  mutating func add(from: Int, to: Int, _ capacity: Double) {
    for (origin, end, left) in [(from, to, capacity), (to, from, 0)] {
      edges.append(Edge(to: Int32(end), following: firstEdges[origin], left: left))
      firstEdges[origin] = Int32(edges.count - 1)
    }
  }

  mutating func value(from source: Int, to target: Int) -> Double {
    var total = 0.0
    while layer(from: source, to: target) {
      next = firstEdges
      while let pushed = push(from: source, to: target) { total += pushed }
    }
    return total
  }

  private mutating func layer(from source: Int, to target: Int) -> Bool {
    for vertex in levels.indices { levels[vertex] = -1 }
    levels[source] = 0
    var queue = [Int32(source)]
    var head = 0
    while head < queue.count {
      let vertex = Int(queue[head])
      head += 1
      var edge = firstEdges[vertex]
      while edge >= 0 {
        let one = edges[Int(edge)]
        if one.left > 0, levels[Int(one.to)] < 0 {
          levels[Int(one.to)] = levels[vertex] + 1
          queue.append(one.to)
        }
        edge = one.following
      }
    }
    return levels[target] >= 0
  }

  /// Sends what one path along rising levels carries; nil when there is none left.
  private mutating func push(from source: Int, to target: Int) -> Double? {
    var path: [Int32] = []
    var vertex = source
    while vertex != target {
      let edge = next[vertex]
      if edge < 0 {
        guard let back = path.popLast() else { return nil }
        vertex = Int(edges[Int(back ^ 1)].to)
        next[vertex] = edges[Int(next[vertex])].following
      } else if edges[Int(edge)].left > 0, levels[Int(edges[Int(edge)].to)] == levels[vertex] + 1 {
        path.append(edge)
        vertex = Int(edges[Int(edge)].to)
      } else {
        next[vertex] = edges[Int(edge)].following
      }
    }
    let amount = path.reduce(Double.infinity) { min($0, edges[Int($1)].left) }
    for edge in path {
      edges[Int(edge)].left -= amount
      edges[Int(edge ^ 1)].left += amount
    }
    return amount
  }
}
