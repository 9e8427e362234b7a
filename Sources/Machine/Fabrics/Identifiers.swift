/// An accelerator of the cluster; devices are numbered node by node.
public struct DeviceID: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var index: Int32
  @inlinable public init(_ index: Int) { self.index = Int32(index) }
  @inlinable public static func < (a: DeviceID, b: DeviceID) -> Bool { a.index < b.index }
}

/// A machine that holds devices.
public struct NodeID: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var index: Int32
  @inlinable public init(_ index: Int) { self.index = Int32(index) }
  @inlinable public static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// An end of links: a device, a node's inner switch, a router or a network switch. Devices come first.
public struct VertexID: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var index: Int32
  @inlinable public init(_ index: Int) { self.index = Int32(index) }
  @inlinable public static func < (a: VertexID, b: VertexID) -> Bool { a.index < b.index }
}

/// A directed link.
public struct LinkID: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var index: Int32
  @inlinable public init(_ index: Int) { self.index = Int32(index) }
  @inlinable public static func < (a: LinkID, b: LinkID) -> Bool { a.index < b.index }
}
