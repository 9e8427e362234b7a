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
  public var hostCapacity: ByteCount
  public var diskCapacity: ByteCount
  /// Bytes all devices of a node put into host memory and on its disk.
  public var hostBytesPerNode: ByteCount
  public var diskBytesPerNode: ByteCount

  public init(_ record: MemoryRecord, graph: StepGraph, plan: TrainingPlan, device: Accelerator) {
    func bytes(_ values: [Int64]) -> [ByteCount] { values.map { ByteCount($0) } }
    className = graph.classes[record.classIndex].name
    stage = graph.classes[record.classIndex].stage
    capacity = device.memory
    peak = ByteCount(record.peakBytes)
    peakByKind = bytes(record.peakByKind)
    liveAtPeak = bytes(record.liveAtPeak)
    peakOperator = record.peakOperator < 0 ? "" : graph.name(of: record.peakOperator)
    hostCapacity = plan.tiers.host.capacity
    diskCapacity = plan.tiers.disk.capacity
    let devices = min(plan.tiers.devicesPerNode, plan.rankCount)
    hostBytesPerNode = peakByKind[MemoryKind.hostOffload.rawValue] * devices
    diskBytesPerNode = peakByKind[MemoryKind.diskOffload.rawValue] * devices
  }

  /// Peak over capacity.
  var peakShare: Double { Double(peak.bytes) / Double(capacity.bytes) }

  public var fitsDevice: Bool { peak <= capacity }
  public var fitsTiers: Bool { hostBytesPerNode <= hostCapacity && diskBytesPerNode <= diskCapacity }
  public var fits: Bool { fitsDevice && fitsTiers }

  /// Peak bytes of one kind.
  public subscript(kind: MemoryKind) -> ByteCount { peakByKind[kind.rawValue] }
}
