import Execution
import Hardware
import MemoryModels
import Quantities
import StepGraphs

/// What a rank holds at its peak, and whether that fits its device and its tiers.
public struct MemoryReport: Sendable {
  /// The class of ranks that it is of, as the graph names it.
  public var className: String
  /// Its place in the pipeline.
  public var stage: Int
  public var capacity: ByteCount
  public var peak: ByteCount
  /// Largest value of each kind over the step, by `MemoryKind.rawValue`; they need not coincide.
  public var peakByKind: [ByteCount]
  /// What was live at the peak, by `MemoryKind.rawValue`.
  public var liveAtPeak: [ByteCount]
  /// The operator that ran at the peak; empty where the resident bytes alone are the peak.
  public var peakOperator: String
  /// What PyTorch's allocator takes for it.
  public var reserved: ReservedMemory
  /// Bytes that the driver, libraries and paged states take beside the allocator.
  public var outsideAllocator: ByteCount
  public var hostCapacity: ByteCount
  public var diskCapacity: ByteCount
  /// Bytes all devices of a node put into host memory and on its disk.
  public var hostBytesPerNode: ByteCount
  public var diskBytesPerNode: ByteCount

  public init(
    _ record: MemoryRecord, graph: StepGraph, plan: TrainingPlan, device: Accelerator,
    reserved: ReservedMemory
  ) {
    func bytes(_ values: [Int64]) -> [ByteCount] { values.map { ByteCount($0) } }
    className = graph.classes[record.classIndex].name
    stage = graph.classes[record.classIndex].stage
    capacity = device.memory
    peak = ByteCount(record.peakBytes)
    peakByKind = bytes(record.peakByKind)
    liveAtPeak = bytes(record.liveAtPeak)
    peakOperator = record.peakOperator < 0 ? "" : graph.name(of: record.peakOperator)
    self.reserved = reserved
    let paged =
      plan.optimizer.isPaged ? reserved.liveAtPeak[MemoryPart.optimizerStates.rawValue] : .zero
    outsideAllocator =
      reserved.liveAtPeak[MemoryPart.context.rawValue]
      + reserved.liveAtPeak[MemoryPart.communication.rawValue] + paged
    hostCapacity = plan.tiers.host.capacity
    diskCapacity = plan.tiers.disk.capacity
    let devices = min(plan.tiers.devicesPerNode, plan.rankCount)
    hostBytesPerNode = peakByKind[MemoryKind.hostOffload.rawValue] * devices
    diskBytesPerNode = peakByKind[MemoryKind.diskOffload.rawValue] * devices
  }

  /// What a step needs of the device: what the allocator reserves, and what lies beside it.
  public var needed: ByteCount { reserved.reserved + outsideAllocator }
  /// Needed over capacity.
  public var neededShare: Double { Double(needed.bytes) / Double(capacity.bytes) }

  /// Capacity that a step leaves; negative where it does not fit.
  public var headroom: ByteCount { capacity - needed }
  /// What is needed beyond the bytes live at the peak: free pieces of the allocator's segments, and rounding.
  public var fragmentation: ByteCount { reserved.liveAtPeak.reduce(needed) { $0 - $1 } }
  /// Bytes of a part that are live at the peak.
  public func live(_ part: MemoryPart) -> ByteCount { reserved.liveAtPeak[part.rawValue] }

  public var fitsDevice: Bool { reserved.isServed && needed <= capacity }
  public var fitsTiers: Bool { hostBytesPerNode <= hostCapacity && diskBytesPerNode <= diskCapacity }
  public var fits: Bool { fitsDevice && fitsTiers }

  /// Peak bytes of one kind.
  public subscript(kind: MemoryKind) -> ByteCount { peakByKind[kind.rawValue] }
}
