import Quantities

/// What a vertex of a network graph is, in the words that reports and pictures use.
public enum NetworkVertexKind: String, Sendable, CaseIterable {
  case host, device
  case nodeSwitch = "node switch"
  case pcieSwitch = "PCIe switch"
  case pcieEndpoint = "PCIe function"
  case processor, adapter, port
  case edge, leaf, rail, router, site
  case networkSwitch = "switch"
  case aggregation, spine, core

  /// The word for several.
  public var plural: String {
    switch self {
    case .nodeSwitch, .pcieSwitch, .networkSwitch: rawValue + "es"
    case .edge, .aggregation, .core: rawValue + " switches"
    case .leaf: "leaves"
    default: rawValue + "s"
    }
  }
}

/// Links between vertices of two kinds, either way.
public struct LinkCensus: Sendable, Equatable {
  /// The lower in the order of `NetworkVertexKind` first.
  public var between: (NetworkVertexKind, NetworkVertexKind)
  /// Directed links.
  public var count: Int
  public var least: Bandwidth
  public var most: Bandwidth

  public static func == (a: LinkCensus, b: LinkCensus) -> Bool {
    a.between == b.between && a.count == b.count && a.least == b.least && a.most == b.most
  }
}

extension NetworkGraph {
  /// What every vertex is. Hosts of nodes of several are devices.
  ///
  /// - Complexity: O(vertices).
  public func vertexKinds() -> [NetworkVertexKind] {
    let host: NetworkVertexKind = nodeCount < hostCount ? .device : .host
    return (0..<vertexCount).map { $0 < hostCount ? host : kind(ofSwitch: $0) }
  }

  /// Names of built shapes begin with what the vertex is; described networks say it, edge lists do not.
  private func kind(ofSwitch vertex: Int) -> NetworkVertexKind {
    switch shape {
    case .edges: return .networkSwitch
    case .wideArea: return .site
    case .described(let description): return description.role(ofVertex: vertex)?.kind ?? .networkSwitch
    case .nodes(_, over: .wideArea) where vertex < firstInner: return .site
    default: break
    }
    let words = vertexNames[vertex].split(separator: " ")
    if words.first == "node" {
      return words.contains("pcie") ? .pcieSwitch : words.contains("nic") ? .adapter : .nodeSwitch
    }
    if words.contains("leaf") { return .leaf }
    return words.first.flatMap { NetworkVertexKind(rawValue: String($0)) } ?? .networkSwitch
  }

  /// How many links join vertices of which kinds, in the order of the kinds.
  ///
  /// - Complexity: O(vertices + links).
  public func linkCensus() -> [LinkCensus] {
    let order = NetworkVertexKind.allCases
    let places = vertexKinds().map { kind in order.firstIndex(of: kind) ?? 0 }
    var rows = [LinkCensus?](repeating: nil, count: order.count * order.count)
    for link in links {
      let (a, b) = (places[Int(link.from.index)], places[Int(link.to.index)])
      let (low, high) = (min(a, b), max(a, b))
      var row =
        rows[low * order.count + high]
        ?? LinkCensus(
          between: (order[low], order[high]), count: 0, least: link.bandwidth, most: link.bandwidth)
      row.count += 1
      if link.bandwidth.bytesPerSecond < row.least.bytesPerSecond { row.least = link.bandwidth }
      if link.bandwidth.bytesPerSecond > row.most.bytesPerSecond { row.most = link.bandwidth }
      rows[low * order.count + high] = row
    }
    return rows.compactMap(\.self)
  }
}

extension NetworkDescription.Role {
  fileprivate var kind: NetworkVertexKind {
    switch self {
    case .pcieEndpoint: .pcieEndpoint
    case .pcieSwitch: .pcieSwitch
    case .processor: .processor
    case .nodeSwitch: .nodeSwitch
    case .card: .adapter
    case .port: .port
    case .networkSwitch: .networkSwitch
    }
  }
}
