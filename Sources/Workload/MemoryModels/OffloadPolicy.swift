import Hardware
import Quantities

/// Where what a rank keeps lives when not in device memory.
public struct OffloadPolicy: Sendable, Equatable {
  public enum Place: String, Sendable, CaseIterable { case none, host, disk }

  /// Optimizer states; the update then runs on the host processor.
  public var optimizer: Place
  /// Gradients, added up there pass by pass.
  public var gradients: Place
  /// Parameters that data ranks share out; a layer's share comes back before each use.
  public var parameters: Place
  /// Activations kept for the backward pass.
  public var activations: Place

  public init(
    optimizer: Place = .none, gradients: Place = .none, parameters: Place = .none, activations: Place = .none
  ) {
    self.optimizer = optimizer
    self.gradients = gradients
    self.parameters = parameters
    self.activations = activations
  }

  public static let none = OffloadPolicy()
}

/// The memory tiers behind one device: its share of the host memory and of the local disk.
public struct HostTiers: Sendable, Equatable {
  /// Capacity of the node's memory, and the link between the device and it.
  public var host: MemoryTier
  /// Capacity of the node's disk, and the link between host memory and it, shared by the node's devices.
  public var disk: MemoryTier
  /// Streaming bandwidth of the host processors, which bounds an optimizer update there.
  public var hostMemoryBandwidth: Bandwidth
  public var devicesPerNode: Int

  public init(host: MemoryTier, disk: MemoryTier, hostMemoryBandwidth: Bandwidth, devicesPerNode: Int) {
    self.host = host
    self.disk = disk
    self.hostMemoryBandwidth = hostMemoryBandwidth
    self.devicesPerNode = devicesPerNode
  }

  /// Time to move bytes between the device and a tier, all devices of the node at once.
  public func transferTime(_ amount: ByteCount, to place: OffloadPolicy.Place) -> SimDuration {
    switch place {
    case .none: .zero
    case .host: host.link.latency + amount / host.link.payloadBandwidth
    case .disk:
      host.link.latency + disk.link.latency + amount
        / min(host.link.payloadBandwidth, disk.link.payloadBandwidth * (1 / Double(devicesPerNode)))
    }
  }
}
