import Execution
import Hardware
import MemoryModels
import Quantities
import StepGraphs

/// What PyTorch's allocator takes from a device for a rank.
public struct ReservedMemory: Sendable, Equatable {
  /// The most bytes in blocks in use, and in segments taken from the device.
  public var allocated: ByteCount
  public var reserved: ByteCount
  /// Requests that found the device full and released cached segments.
  public var retryCount: Int
  /// Whether the device's memory served every request; where it did not, the figures are those of a device that
  /// has enough.
  public var isServed: Bool
  /// What was live at the peak, by `MemoryPart.rawValue`.
  public var liveAtPeak: [ByteCount]
}

extension ReservedMemory {
  /// Plays two steps of a rank's telling micro-batches through the allocator, in what contexts and libraries leave of the device.
  ///
  /// Paged states lie in memory that the driver manages, outside the allocator. Where the device cannot serve all
  /// requests the steps are played again with as much as they need.
  ///
  /// - Complexity: O(n log n) in the memory changes of a step.
  init(
    _ record: MemoryRecord, graph: StepGraph, parts: OperatorParts, plan: TrainingPlan, device: Accelerator,
    tensors: [ResidentTensor], resident: [Int64]
  ) {
    let isManaged = plan.optimizer.isPaged
    let managed = tensors.reduce(0) { $0 + (isManaged && $1.part == .optimizerStates ? $1.bytes : 0) }
    let overhead = resident[MemoryKind.overhead.rawValue]
    let own = tensors.filter { !isManaged || $0.part != .optimizerStates }
    let changes = telling(record.changes, in: graph, keepsLast: parts.gradientsAddUp)
    let script = ReplayScript(changes, graph: graph, parts: parts)
    func replay(_ capacity: Int64) -> ReservedMemory? {
      try? AllocationReplay(
        script, capacity: capacity, expandableSegments: plan.expandableSegments
      ).run(own)
    }
    let room = max(0, device.memory.bytes - overhead - managed)
    if let served = replay(room) {
      self = served
    } else {
      self =
        replay(Self.unbounded)
        ?? ReservedMemory(
          live: record.liveAtPeak.map { ByteCount($0) }, activations: .otherActivations, isServed: false)
      isServed = false
    }
    let context = plan.contextBytes(on: device).bytes
    liveAtPeak[MemoryPart.optimizerStates.rawValue] += ByteCount(managed)
    liveAtPeak[MemoryPart.context.rawValue] = ByteCount(context)
    liveAtPeak[MemoryPart.communication.rawValue] = ByteCount(overhead - context)
  }

  /// The plain sum of what is live at a rank's peak, where no allocator is asked for.
  init(sumOf record: MemoryRecord, plan: TrainingPlan, device: Accelerator, resident: [Int64]) {
    self.init(
      live: record.liveAtPeak.map { ByteCount($0) }, activations: .otherActivations, isServed: true)
    let overhead = resident[MemoryKind.overhead.rawValue]
    let context = plan.contextBytes(on: device).bytes
    liveAtPeak[MemoryPart.context.rawValue] = ByteCount(context)
    liveAtPeak[MemoryPart.communication.rawValue] = ByteCount(overhead - context)
  }

  /// An EiB: little enough for the addresses of all pools.
  private static let unbounded: Int64 = 1 << 60

  /// The plain sum of what is live, for programs that take their memory at once, and where a step is beyond what an
  /// allocator could address.
  ///
  /// - Parameters:
  ///   - live: bytes by `MemoryKind.rawValue`.
  ///   - activations: the part that activations count to.
  init(live: [ByteCount], activations: MemoryPart, isServed: Bool) {
    var parts = [ByteCount](repeating: .zero, count: MemoryPart.allCases.count)
    let places: [(MemoryKind, MemoryPart)] = [
      (.weights, .weights), (.gradients, .gradients), (.optimizer, .optimizerStates),
      (.activations, activations), (.workspace, .workspace), (.buffers, .buffers),
    ]
    for (kind, part) in places { parts[part.rawValue] = live[kind.rawValue] }
    let sum = parts.reduce(ByteCount.zero, +)
    self.init(allocated: sum, reserved: sum, retryCount: 0, isServed: isServed, liveAtPeak: parts)
  }
}
