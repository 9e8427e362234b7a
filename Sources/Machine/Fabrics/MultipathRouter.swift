import Quantities
import RandomStreams

/// Shortest paths on a network, one of the equal ones chosen by a hash.
///
/// Every switch on the way picks among its links that lead one hop nearer by
///
///     ⌊ n · hash(seed, source, target, switch) / 2⁶⁴ ⌋
///
/// so flows of one pair take one path, as with hashed equal-cost multipath on addresses, and another seed
/// is another set of collisions. Hops to the last target asked for are kept: ask target by target.
///
/// - Complexity: a breadth-first search per change of target, else O(path length × degree).
/// - Source: Hopps, *Analysis of an Equal-Cost Multi-Path Algorithm*, RFC 2992, 2000.
public struct MultipathRouter: Sendable {
  private let network: NetworkGraph
  private let seed: UInt64
  private var target = -1
  /// Links to the target from each vertex, −1 where there is no way.
  private var distances: [Int32]
  private var queue: [Int32] = []

  public init(_ network: NetworkGraph, seed: UInt64 = 0) {
    self.network = network
    self.seed = seed
    distances = Array(repeating: -1, count: network.vertexCount)
  }

  /// Appends the link indices of a route.
  ///
  /// - Returns: the latency of its links and of the vertices it passes.
  /// - Throws: `NetworkError.noRoute`.
  public mutating func appendRoute(
    from source: VertexID, to target: VertexID, into path: inout [Int32]
  ) throws(NetworkError) -> SimDuration {
    if self.target != Int(target.index) { measure(to: Int(target.index)) }
    var vertex = Int(source.index)
    guard distances[vertex] >= 0 else {
      throw .noRoute(
        from: network.vertexNames[vertex], to: network.vertexNames[Int(target.index)])
    }
    let pair = UInt64(UInt32(bitPattern: source.index)) << 32 | UInt64(UInt32(bitPattern: target.index))
    var latency = SimDuration.zero
    let first = path.count
    while vertex != Int(target.index) {
      let link = choice(at: vertex, pair)
      path.append(link)
      latency += network.links[Int(link)].latency
      vertex = Int(network.links[Int(link)].to.index)
    }
    return latency + network.switchLatency * max(0, path.count - first - 1)
  }

  /// Links on a shortest route; nil where there is none.
  public mutating func hopCount(from source: VertexID, to target: VertexID) -> Int? {
    if self.target != Int(target.index) { measure(to: Int(target.index)) }
    let distance = distances[Int(source.index)]
    return distance < 0 ? nil : Int(distance)
  }

  private func choice(at vertex: Int, _ pair: UInt64) -> Int32 {
    let nearer = distances[vertex] - 1
    var count: UInt64 = 0
    for link in network.outgoing[vertex] where isWay(link, nearer) { count += 1 }
    var pick: UInt64 = 0
    if count > 1 {
      var words = SplitMix64(seed: seed)
      words = SplitMix64(seed: words.next() ^ pair)
      words = SplitMix64(seed: words.next() ^ UInt64(vertex))
      pick = words.next().multipliedFullWidth(by: count).high
    }
    for link in network.outgoing[vertex] where isWay(link, nearer) {
      if pick == 0 { return link }
      pick -= 1
    }
    preconditionFailure("a vertex with a distance has a link that leads nearer")
  }

  private func isWay(_ link: Int32, _ nearer: Int32) -> Bool {
    let end = Int(network.links[Int(link)].to.index)
    return distances[end] == nearer && (nearer == 0 || network.forwards(end))
  }

  /// Breadth-first search from the target against the links.
  private mutating func measure(to target: Int) {
    for vertex in queue { distances[Int(vertex)] = -1 }
    self.target = target
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
      }
    }
  }
}
