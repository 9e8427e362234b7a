import Quantities
import Synchronization

/// The network outside the nodes, and the shortest paths across it.
///
/// Paths have the fewest wires. Wires are followed in the order they were built in, and the first to
/// reach a vertex leads to it, so ties always fall the same way. A source that is asked for many targets
/// gets its whole breadth-first tree kept; one asked for few is searched only as far as the target lies.
final class CoreNetwork: Sendable {
  enum Style {
    /// One hop between any two nodes and no switch.
    case crossbar
    /// One switch that all nodes hang on.
    case singleSwitch
    /// A router per node, joined by wires.
    case routers

    init(_ topology: TopologyKind) {
      switch topology {
      case .fullMesh: self = .crossbar
      case .leafSwitch: self = .singleSwitch
      case .ring, .binaryTree, .torus2D, .mesh2D, .custom: self = .routers
      }
    }

    /// How a hop's latency lies on a node's port, out and in.
    func portLatencies(_ latency: SimDuration) -> (SimDuration, SimDuration) {
      switch self {
      case .crossbar: (latency, .zero)
      case .singleSwitch: (latency.firstHalf, latency - latency.firstHalf)
      case .routers: (.zero, .zero)
      }
    }
  }

  let style: Style
  let vertexCount: Int
  /// The wires out of each core vertex.
  private let outgoing: Adjacency
  private let ends: [Int32]
  private let origins: [Int32]
  private let firstWire: Int32
  private let search: Mutex<Search>

  /// Targets asked of one source before its tree is kept.
  private static let patience: UInt8 = 8

  private struct Search {
    /// By source: the wire that leads to each vertex, −1 where none does.
    var trees: [[Int32]?]
    var asked: [UInt8]
    var reachedBy: [Int32]
    var queue: [Int32] = []
  }

  init(style: Style, vertexCount: Int, base: Int, links: [Link], firstWire: Int) {
    self.style = style
    self.vertexCount = vertexCount
    self.firstWire = Int32(firstWire)
    let wires = links[firstWire...]
    origins = wires.map { $0.from.index - Int32(base) }
    ends = wires.map { $0.to.index - Int32(base) }
    outgoing = Adjacency(vertexCount: vertexCount, vertices: origins)
    search = Mutex(
      Search(
        trees: Array(repeating: nil, count: vertexCount), asked: Array(repeating: 0, count: vertexCount),
        reachedBy: Array(repeating: -1, count: vertexCount)))
  }

  /// Appends the link indices of a shortest path.
  ///
  /// - Returns: the number of wires on it; nil if there is no path.
  func appendPath(from source: Int, to target: Int, into path: inout [Int32]) -> Int? {
    if source == target || style != .routers { return 0 }
    let first = path.count
    let found = search.withLock { search in
      if search.trees[source] == nil {
        search.asked[source] += 1
        if search.asked[source] > CoreNetwork.patience {
          explore(from: source, until: nil, &search)
          search.trees[source] = search.reachedBy
          for vertex in search.queue { search.reachedBy[Int(vertex)] = -1 }
        }
      }
      if let tree = search.trees[source] { return walkBack(from: target, to: source, tree, into: &path) }
      explore(from: source, until: target, &search)
      let found = walkBack(from: target, to: source, search.reachedBy, into: &path)
      for vertex in search.queue { search.reachedBy[Int(vertex)] = -1 }
      return found
    }
    guard found else { return nil }
    path[first...].reverse()
    return path.count - first
  }

  /// Breadth-first search; leaves what it reached in `queue`.
  private func explore(from source: Int, until target: Int?, _ search: inout Search) {
    search.queue.removeAll(keepingCapacity: true)
    search.queue.append(Int32(source))
    var head = 0
    while head < search.queue.count {
      let vertex = Int(search.queue[head])
      head += 1
      for wire in outgoing[vertex] {
        let end = ends[Int(wire)]
        if Int(end) == source || search.reachedBy[Int(end)] >= 0 { continue }
        search.reachedBy[Int(end)] = wire
        search.queue.append(end)
        if let target, Int(end) == target { return }
      }
    }
  }

  /// Appends the path's links from the last to the first.
  private func walkBack(from target: Int, to source: Int, _ tree: [Int32], into path: inout [Int32]) -> Bool {
    var vertex = target
    while vertex != source {
      let wire = tree[vertex]
      if wire < 0 { return false }
      path.append(firstWire + wire)
      vertex = Int(origins[Int(wire)])
    }
    return true
  }

  /// Wires from a source to the vertex farthest from it; nil if one cannot be reached.
  func eccentricity(of source: Int) -> Int? {
    var depth = [Int32](repeating: -1, count: vertexCount)
    var queue = [Int32(source)]
    depth[source] = 0
    var head = 0
    while head < queue.count {
      let vertex = Int(queue[head])
      head += 1
      for wire in outgoing[vertex] {
        let end = Int(ends[Int(wire)])
        if depth[end] >= 0 { continue }
        depth[end] = depth[vertex] + 1
        queue.append(Int32(end))
      }
    }
    return queue.count == vertexCount ? Int(depth[Int(queue[queue.count - 1])]) : nil
  }
}
