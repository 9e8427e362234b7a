import Quantities

/// What a link is part of.
public enum LinkKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// From a device into a switch of its node, and back; between switches of a node outwards, and back.
  case deviceUp, deviceDown
  /// From a node into the network, and back: in a cluster one port that all its devices share.
  case nicOut, nicIn
  /// Between two routers of the network.
  case wire

  /// Whether the link lies outside the nodes.
  public var isInterNode: Bool {
    switch self {
    case .deviceUp, .deviceDown: false
    case .nicOut, .nicIn, .wire: true
    }
  }
}

/// A directed link with the rate that payload bytes see.
public struct Link: Sendable, Equatable, BitwiseCopyable {
  public var from: VertexID
  public var to: VertexID
  /// Payload bandwidth, this direction.
  public var bandwidth: Bandwidth
  public var latency: SimDuration
  public var kind: LinkKind
}

/// What a vertex is.
public enum Vertex: Sendable, Equatable {
  case device(DeviceID)
  /// The switch that joins the devices of one node.
  case nodeSwitch(NodeID)
  /// The network side of one node's port. Transit traffic passes it without using the port.
  case router(NodeID)
  /// The switch, or the full mesh, that all nodes hang on.
  case networkSwitch
  /// A switch of a network graph, by the name that it has there.
  case named(String)
}

extension Vertex: CustomStringConvertible {
  public var description: String {
    switch self {
    case .device(let device): "device \(device.index)"
    case .nodeSwitch(let node): "node \(node.index)"
    case .router(let node): "router \(node.index)"
    case .networkSwitch: "network"
    case .named(let name): name
    }
  }
}

/// A path of links from one device to another.
public struct Route: Sendable, Equatable {
  public var links: [LinkID]
  /// Of all links, and of the switches in between.
  public var latency: SimDuration
  /// Links crossed between nodes, in a cluster the nodes' own ports aside; 0 inside a node.
  public var hopCount: Int
}
