import Quantities

/// The routes of a network by its rule, one of equal ones chosen by a hash.
///
/// Where routes are searched for, every switch on the way picks among its links that lead nearer by
///
///     ⌊ n · hash(seed, source, target, switch) / 2⁶⁴ ⌋
///
/// so flows of one pair take one path, as with hashed equal-cost multipath on addresses, and another seed
/// is another set of collisions. Distances to the last target asked for are kept: ask target by target.
///
/// - Complexity: a search per change of target, else O(path length × degree).
/// - Source: Hopps, *Analysis of an Equal-Cost Multi-Path Algorithm*, RFC 2992, 2000.
public struct MultipathRouter: Sendable {
  private let network: NetworkGraph
  private let seed: UInt64
  private var target = -1
  private var search: RouteSearch

  public init(_ network: NetworkGraph, seed: UInt64 = 0) {
    self.network = network
    self.seed = seed
    search = RouteSearch(vertexCount: network.vertexCount)
  }

  /// Appends the link indices of a route.
  ///
  /// - Returns: the latency of its links and of the vertices it passes.
  /// - Throws: `NetworkError.noRoute`.
  public mutating func appendRoute(
    from source: VertexID, to target: VertexID, into path: inout [Int32]
  ) throws(NetworkError) -> SimDuration {
    let (from, to) = (Int(source.index), Int(target.index))
    let first = path.count
    guard let start = network.appendGuide(from: from, to: to, seed: seed, into: &path) else {
      throw .noRoute(from: network.vertexNames[from], to: network.vertexNames[to])
    }
    if start != to {
      if self.target != to {
        self.target = to
        search.measure(network, to: to)
      }
      guard network.appendDescent(from: start, to: to, search.distances, seed: seed, into: &path) else {
        throw .noRoute(from: network.vertexNames[from], to: network.vertexNames[to])
      }
    }
    return network.latency(of: path[first...])
  }
}
