/// The links at every vertex, in the order they were built in, as one flat array.
///
/// - Complexity: O(vertices + links) to build; O(1) to find a vertex's links.
struct Adjacency: Sendable {
  /// Links of vertex v: `links[starts[v]..<starts[v + 1]]`.
  private let starts: [Int32]
  private let links: [Int32]

  /// - Parameters:
  ///   - vertices: the vertex that each link is to be found at.
  ///   - isLeftOut: links that are not to be found.
  init(vertexCount: Int, vertices: [Int32], leavingOut isLeftOut: (Int32) -> Bool = { _ in false }) {
    let kept = vertices.indices.filter { !isLeftOut(Int32($0)) }
    var starts = [Int32](repeating: 0, count: vertexCount + 1)
    for link in kept { starts[Int(vertices[link]) + 1] += 1 }
    for vertex in 0..<vertexCount { starts[vertex + 1] += starts[vertex] }
    var next = starts
    var links = [Int32](repeating: 0, count: kept.count)
    for link in kept {
      let vertex = Int(vertices[link])
      links[Int(next[vertex])] = Int32(link)
      next[vertex] += 1
    }
    self.starts = starts
    self.links = links
  }

  subscript(vertex: Int) -> ArraySlice<Int32> { links[Int(starts[vertex])..<Int(starts[vertex + 1])] }
}
