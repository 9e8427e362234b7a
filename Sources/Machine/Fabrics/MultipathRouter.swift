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
  private var search: HopSearch

  public init(_ network: NetworkGraph, seed: UInt64 = 0) {
    self.network = network
    self.seed = seed
    search = HopSearch(vertexCount: network.vertexCount)
  }

  /// Appends the link indices of a route.
  ///
  /// - Returns: the latency of its links and of the vertices it passes.
  /// - Throws: `NetworkError.noRoute`.
  public mutating func appendRoute(
    from source: VertexID, to target: VertexID, into path: inout [Int32]
  ) throws(NetworkError) -> SimDuration {
    let (from, to) = (Int(source.index), Int(target.index))
    measure(to: to)
    guard
      let latency = network.appendDescent(
        from: from, to: to, search.distances, seed: seed, into: &path)
    else { throw .noRoute(from: network.vertexNames[from], to: network.vertexNames[to]) }
    return latency
  }

  /// Links on a shortest route; nil where there is none.
  public mutating func hopCount(from source: VertexID, to target: VertexID) -> Int? {
    measure(to: Int(target.index))
    let distance = search.distances[Int(source.index)]
    return distance < 0 ? nil : Int(distance)
  }

  private mutating func measure(to target: Int) {
    if self.target == target { return }
    self.target = target
    search.measure(network, to: target)
  }
}
