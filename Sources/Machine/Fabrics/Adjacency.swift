/// The links at every vertex, in the order they were built in, as one flat array.
///
/// - Complexity: O(vertices + links) to build; O(1) to find a vertex's links.
struct Adjacency: Sendable {
  /// Links of vertex v: `links[starts[v]..<starts[v + 1]]`.
  private let starts: [Int32]
  private let links: [Int32]

  /// - Parameter vertices: the vertex that each link is to be found at.
  init(vertexCount: Int, vertices: [Int32]) {
    var starts = [Int32](repeating: 0, count: vertexCount + 1)
    for vertex in vertices { starts[Int(vertex) + 1] += 1 }
    for vertex in 0..<vertexCount { starts[vertex + 1] += starts[vertex] }
    var next = starts
    var links = [Int32](repeating: 0, count: vertices.count)
    for (link, vertex) in vertices.enumerated() {
      links[Int(next[Int(vertex)])] = Int32(link)
      next[Int(vertex)] += 1
    }
    self.starts = starts
    self.links = links
  }

  subscript(vertex: Int) -> ArraySlice<Int32> { links[Int(starts[vertex])..<Int(starts[vertex + 1])] }
}
