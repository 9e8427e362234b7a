import Quantities

/// Bandwidth and latency of one direction of a cable.
public struct NetworkWire: Sendable, Equatable {
  public var bandwidth: Bandwidth
  public var latency: SimDuration

  public init(bandwidth: Bandwidth, latency: SimDuration) {
    self.bandwidth = bandwidth
    self.latency = latency
  }
}

/// A directed link between two named vertices.
public struct NetworkEdge: Sendable, Equatable {
  public var from: String
  public var to: String
  public var wire: NetworkWire

  public init(from: String, to: String, wire: NetworkWire) {
    self.from = from
    self.to = to
    self.wire = wire
  }
}

/// Two names of vertices and whatever cables join them.
public struct NetworkCable: Sendable, Equatable {
  public var a: String
  public var b: String

  public init(_ a: String, _ b: String) {
    self.a = a
    self.b = b
  }
}

/// One level of a hierarchical network.
public struct NetworkLevel: Sendable, Equatable {
  /// How the hosts of one group are joined.
  public enum Kind: String, Sendable, CaseIterable {
    case ring
    case fullMesh = "full_mesh"
    case star = "switch"
  }

  public var kind: Kind
  /// Hosts of one group: places of the level.
  public var size: Int
  public var wire: NetworkWire

  public init(_ kind: Kind, size: Int, wire: NetworkWire) {
    self.kind = kind
    self.size = size
    self.wire = wire
  }
}

/// A place with hosts on one switch.
public struct NetworkSite: Sendable, Equatable {
  public var name: String
  public var hosts: Int
  /// From a host to the site's switch.
  public var wire: NetworkWire

  public init(name: String, hosts: Int, wire: NetworkWire) {
    self.name = name
    self.hosts = hosts
    self.wire = wire
  }
}

/// A cable between two sites, both ways alike.
public struct NetworkSpan: Sendable, Equatable {
  public var from: String
  public var to: String
  public var wire: NetworkWire

  public init(from: String, to: String, wire: NetworkWire) {
    self.from = from
    self.to = to
    self.wire = wire
  }
}
