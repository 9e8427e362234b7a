import Quantities
import RandomStreams

/// Links from the vertices of a network to one target, by breadth-first search against the links.
struct HopSearch: Sendable {
  /// −1 where there is no way, or none has been looked for.
  private(set) var distances: [Int32]
  private var queue: [Int32] = []

  init(vertexCount: Int) { distances = Array(repeating: -1, count: vertexCount) }

  /// - Parameter source: where to stop, once all vertices on shortest ways from it are known.
  /// - Complexity: O(vertices + links) nearer than the source.
  mutating func measure(_ network: NetworkGraph, to target: Int, until source: Int? = nil) {
    for vertex in queue { distances[Int(vertex)] = -1 }
    queue.removeAll(keepingCapacity: true)
    queue.append(Int32(target))
    distances[target] = 0
    var head = 0
    while head < queue.count {
      let vertex = Int(queue[head])
      head += 1
      // A host that does not forward can only be where a route starts.
      if vertex != target && !network.forwards(vertex) { continue }
      for link in network.incoming[vertex] {
        let origin = network.links[Int(link)].from.index
        if distances[Int(origin)] >= 0 { continue }
        distances[Int(origin)] = distances[vertex] + 1
        queue.append(origin)
        if let source, source == Int(origin) { return }
      }
    }
  }
}

extension NetworkGraph {
  /// Appends the links of a shortest route, one of the equal ones chosen by a hash at every vertex.
  ///
  /// - Parameter distances: of all vertices nearer to the target than the source, and of the source.
  /// - Returns: the latency of its links and of the vertices it passes; nil where there is no route.
  func appendDescent(
    from source: Int, to target: Int, _ distances: [Int32], seed: UInt64, into path: inout [Int32]
  ) -> SimDuration? {
    if distances[source] < 0 { return nil }
    let pair = UInt64(source) << 32 | UInt64(target)
    let first = path.count
    var latency = SimDuration.zero
    var vertex = source
    while vertex != target {
      let link = choice(at: vertex, distances, pair, seed)
      path.append(link)
      latency += links[Int(link)].latency
      vertex = Int(links[Int(link)].to.index)
    }
    return latency + switchLatency * max(0, path.count - first - 1)
  }

  private func choice(at vertex: Int, _ distances: [Int32], _ pair: UInt64, _ seed: UInt64) -> Int32 {
    let nearer = distances[vertex] - 1
    if nearer == 0 {
      // A target has few links, the last switch may have very many.
      let target = Int(pair & 0xFFFF_FFFF)
      return pick(incoming[target], at: vertex, pair, seed) { links[Int($0)].from.index == vertex }
    }
    return pick(outgoing[vertex], at: vertex, pair, seed) { link in
      let end = Int(links[Int(link)].to.index)
      return distances[end] == nearer && forwards(end)
    }
  }

  /// One of the links that lead nearer, by the hash of the pair and the vertex.
  private func pick(
    _ candidates: ArraySlice<Int32>, at vertex: Int, _ pair: UInt64, _ seed: UInt64,
    where isWay: (Int32) -> Bool
  ) -> Int32 {
    var count: UInt64 = 0
    var last: Int32 = -1
    for link in candidates where isWay(link) {
      count += 1
      last = link
    }
    precondition(count > 0, "a vertex with a distance has a link that leads nearer")
    if count == 1 { return last }
    var words = SplitMix64(seed: seed)
    words = SplitMix64(seed: words.next() ^ pair)
    words = SplitMix64(seed: words.next() ^ UInt64(vertex))
    var place = words.next().multipliedFullWidth(by: count).high
    for link in candidates where isWay(link) {
      if place == 0 { return link }
      place -= 1
    }
    return last
  }
}
