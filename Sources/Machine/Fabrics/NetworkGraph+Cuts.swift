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
    var router = MultipathRouter(self)
    var largest = 0
    for target in 0..<(shape.hostsAreAlike ? min(1, hostCount) : hostCount) {
      for source in hosts where Int(source.index) != target {
        guard let count = router.hopCount(from: source, to: VertexID(target)) else {
          throw .noRoute(from: vertexNames[Int(source.index)], to: vertexNames[target])
        }
        largest = max(largest, count)
      }
    }
    return largest
  }

  /// The bandwidth from one half of the hosts to the other; with an odd count the halves differ by one.
  ///
  /// By formula where there is one; else the least cut between the hosts of the lower and the upper
  /// numbers, in the direction that carries less, which no halving's minimum exceeds.
  ///
  /// - Complexity: O(1) by formula; a maximum flow otherwise.
  public func bisectionBandwidth() -> BisectionBandwidth {
    if hostCount < 2 { return BisectionBandwidth(bandwidth: Bandwidth(bytesPerSecond: 0), isExact: true) }
    if let rate = shape.bisection(hostLink: hostBandwidth(of: 0), firstWire: firstWireBandwidth) {
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
    var half = 0.0
    for host in 0..<hostCount / 2 { half += networkBandwidth(of: host) }
    return half / bisection
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

  /// A host's bandwidth into the network: of a rail-optimised one, the link to the rail alone, of a described
  /// one, the links that leave the node, where it has such.
  private func networkBandwidth(of host: Int) -> Double {
    if case .railOptimized = shape { return hostBandwidth(of: host) }
    var (inner, outer) = (0.0, 0.0)
    for link in outgoing[host] {
      let link = links[Int(link)]
      if case .described(let description) = shape,
        description.role(ofVertex: Int(link.to.index))?.isInterior == true
      {
        inner += link.bandwidth.bytesPerSecond
      } else {
        outer += link.bandwidth.bytesPerSecond
      }
    }
    return outer > 0 ? outer : inner
  }

  private var firstWireBandwidth: Double {
    links.first { $0.kind == .wire }?.bandwidth.bytesPerSecond ?? 0
  }
}

extension NetworkShape {
  /// Whether every host sees the same network, so that one stands for all.
  var hostsAreAlike: Bool {
    switch self {
    case .fatTree, .leafSpine, .railOptimized, .hypercube, .torus: true
    case .dragonfly, .mesh, .edges, .described: false
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
    case .dragonfly, .edges, .described: return nil
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
