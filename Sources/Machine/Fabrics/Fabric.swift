import Quantities

/// Devices, switches and the directed links between them.
///
/// Every device of a node with several has an up link to and a down link from the node's switch, which
/// never blocks. Every node has one port into the network, a link out and a link in, that all its devices
/// share. A node of one device has no inner switch: the device sits on the port itself. Transit through
/// a node of a ring, tree, mesh or torus uses wires only, not the node's port.
///
/// A fabric is a value: copies share their storage, and the routes found so far.
public struct Fabric: Sendable {
  /// Devices that one fabric may have.
  public static let largestDeviceCount = 1 << 24

  public let nodeCount: Int
  public let devicesPerNode: Int
  public let topology: TopologyKind
  public let vertexCount: Int
  public let links: [Link]

  /// First vertex of the network: the routers by node, or the one switch.
  let coreBase: Int
  /// First of the nodes' port links, out and in by node.
  let nicBase: Int
  let switchLatency: SimDuration
  let core: CoreNetwork

  public var deviceCount: Int { nodeCount * devicesPerNode }
  public var linkCount: Int { links.count }

  /// All devices, node by node: the rank order that crosses each node boundary once.
  public var devices: [DeviceID] { (0..<deviceCount).map { DeviceID($0) } }

  /// The node that holds a device.
  @inlinable public func node(of device: DeviceID) -> NodeID { NodeID(Int(device.index) / devicesPerNode) }

  public subscript(link: LinkID) -> Link { links[Int(link.index)] }

  /// What a vertex is.
  public func vertex(_ id: VertexID) -> Vertex {
    let index = Int(id.index)
    if index < deviceCount { return .device(DeviceID(index)) }
    if index < coreBase { return .nodeSwitch(NodeID(index - deviceCount)) }
    return core.style == .routers ? .router(NodeID(index - coreBase)) : .networkSwitch
  }

  /// A readable name, such as `device 3 -> node 0` or `router 1 -> router 2`.
  public func name(of link: LinkID) -> String {
    "\(vertex(self[link].from)) -> \(vertex(self[link].to))"
  }

  /// The links out of and into a device: of its own in a node of several, else the node's port.
  public func uplink(of device: DeviceID) -> LinkID? {
    if devicesPerNode > 1 { return LinkID(2 * Int(device.index)) }
    return nodeCount > 1 ? port(of: node(of: device)).out : nil
  }

  /// The links of a node's port into and out of the network.
  ///
  /// - Precondition: the fabric has more than one node.
  public func port(of node: NodeID) -> (out: LinkID, in: LinkID) {
    precondition(nodeCount > 1, "a single node has no network port")
    let first = nicBase + 2 * Int(node.index)
    return (LinkID(first), LinkID(first + 1))
  }
}
