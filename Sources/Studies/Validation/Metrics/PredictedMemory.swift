import MemoryModels
import Quantities
import Training

/// Memory of the device that holds most, by how it can be measured.
public struct PredictedMemory: Sendable, Equatable {
  /// Most bytes that tensors take at once.
  public var allocated: ByteCount
  /// Most bytes that the allocator has taken from the device.
  public var reserved: ByteCount
  /// What the driver, libraries and their buffers hold beside the allocator.
  public var context: ByteCount
  /// Weights, master weights, gradients and optimizer states, the mean over ranks.
  public var states: ByteCount
  /// Most bytes that activations take at once.
  public var activations: ByteCount
}

extension PredictedMemory {
  /// The memory of a simulated job: of the device that needs most, and its states as the mean over ranks.
  init(_ result: TrainingResult) {
    let report = result.memory
    context = report.outsideAllocator
    allocated = report.reserved.allocated
    reserved = report.reserved.reserved
    activations = report[.activations]
    // What is divided among stages is stated for the job: parameters over ranks.
    let sum = zip(result.memoryByClass, result.graph.classes).reduce(0.0) { sum, item in
      let held = item.0[.weights] + item.0[.gradients] + item.0[.optimizer]
      return sum + Double(held.bytes) * Double(item.1.ranks.count)
    }
    states = ByteCount(rounding: sum / Double(result.graph.rankCount))
  }
}

/// How a source measures the memory of a device.
enum MemoryMeasure: Sendable, Hashable {
  /// `torch.cuda.max_memory_allocated`.
  case allocated
  /// `torch.cuda.max_memory_reserved`.
  case reserved
  /// `nvidia-smi`: everything.
  case device

  /// What a metric's definition names; the device's own figure where it names none.
  init(definition: String) {
    if definition.contains("allocated") {
      self = .allocated
    } else if definition.contains("reserved") {
      self = .reserved
    } else {
      self = .device
    }
  }

  func bytes(of memory: PredictedMemory) -> ByteCount {
    switch self {
    case .allocated: memory.allocated
    case .reserved: memory.reserved
    case .device: memory.reserved + memory.context
    }
  }
}
