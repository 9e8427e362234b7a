import Quantities

/// Hosts, switches and links as a builder puts them down.
struct NetworkParts {
  private(set) var names: [String] = []
  private(set) var links: [Link] = []
  private(set) var hostCount = 0
  /// Hosts of each node.
  private(set) var nodeSizes: [Int] = []
  /// The first switch inside a node, where switches are told apart so.
  var firstInner: Int?
  /// Whether traffic may pass through a host.
  var hostsForward = false

  /// All hosts come before the first switch.
  ///
  /// - Parameter perNode: how many of them share a node; it divides their number.
  mutating func addHosts(_ count: Int, perNode: Int = 1) {
    addHosts((0..<count).map { "host \($0)" }, perNode: perNode)
  }

  mutating func addHosts(_ hosts: [String], perNode: Int = 1) {
    precondition(hostCount == names.count, "hosts come before switches")
    names += hosts
    hostCount = names.count
    nodeSizes += Array(repeating: perNode, count: hosts.count / perNode)
  }

  /// Hosts in nodes of given sizes, numbered where they are not named.
  mutating func addHosts(_ names: [String]? = nil, inNodesOf sizes: [Int]) {
    addHosts(names ?? (0..<sizes.reduce(0, +)).map { "host \($0)" })
    nodeSizes = sizes
  }

  /// - Returns: the vertex of the first; the others follow it.
  mutating func addSwitches(_ count: Int, _ prefix: String) -> Int {
    addSwitches((0..<count).map { "\(prefix) \($0)" })
  }

  mutating func addSwitches(_ switches: [String]) -> Int {
    names += switches
    return names.count - switches.count
  }

  /// A cable: a link each way.
  mutating func join(_ a: Int, _ b: Int, _ wire: NetworkWire) {
    add(from: a, to: b, wire)
    add(from: b, to: a, wire)
  }

  /// A cable inside a node, from a host or a switch towards one that is further from the host.
  mutating func joinInside(_ near: Int, _ far: Int, _ wire: NetworkWire) {
    add(from: near, to: far, wire, .deviceUp)
    add(from: far, to: near, wire, .deviceDown)
  }

  /// Gives links into the network, and back, half of a latency each.
  mutating func setEdgeLatency(_ latency: SimDuration) {
    for index in links.indices {
      switch links[index].kind {
      case .nicOut: links[index].latency = latency.firstHalf
      case .nicIn: links[index].latency = latency - latency.firstHalf
      case .deviceUp, .deviceDown, .wire: break
      }
    }
  }

  /// Takes out every link between two vertices.
  ///
  /// - Returns: whether there was one.
  mutating func breakCable(_ a: Int, _ b: Int) -> Bool {
    let before = links.count
    links.removeAll {
      let (from, to) = (Int($0.from.index), Int($0.to.index))
      return (from, to) == (a, b) || (from, to) == (b, a)
    }
    return links.count < before
  }

  mutating func add(from: Int, to: Int, _ wire: NetworkWire) {
    add(from: from, to: to, wire, from < hostCount ? .nicOut : to < hostCount ? .nicIn : .wire)
  }

  mutating func add(from: Int, to: Int, _ wire: NetworkWire, _ kind: LinkKind) {
    links.append(
      Link(
        from: VertexID(from), to: VertexID(to), bandwidth: wire.bandwidth, latency: wire.latency, kind: kind))
  }
}
