import Quantities

/// A kind of link: what one message costs on it when nothing else uses it.
public struct LinkClass: Sendable, Equatable {
  public var name: String
  /// Per direction, as the vendor states it.
  public var bandwidth: Bandwidth
  /// α: time from the start of a message to the arrival of its first byte.
  public var latency: SimDuration
  /// Share of the stated bandwidth that payload bytes reach.
  public var efficiency: Double
  /// What every message costs beside its bytes, measured on its own; nil where the efficiency holds it.
  public var messageCost: MessageCost?

  public init(
    name: String = "", bandwidth: Bandwidth, latency: SimDuration, efficiency: Double = 1,
    messageCost: MessageCost? = nil
  ) {
    self.name = name
    self.bandwidth = bandwidth
    self.latency = latency
    self.efficiency = efficiency
    self.messageCost = messageCost
  }

  /// The bandwidth that payload bytes see.
  public var payloadBandwidth: Bandwidth { bandwidth * efficiency }
}

/// What an adapter spends on a message whatever its bytes.
public struct MessageCost: Sendable, Equatable {
  /// Time for which a queue of messages stands still at each of them.
  public var overhead: SimDuration
  /// Longer messages ask the receiver first, a round trip of the link before the first byte.
  public var eagerLimit: ByteCount

  public init(overhead: SimDuration, eagerLimit: ByteCount) {
    self.overhead = overhead
    self.eagerLimit = eagerLimit
  }
}

/// A place where bytes can live, from the device outwards.
public enum MemoryTierKind: String, Sendable, CaseIterable { case device, host, disk }

/// Capacity of a tier and the link that moves bytes between it and the device.
public struct MemoryTier: Sendable, Equatable {
  public var kind: MemoryTierKind
  public var capacity: ByteCount
  /// Bandwidth and latency to the next tier inwards; for the device tier, of the device memory itself.
  public var link: LinkClass

  public init(kind: MemoryTierKind, capacity: ByteCount, link: LinkClass) {
    self.kind = kind
    self.capacity = capacity
    self.link = link
  }
}
