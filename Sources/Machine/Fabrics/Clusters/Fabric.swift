import Quantities

/// Devices, switches and the directed links between them.
///
/// Every device of a node with several has an up link to and a down link from the node's switch, which
/// never blocks. Every node has one port into the network, a link out and a link in, that all its devices
/// share. A node of one device has no inner switch: the device sits on the port itself. Transit through
/// a node of a ring, tree, mesh or torus uses wires only, not the node's port.
///
/// Over a network graph the devices are the graph's hosts, in order, and the links are the graph's own:
/// how many a device or a node has, and what they lead to, is as the graph says.
///
/// A fabric is a value: copies share their storage, and the routes found so far.
public struct Fabric: Sendable {
  /// Devices that one fabric may have.
  public static let largestDeviceCount = 1 << 24

  public let nodeCount: Int
  /// Devices of each node; where nodes differ, of the largest.
  public let devicesPerNode: Int
  public let deviceCount: Int
  public let vertexCount: Int
  public let links: [Link]

  /// The node of each device; empty where all nodes have equally many.
  @usableFromInline let nodeOfDevice: [Int32]
  let wiring: Wiring

  /// What routes are found on.
  enum Wiring: Sendable {
    case ports(PortWiring)
    case graph(GraphRoutes)
  }

  public var linkCount: Int { links.count }

  /// All devices, node by node: the rank order that crosses each node boundary once.
  public var devices: [DeviceID] { (0..<deviceCount).map { DeviceID($0) } }

  /// The node that holds a device.
  @inlinable public func node(of device: DeviceID) -> NodeID {
    nodeOfDevice.isEmpty
      ? NodeID(Int(device.index) / devicesPerNode) : NodeID(Int(nodeOfDevice[Int(device.index)]))
  }

  public subscript(link: LinkID) -> Link { links[Int(link.index)] }

  /// What a vertex is.
  public func vertex(_ id: VertexID) -> Vertex {
    let index = Int(id.index)
    if index < deviceCount { return .device(DeviceID(index)) }
    switch wiring {
    case .graph(let routes): return .named(routes.network.vertexNames[index])
    case .ports(let ports):
      if index < ports.coreBase { return .nodeSwitch(NodeID(index - deviceCount)) }
      return ports.core.style == .routers ? .router(NodeID(index - ports.coreBase)) : .networkSwitch
    }
  }

  /// A readable name, such as `device 3 -> node 0` or `router 1 -> router 2`; a graph's own over a graph.
  public func name(of link: LinkID) -> String {
    if case .graph(let routes) = wiring { return routes.network.name(of: link) }
    return "\(vertex(self[link].from)) -> \(vertex(self[link].to))"
  }

  /// The graph that the fabric lies over and the seed of its routes, if it lies over one.
  public var graph: (network: NetworkGraph, seed: UInt64)? {
    guard case .graph(let routes) = wiring else { return nil }
    return (routes.network, routes.seed)
  }

  /// The first link out of a device, where it has any: of its own in a node of several, else the node's
  /// port.
  public func uplink(of device: DeviceID) -> LinkID? {
    if case .graph(let routes) = wiring {
      return routes.network.outgoing[Int(device.index)].first.map { LinkID(Int($0)) }
    }
    if devicesPerNode > 1 { return LinkID(2 * Int(device.index)) }
    return nodeCount > 1 ? port(of: node(of: device)).out : nil
  }

  /// Whether all devices of a node share one port into the network, as in a cluster shape. Over a graph
  /// each device may have links of its own.
  public var hasNodePorts: Bool {
    if case .ports = wiring { return true }
    return false
  }

  /// Whether nodes' ports lead to routers joined by wires; those come last.
  package var hasWires: Bool { hasNodePorts && links.last?.kind == .wire }

  /// The links of a node's port into and out of the network.
  ///
  /// - Precondition: the fabric has node ports and more than one node.
  public func port(of node: NodeID) -> (out: LinkID, in: LinkID) {
    guard case .ports(let ports) = wiring, nodeCount > 1 else {
      preconditionFailure("a single node, or one of a graph, has no network port")
    }
    let first = ports.nicBase + 2 * Int(node.index)
    return (LinkID(first), LinkID(first + 1))
  }
}

/// The network of a cluster shape: one port a node.
struct PortWiring: Sendable {
  /// First vertex of the network: the routers by node, or the one switch.
  let coreBase: Int
  /// First of the nodes' port links, out and in by node.
  let nicBase: Int
  let switchLatency: SimDuration
  let core: CoreNetwork
}
