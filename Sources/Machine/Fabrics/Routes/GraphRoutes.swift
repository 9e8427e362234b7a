import Quantities
import Synchronization

/// The routes of a fabric over a network graph, found once and shared by all its copies and threads.
///
/// They are those of `MultipathRouter`, whatever the order in which they are asked for. A target that is
/// asked for often gets its distances kept, as long as there is room; others are searched for only as far
/// as the source lies.
///
/// - Complexity: O(path length · degree) for a target with kept distances, else a search of what is nearer
///   than the source.
final class GraphRoutes: Sendable {
  let network: NetworkGraph
  let seed: UInt64
  private let state: Mutex<State>

  /// Sources that ask for one target before its distances are kept.
  private static let patience: UInt8 = 8
  /// Distances that are kept in all: 256 MiB of them.
  private static let room = 1 << 25

  private struct State {
    var kept: [[Int64]?]
    var asked: [UInt8]
    var room = GraphRoutes.room
    var search: RouteSearch
  }

  init(_ network: NetworkGraph, seed: UInt64) {
    self.network = network
    self.seed = seed
    state = Mutex(
      State(
        kept: Array(repeating: nil, count: network.hostCount),
        asked: Array(repeating: 0, count: network.hostCount),
        search: RouteSearch(vertexCount: network.vertexCount)))
  }

  /// Appends the link indices of a route between two hosts.
  ///
  /// - Returns: the latency of its links and of the vertices it passes; nil where there is no route.
  func appendRoute(from source: Int, to target: Int, into path: inout [Int32]) -> SimDuration? {
    let first = path.count
    guard let start = network.appendGuide(from: source, to: target, seed: seed, into: &path) else {
      return nil
    }
    if start != target {
      let distances = distances(from: start, to: target)
      guard network.appendDescent(from: start, to: target, distances, seed: seed, into: &path) else {
        return nil
      }
    }
    return network.latency(of: path[first...])
  }

  /// Distances to a target that are known at least as far as the source.
  private func distances(from source: Int, to target: Int) -> [Int64] {
    state.withLock { state in
      if let kept = state.kept[target] { return kept }
      state.asked[target] = min(state.asked[target] + 1, GraphRoutes.patience)
      if state.asked[target] == GraphRoutes.patience, state.room >= network.vertexCount {
        state.search.measure(network, to: target)
        state.room -= network.vertexCount
        state.kept[target] = state.search.distances
      } else {
        state.search.measure(network, to: target, until: source)
      }
      return state.search.distances
    }
  }
}
