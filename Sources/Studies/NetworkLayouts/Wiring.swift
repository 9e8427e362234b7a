import Fabrics

/// A network as pictures need it: who is next to whom, what each vertex is, and which vertices are alike.
struct Wiring {
  let network: NetworkGraph
  let kinds: [NetworkVertexKind]
  let weights: [Double]
  /// Neighbours of every vertex, each once, ascending.
  let neighbours: [[Int32]]

  /// Beyond it, distances from the hosts make one row.
  private static let largestTier = 24

  var vertexCount: Int { kinds.count }
  var hostCount: Int { network.hostCount }

  init(_ network: NetworkGraph, weights: [Double]) {
    self.network = network
    self.weights = weights
    kinds = network.vertexKinds()
    var lists = [[Int32]](repeating: [], count: network.vertexCount)
    for link in network.links {
      lists[Int(link.from.index)].append(link.to.index)
      lists[Int(link.to.index)].append(link.from.index)
    }
    for vertex in lists.indices {
      lists[vertex].sort()
      var kept: [Int32] = []
      for neighbour in lists[vertex] where kept.last != neighbour { kept.append(neighbour) }
      lists[vertex] = kept
    }
    neighbours = lists
  }

  /// Whether nodes have switches or adapters of their own.
  var hasInsides: Bool {
    kinds.contains { $0 == .nodeSwitch || $0 == .pcieSwitch || $0 == .adapter }
  }

  /// Whether distance from the hosts makes tiers: no tier is joined within itself so much that rings close in it.
  var hasTiers: Bool {
    if vertexCount == hostCount { return false }
    let tiers = tiers()
    var members: [Int: Int] = [:]
    var cables: [Int: Int] = [:]
    for vertex in 0..<vertexCount {
      members[tiers[vertex], default: 0] += 1
      for neighbour in neighbours[vertex]
      where Int(neighbour) > vertex && tiers[Int(neighbour)] == tiers[vertex] {
        cables[tiers[vertex], default: 0] += 1
      }
    }
    return cables[0] == nil && cables.allSatisfy { $0.value < members[$0.key] ?? 0 }
  }

  /// The tier of every vertex: its distance from the hosts, hosts being 0. A switch of a node to which hosts lead
  /// that lead elsewhere too is −1, so that it stands below them. Hosts of a binary tree have their height.
  func tiers() -> [Int] {
    if case .binaryTree = network.shape {
      func depth(_ host: Int) -> Int { Int.bitWidth - 1 - (host + 1).leadingZeroBitCount }
      return (0..<hostCount).map { depth(hostCount - 1) - depth($0) }
    }
    var tiers = [Int](repeating: .max, count: vertexCount)
    var queue: [Int] = []
    for vertex in hostCount..<max(hostCount, vertexCount)
    where kinds[vertex] == .nodeSwitch
      && neighbours[vertex].allSatisfy({ isHost($0) && neighbours[Int($0)].count > 1 })
    {
      tiers[vertex] = -1
    }
    for host in 0..<hostCount {
      tiers[host] = 0
      queue.append(host)
    }
    var head = 0
    while head < queue.count {
      let vertex = queue[head]
      head += 1
      for neighbour in neighbours[vertex] where tiers[Int(neighbour)] == .max {
        tiers[Int(neighbour)] = tiers[vertex] + 1
        queue.append(Int(neighbour))
      }
    }
    // What no host leads to stands on top.
    let top = (tiers.filter { $0 < .max }.max() ?? 0) + 1
    return levelled(tiers.map { min($0 == .max ? top : $0, Self.largestTier) })
  }

  /// Switches of one rank of a built network stand in one row, however far they are from hosts behind adapters.
  private func levelled(_ tiers: [Int]) -> [Int] {
    if case .described = network.shape { return tiers }
    var highest: [NetworkVertexKind: Int] = [:]
    for vertex in tiers.indices {
      highest[kinds[vertex]] = max(highest[kinds[vertex]] ?? .min, tiers[vertex])
    }
    var above = 0
    for kind in [NetworkVertexKind.pcieSwitch, .adapter, .edge, .leaf, .rail, .aggregation, .spine, .core] {
      guard let tier = highest[kind] else { continue }
      above = max(above + 1, tier)
      highest[kind] = above
    }
    return tiers.indices.map { vertex in
      switch kinds[vertex] {
      case .pcieSwitch, .adapter, .edge, .leaf, .rail, .aggregation, .spine, .core:
        highest[kinds[vertex]] ?? tiers[vertex]
      default: tiers[vertex]
      }
    }
  }

  private func isHost(_ vertex: Int32) -> Bool { Int(vertex) < hostCount }

  /// A colour for every vertex: equal where kind, tier and, as often as colours tell more apart, neighbours and
  /// rates of links agree.
  ///
  /// - Complexity: O((vertices + links) log links) for each of at most 12 rounds.
  /// - Source: colour refinement; Weisfeiler & Leman 1968.
  func colours(_ tiers: [Int]) -> [Int] {
    let order = NetworkVertexKind.allCases
    var colours = (0..<vertexCount).map { vertex in
      (order.firstIndex(of: kinds[vertex]) ?? 0) << 32 + (tiers[vertex] + 2)
    }
    var count = Self.renumber(&colours)
    for _ in 0..<12 {
      var around = [[UInt64]](repeating: [], count: vertexCount)
      for link in network.links {
        let (from, to) = (Int(link.from.index), Int(link.to.index))
        let rate = link.bandwidth.bytesPerSecond.bitPattern
        around[from].append(Self.mixed(Self.mixed(1, rate), UInt64(colours[to])))
        around[to].append(Self.mixed(Self.mixed(2, rate), UInt64(colours[from])))
      }
      var next = colours.indices.map { vertex in
        Int(truncatingIfNeeded: around[vertex].sorted().reduce(UInt64(colours[vertex]), Self.mixed) >> 1)
      }
      let found = Self.renumber(&next)
      if found == count { break }
      (colours, count) = (next, found)
    }
    return colours
  }

  /// Numbers values by their order.
  ///
  /// - Returns: how many there are.
  private static func renumber(_ values: inout [Int]) -> Int {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var renumbered = values
    var count = 0
    for (place, index) in order.enumerated() {
      if place == 0 || values[index] != values[order[place - 1]] { count += 1 }
      renumbered[index] = count - 1
    }
    values = renumbered
    return count
  }

  static func mixed(_ a: UInt64, _ b: UInt64) -> UInt64 {
    var z = (a ^ (b &* 0x9E37_79B9_7F4A_7C15)) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The weight of the heaviest link at each vertex.
  func vertexWeights() -> [Double] {
    var heaviest = [Double](repeating: 0, count: vertexCount)
    for (index, weight) in weights.enumerated() where index < network.links.count {
      for end in [network.links[index].from, network.links[index].to] {
        heaviest[Int(end.index)] = max(heaviest[Int(end.index)], weight)
      }
    }
    return heaviest
  }
}
