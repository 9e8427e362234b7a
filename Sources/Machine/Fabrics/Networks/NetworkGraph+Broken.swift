extension NetworkParts {
  /// Takes broken cables out.
  mutating func breakCables(_ broken: [NetworkCable]) throws(NetworkError) {
    if broken.isEmpty { return }
    var positions: [String: Int] = [:]
    for (position, name) in names.enumerated() { positions[name] = position }
    for cable in broken {
      var ends: [Int] = []
      for name in [cable.a, cable.b] {
        guard let position = positions[name] else {
          throw .badShape("a broken link names '\(name)', and there is no such host or switch")
        }
        ends.append(position)
      }
      guard breakCable(ends[0], ends[1]) else {
        throw .badShape("no link between \(cable.a) and \(cable.b) is left to break")
      }
    }
  }
}

extension NetworkGraph {
  /// Most hosts that a complaint names.
  private static let listedHosts = 8

  /// Refuses a network in which some hosts do not reach the others, naming the fewer.
  func checkConnected() throws(NetworkError) {
    if hostCount < 2 { return }
    var search = RouteSearch(vertexCount: vertexCount)
    search.measureHops(self, to: 0)
    var isWith = (0..<hostCount).map { search.distances[$0] >= 0 }
    // The way out of host 0 as well, where links go one way.
    for (host, reaches) in reached(from: 0).enumerated() where !reaches { isWith[host] = false }
    let without = isWith.indices.filter { !isWith[$0] }
    if without.isEmpty { return }
    let with = isWith.indices.filter { isWith[$0] }
    let (few, rest) = without.count <= with.count ? (without, with) : (with, without)
    var names = few.prefix(NetworkGraph.listedHosts).map { vertexNames[$0] }
    if few.count > names.count { names.append("\(few.count - names.count) more") }
    let list =
      names.count == 1
      ? names[0] : names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    let other = rest.count == 1 ? vertexNames[rest[0]] : "the other \(rest.count) hosts"
    throw .badShape("the broken links cut \(list) off from \(other)")
  }

  /// Which hosts a route from one host reaches.
  private func reached(from source: Int) -> [Bool] {
    var isReached = [Bool](repeating: false, count: vertexCount)
    var stack = [source]
    isReached[source] = true
    while let vertex = stack.popLast() {
      if vertex != source && !forwards(vertex) { continue }
      for link in outgoing[vertex] {
        let end = Int(links[Int(link)].to.index)
        if isReached[end] { continue }
        isReached[end] = true
        stack.append(end)
      }
    }
    return Array(isReached[..<hostCount])
  }
}
