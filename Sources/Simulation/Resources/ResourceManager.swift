import Quantities

/// The compute, memory and network of one device or node, for hand-written models.
///
/// Compute and network each do one thing at a time, first come, first served. Times assume the peak rates
/// unless an efficiency is given:
///
///     T_compute = FLOPs / (peak · efficiency),  T_transfer = latency + bytes / bandwidth
///
/// A class, so that the actions of events can share it.
public final class ResourceManager {
  public let peak: FLOPRate
  /// One direction.
  public let bandwidth: Bandwidth
  public private(set) var memory: MemoryPool
  public private(set) var compute = BusyTimeline()
  public private(set) var network = BusyTimeline()
  /// Work booked so far.
  public private(set) var executed = FLOPCount.zero
  /// Bytes booked for transfer so far.
  public private(set) var transferred = ByteCount.zero

  /// - Precondition: the rates are positive and finite.
  public init(peak: FLOPRate, memory: ByteCount, bandwidth: Bandwidth) {
    precondition(peak.perSecond > 0 && peak.perSecond.isFinite, "peak FLOP/s must be positive")
    precondition(
      bandwidth.bytesPerSecond > 0 && bandwidth.bytesPerSecond.isFinite, "bandwidth must be positive")
    self.peak = peak
    self.memory = MemoryPool(capacity: memory)
    self.bandwidth = bandwidth
  }

  /// Time to execute operations on an idle device.
  ///
  /// - Parameter efficiency: part of the peak that the operations reach, above 0 and at most 1.
  public func executionTime(_ flops: FLOPCount, efficiency: Double = 1) -> SimDuration {
    precondition(efficiency > 0 && efficiency <= 1, "efficiency lies above 0 and at most at 1")
    return SimDuration(seconds: flops.count / (peak.perSecond * efficiency))
  }

  /// Time to send bytes over an idle network.
  public func transferTime(_ amount: ByteCount, latency: SimDuration = .zero) -> SimDuration {
    latency + amount / bandwidth
  }

  /// Executes operations as soon as the device is free.
  ///
  /// - Returns: when that begins and ends.
  @discardableResult public func execute(
    _ flops: FLOPCount, at now: SimTime, efficiency: Double = 1
  ) -> (start: SimTime, end: SimTime) {
    executed += flops
    return compute.book(executionTime(flops, efficiency: efficiency), from: now)
  }

  /// Sends bytes as soon as the network is free. The network is held for the bytes, not for the latency.
  ///
  /// - Returns: when the first byte leaves and the last one arrives.
  @discardableResult public func transfer(
    _ amount: ByteCount, at now: SimTime, latency: SimDuration = .zero
  ) -> (start: SimTime, end: SimTime) {
    transferred += amount
    let (start, end) = network.book(transferTime(amount), from: now)
    return (start, end + latency)
  }

  /// Takes memory under a name.
  public func allocate(_ id: String, _ amount: ByteCount) throws(MemoryRefusal) {
    try memory.allocate(id, amount)
  }

  /// Gives back the memory under a name.
  @discardableResult public func free(_ id: String) throws(MemoryRefusal) -> ByteCount {
    try memory.free(id)
  }

  /// Parts in use, 0 to 1: compute and network of the time since zero, memory of its capacity now.
  public func utilization(at now: SimTime) -> ResourceUtilization {
    ResourceUtilization(
      compute: compute.utilization(at: now), memory: memory.fraction, network: network.utilization(at: now))
  }

  /// All that was counted, with busy times up to `now`.
  public func statistics(at now: SimTime) -> ResourceStatistics {
    ResourceStatistics(
      utilization: utilization(at: now), computeBusy: compute.busyTime(until: now),
      networkBusy: network.busyTime(until: now), executed: executed, transferred: transferred,
      memoryUsed: memory.used, memoryPeak: memory.peak, memoryCapacity: memory.capacity,
      memoryPressure: memory.pressure, isAtRiskOfOutOfMemory: memory.isAtRisk,
      refusedAllocationCount: memory.refusalCount)
  }
}

/// Parts in use, each 0 to 1.
public struct ResourceUtilization: Equatable, Sendable {
  public var compute: Double
  public var memory: Double
  public var network: Double
}

/// What a `ResourceManager` counted.
public struct ResourceStatistics: Equatable, Sendable {
  public var utilization: ResourceUtilization
  public var computeBusy: SimDuration
  public var networkBusy: SimDuration
  public var executed: FLOPCount
  public var transferred: ByteCount
  public var memoryUsed: ByteCount
  public var memoryPeak: ByteCount
  public var memoryCapacity: ByteCount
  public var memoryPressure: MemoryPressure
  public var isAtRiskOfOutOfMemory: Bool
  public var refusedAllocationCount: Int
}
