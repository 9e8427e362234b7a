import Quantities

extension NetworkGraph {
  /// The vertices that a rule leads a route through from its source on, each joined to the one before by a
  /// link. Where they do not end at the target, a search goes on from the last.
  ///
  /// - Complexity: O(path length · degree).
  func guide(from source: Int, to target: Int, seed: UInt64) -> [Int] {
    if case .weighted = routing { return [] }
    let isInside = nodeOfHost[source] == nodeOfHost[target]
    // Over the node's own switch, though a PCIe switch may be as near.
    if isInside, case .nodes = shape { return insideGuide(from: source, to: target) }
    switch routing {
    case .shortest, .weighted: return []
    case .alongRails:
      let home = Int(nodeStarts[Int(nodeOfHost[source])])
      let mate = home + target - Int(nodeStarts[Int(nodeOfHost[target])])
      return isInside || mate == source ? [] : insideGuide(from: source, to: mate)
    case .dimensionOrder: return gridGuide(from: source, to: target)
    case .minimal, .valiant: return groupGuide(from: source, to: target, seed: seed)
    }
  }

  /// By the first link of the source that leads to a switch next to the other host: the node's own, whose
  /// links are put down first.
  private func insideGuide(from source: Int, to mate: Int) -> [Int] {
    for link in outgoing[source] {
      let inner = Int(links[Int(link)].to.index)
      if inner >= hostCount, outgoing[inner].contains(where: { Int(links[Int($0)].to.index) == mate }) {
        return [inner, mate]
      }
    }
    return []
  }

  /// Routers follow the hosts and are numbered like them.
  private func gridGuide(from source: Int, to target: Int) -> [Int] {
    var vertices = [hostCount + source]
    var place = source
    func step(_ lengths: [Int], closes: Bool) {
      var stride = lengths.reduce(1, *)
      for length in lengths {
        stride /= length
        while place / stride % length != target / stride % length {
          let (here, there) = (place / stride % length, target / stride % length)
          let up = (there - here + length) % length
          let isUp = closes ? 2 * up <= length : there > here
          let next = isUp ? (here + 1) % length : (here + length - 1) % length
          place += (next - here) * stride
          vertices.append(hostCount + place)
        }
      }
    }
    switch shape.places {
    case .torus(let lengths): step(lengths, closes: true)
    case .mesh(let lengths): step(lengths, closes: false)
    case .hypercube(let dimensions):
      for bit in 0..<dimensions where (place ^ target) & (1 << bit) != 0 {
        place ^= 1 << bit
        vertices.append(hostCount + place)
      }
    default: preconditionFailure("dimension order is checked when a network is built")
    }
    return vertices + [target]
  }

  private func groupGuide(from source: Int, to target: Int, seed: UInt64) -> [Int] {
    guard case .dragonfly(let groups, let routers, let hosts) = shape.places else {
      preconditionFailure("groups are checked when a network is built")
    }
    var router = source / hosts
    let last = target / hosts
    var vertices = [hostCount + router]
    func go(to next: Int) {
      if next != router { vertices.append(hostCount + next) }
      router = next
    }
    func cross(to group: Int) {
      let here = router / routers
      if group == here { return }
      let (ahead, back) = ((group - here + groups) % groups, (here - group + groups) % groups)
      go(to: here * routers + (ahead - 1) % routers)
      go(to: group * routers + (back - 1) % routers)
    }
    let (first, final) = (router / routers, last / routers)
    if routing == .valiant, first != final {
      let others = (0..<groups).filter { $0 != first && $0 != final }
      let pair = UInt64(source) << 32 | UInt64(target)
      cross(to: others[Int(hash(pair, vertexCount, seed).multipliedFullWidth(by: UInt64(others.count)).high)])
    }
    cross(to: final)
    go(to: last)
    return vertices + [target]
  }

  /// Appends the links of a guide.
  ///
  /// - Returns: the vertex at its end; nil where a link that the rule wants is down.
  func appendGuide(from source: Int, to target: Int, seed: UInt64, into path: inout [Int32]) -> Int? {
    var vertex = source
    let pair = UInt64(source) << 32 | UInt64(target)
    for next in guide(from: source, to: target, seed: seed) {
      let link = pick(outgoing[vertex], at: vertex, pair, seed) { Int(links[Int($0)].to.index) == next }
      if link < 0 { return nil }
      path.append(link)
      vertex = next
    }
    return vertex
  }
}
