import EventCore
import Quantities
import RandomStreams

/// Distances from the vertices of a network to one target, searched against the links.
///
/// Every link costs 1, found breadth first; where routes are weighted, the time that it takes
/// (`NetworkGraph.cost`), found nearest first.
///
/// - Source: E. W. Dijkstra, "A Note on Two Problems in Connexion with Graphs", 1959,
///   doi:10.1007/BF01386390.
struct RouteSearch: Sendable {
  /// −1 where there is no way, or none has been looked for.
  private(set) var distances: [Int64]
  private var queue: [Int32] = []

  init(vertexCount: Int) { distances = Array(repeating: -1, count: vertexCount) }

  /// - Parameter source: where to stop, once all vertices on shortest ways from it are known.
  /// - Complexity: O(vertices + links) nearer than the source.
  mutating func measure(_ network: NetworkGraph, to target: Int, until source: Int? = nil) {
    if case .weighted = network.routing {
      measureTimes(network, to: target, until: source)
    } else {
      measureHops(network, to: target, until: source)
    }
  }

  /// Links, whatever the routing.
  mutating func measureHops(_ network: NetworkGraph, to target: Int, until source: Int? = nil) {
    begin(at: target)
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

  private mutating func measureTimes(_ network: NetworkGraph, to target: Int, until source: Int?) {
    begin(at: target)
    var heap = RadixHeap<Int32>()
    heap.push(Int32(target), at: 0)
    while let (distance, nearest) = heap.pop() {
      let vertex = Int(nearest)
      // Left behind by a shorter way.
      if distance > distances[vertex] { continue }
      if let source, source == vertex { return }
      if vertex != target && !network.forwards(vertex) { continue }
      for link in network.incoming[vertex] {
        let origin = network.links[Int(link)].from.index
        let longer = distance + network.cost(link)
        let known = distances[Int(origin)]
        if known >= 0 && known <= longer { continue }
        if known < 0 { queue.append(origin) }
        distances[Int(origin)] = longer
        heap.push(origin, at: longer)
      }
    }
  }

  private mutating func begin(at target: Int) {
    for vertex in queue { distances[Int(vertex)] = -1 }
    queue.removeAll(keepingCapacity: true)
    queue.append(Int32(target))
    distances[target] = 0
  }
}

extension NetworkGraph {
  /// Appends the links of a shortest route, one of the equal ones chosen by a hash at every vertex.
  ///
  /// - Parameter distances: of all vertices nearer to the target than the source, and of the source.
  /// - Returns: whether there is a route.
  func appendDescent(
    from source: Int, to target: Int, _ distances: [Int64], seed: UInt64, into path: inout [Int32]
  ) -> Bool {
    if distances[source] < 0 { return false }
    let pair = UInt64(source) << 32 | UInt64(target)
    var vertex = source
    while vertex != target {
      let link = choice(at: vertex, distances, pair, seed)
      precondition(link >= 0, "a vertex with a distance has a link that leads nearer")
      path.append(link)
      vertex = Int(links[Int(link)].to.index)
    }
    return true
  }

  /// Links of the path and the vertices between them, but those inside of nodes.
  func latency(of path: ArraySlice<Int32>) -> SimDuration {
    var latency = SimDuration.zero
    var passed = 0
    for link in path {
      latency += links[Int(link)].latency
      if Int(links[Int(link)].from.index) < firstInner { passed += 1 }
    }
    // The source itself is not passed.
    return latency + switchLatency * max(0, passed - 1)
  }

  private func choice(at vertex: Int, _ distances: [Int64], _ pair: UInt64, _ seed: UInt64) -> Int32 {
    let target = Int(pair & 0xFFFF_FFFF)
    func isWay(_ link: Int32) -> Bool {
      let end = Int(links[Int(link)].to.index)
      return distances[end] >= 0 && distances[end] + cost(link) == distances[vertex]
        && (end == target || forwards(end))
    }
    if case .weighted = routing { return pick(outgoing[vertex], at: vertex, pair, seed, where: isWay) }
    if distances[vertex] == 1 {
      // A target has few links, the last switch may have very many.
      return pick(incoming[target], at: vertex, pair, seed) { links[Int($0)].from.index == vertex }
    }
    return pick(outgoing[vertex], at: vertex, pair, seed, where: isWay)
  }

  /// One of the links that lead nearer, by the hash of the pair and the vertex; −1 where none does.
  func pick(
    _ candidates: ArraySlice<Int32>, at vertex: Int, _ pair: UInt64, _ seed: UInt64,
    where isWay: (Int32) -> Bool
  ) -> Int32 {
    var count: UInt64 = 0
    var last: Int32 = -1
    for link in candidates where isWay(link) {
      count += 1
      last = link
    }
    if count <= 1 { return last }
    var place = hash(pair, vertex, seed).multipliedFullWidth(by: count).high
    for link in candidates where isWay(link) {
      if place == 0 { return link }
      place -= 1
    }
    return last
  }

  func hash(_ pair: UInt64, _ vertex: Int, _ seed: UInt64) -> UInt64 {
    var words = SplitMix64(seed: seed)
    words = SplitMix64(seed: words.next() ^ pair)
    words = SplitMix64(seed: words.next() ^ UInt64(vertex))
    return words.next()
  }
}
