import Quantities

/// The bandwidth between two halves of the hosts, one way.
public struct BisectionBandwidth: Sendable, Equatable {
  public var bandwidth: Bandwidth
  /// Whether it is the smallest over all ways to halve the hosts, or that of one way and so an upper bound.
  public var isExact: Bool
}

extension NetworkGraph {
  /// The most links that a shortest route between two hosts has.
  ///
  /// - Throws: `NetworkError.noRoute` naming the first pair of hosts that is not connected.
  /// - Complexity: a breadth-first search, one per host where the hosts are not alike.
  public func diameter() throws(NetworkError) -> Int {
    var search = RouteSearch(vertexCount: vertexCount)
    var largest: Int64 = 0
    for target in 0..<(hostsAreAlike ? min(1, hostCount) : hostCount) {
      search.measureHops(self, to: target)
      for source in 0..<hostCount {
        let distance = search.distances[source]
        if distance < 0 { throw .noRoute(from: vertexNames[source], to: vertexNames[target]) }
        largest = max(largest, distance)
      }
    }
    return Int(largest)
  }

  /// The bandwidth from one half of the hosts to the other; with an odd count the halves differ by one.
  ///
  /// By formula where there is one; else the least cut between the hosts of the lower and the upper
  /// numbers, in the direction that carries less, which no halving's minimum exceeds.
  ///
  /// - Complexity: O(1) by formula; a maximum flow otherwise.
  public func bisectionBandwidth() -> BisectionBandwidth {
    if hostCount < 2 { return BisectionBandwidth(bandwidth: Bandwidth(bytesPerSecond: 0), isExact: true) }
    if brokenCableCount == 0,
      let rate = shape.bisection(hostLink: hostBandwidth(of: 0), firstWire: firstWireBandwidth)
    {
      return BisectionBandwidth(bandwidth: Bandwidth(bytesPerSecond: rate), isExact: true)
    }
    let lower = Array(0..<hostCount / 2)
    let upper = Array(hostCount / 2..<hostCount)
    let rate = min(minimumCut(from: lower, to: upper), minimumCut(from: upper, to: lower))
    return BisectionBandwidth(bandwidth: Bandwidth(bytesPerSecond: rate), isExact: false)
  }

  /// What half of the hosts can send over half of what they can send to the other half: 1 does not block.
  public func oversubscription() -> Double {
    let bisection = bisectionBandwidth().bandwidth.bytesPerSecond
    if bisection <= 0 { return hostCount < 2 ? 1 : .infinity }
    return sendingBandwidth / bisection
  }

  /// Smallest sum of link bandwidths whose removal parts two sets of hosts, one way, in bytes per second.
  ///
  /// - Source: Dinic's algorithm; Ford & Fulkerson 1956 for cut and flow.
  public func minimumCut(from sources: [Int], to targets: [Int]) -> Double {
    var flow = MaximumFlow(vertexCount: vertexCount + 2)
    for link in links {
      flow.add(from: Int(link.from.index), to: Int(link.to.index), link.bandwidth.bytesPerSecond)
    }
    for source in sources { flow.add(from: vertexCount, to: source, .infinity) }
    for target in targets { flow.add(from: target, to: vertexCount + 1, .infinity) }
    return flow.value(from: vertexCount, to: vertexCount + 1)
  }

  private func hostBandwidth(of host: Int) -> Double {
    outgoing[host].last.map { links[Int($0)].bandwidth.bytesPerSecond } ?? 0
  }

  /// What the lower half of the hosts can send out of their nodes; of nodes with adapters in between, half
  /// of what all adapters can; of one node described alone, what they can send at all.
  private var sendingBandwidth: Double {
    var half = 0.0
    if case .described(let description) = shape {
      let isOneNode = description.nodeSizes.count == 1
      for link in links where isOneNode ? Int(link.from.index) < hostCount : link.kind == .nicOut {
        half += link.bandwidth.bytesPerSecond
      }
      return half * Double(hostCount / 2) / Double(hostCount)
    }
    if case .nodes = shape {
      for link in links where link.kind == .nicOut { half += link.bandwidth.bytesPerSecond }
      return half * Double(hostCount / 2) / Double(hostCount)
    }
    for host in 0..<hostCount / 2 {
      for link in outgoing[host] where links[Int(link)].kind == .nicOut {
        half += links[Int(link)].bandwidth.bytesPerSecond
      }
    }
    return half
  }

  private var firstWireBandwidth: Double {
    links.first { $0.kind == .wire }?.bandwidth.bytesPerSecond ?? 0
  }
}

extension NetworkGraph {
  /// Whether every host sees the same network, so that one stands for all.
  var hostsAreAlike: Bool { brokenCableCount == 0 && shape.hostsAreAlike }
}

extension NetworkShape {
  var hostsAreAlike: Bool {
    switch self {
    case .fatTree, .leafSpine, .railOptimized, .hypercube, .torus, .fullMesh, .ring, .star, .hierarchical:
      true
    case .dragonfly, .mesh, .binaryTree, .wideArea, .rails, .nodes, .edges, .described: false
    }
  }

  /// Bytes per second across the best halving where a formula gives them, nil where none does.
  ///
  /// Hosts' links have B, uplinks U; H hosts per leaf, S spines, N nodes.
  func bisection(hostLink b: Double, firstWire u: Double) -> Double? {
    switch self {
    case .fatTree(let k): return Double(k * k * k / 8) * b
    case .leafSpine(let leaves, let spines, let hosts, _):
      // Whole leaves go to a side; of an odd count, one is split at its hosts.
      let split = leaves % 2 == 0 ? 0 : Double(hosts / 2) * b
      return Double(leaves / 2) * min(Double(hosts) * b, Double(spines) * u) + split
    case .hypercube(let dimensions): return Double(1 << dimensions) / 2 * b
    case .torus(let lengths): return gridBisection(lengths, cables: 2, b)
    case .mesh(let lengths): return gridBisection(lengths, cables: 1, b)
    case .railOptimized(let nodes, let devices, _, let nodeLink, _):
      guard nodes % 2 == 0, nodeLink.bandwidth.bytesPerSecond >= b else { return nil }
      return Double(nodes / 2 * devices) * b
    case .fullMesh(let hosts): return Double((hosts / 2) * ((hosts + 1) / 2)) * b
    case .ring(let hosts): return Double(hosts > 2 ? 2 : 1) * b
    case .star(let hosts): return Double(hosts / 2) * b
    case .dragonfly, .binaryTree, .hierarchical, .wideArea, .rails, .nodes, .edges, .described: return nil
    }
  }

  /// A grid is cut across its longest dimension; exact where that is even.
  private func gridBisection(_ lengths: [Int], cables: Int, _ b: Double) -> Double? {
    guard let longest = lengths.max(), longest % 2 == 0 else { return nil }
    let count = lengths.reduce(1, *)
    let cut = count / longest * (longest > 2 ? cables : 1)
    return Double(min(cut, count / 2)) * b
  }
}
