import Execution
import MemoryModels
import Quantities
import StepGraphs

/// Two steps of a rank as requests to PyTorch's caching allocator.
///
/// Weights, master weights and buffers come first. Operators then allocate and free in the order in which they ran
/// in the first iteration; optimizer states come with the first update. What an operator keeps and works with is a
/// request for each tensor. What an operator frees are the tensors of the same layer, part and micro-batch, else of
/// the same layer and micro-batch, else the youngest of the kind. Collectives allocate from a stream of their own.
///
/// A tensor of which only a share is freed, as of a layer's activations that came back from the host in one piece,
/// keeps its block until all of it is.
///
/// - Complexity: O(n log n) in the memory changes of a step.
struct AllocationReplay {
  /// Bytes that rounding may leave of a tensor that is freed in pieces.
  private static let rounding: Int64 = 64

  private struct Tensor {
    var id: CachingAllocator.AllocationID
    /// Bytes not freed yet; 0 where the block is free.
    var bytes: Int64
    var part: MemoryPart
  }

  /// What a tensor was allocated for: positions of the layer's and the operator's name, and the micro-batch.
  private struct Purpose: Hashable {
    var kind: MemoryKind
    var layer: Int32
    var name: Int32
    var microBatch: Int32

    var ofLayer: Purpose { Purpose(kind: kind, layer: layer, name: -1, microBatch: microBatch) }
    var ofKind: Purpose { Purpose(kind: kind, layer: -1, name: -2, microBatch: -1) }
  }

  private let graph: StepGraph
  private let changes: [MemoryRecord.Change]
  private let parts: OperatorParts
  private var allocator: CachingAllocator
  private var tensors: [Tensor] = []
  /// Tensors by purpose, by layer and micro-batch, and by kind, the youngest last; some are freed already.
  private var lists: [[Int32]] = []
  private var listOf: [Purpose: Int] = [:]
  private var live = [Int64](repeating: 0, count: MemoryPart.allCases.count)
  private var total: Int64 = 0
  private var peakTotal: Int64 = 0
  private var liveAtPeak: [Int64] = []

  init(
    _ changes: [MemoryRecord.Change], graph: StepGraph, parts: OperatorParts, capacity: Int64,
    expandableSegments: Bool
  ) {
    self.graph = graph
    self.parts = parts
    self.changes = changes
    allocator = CachingAllocator(capacity: .init(capacity), expandableSegments: expandableSegments)
  }

  /// - Throws: `OutOfMemory` where the capacity does not serve a request.
  consuming func run(_ resident: [ResidentTensor]) throws(OutOfMemory) -> ReservedMemory {
    for piece in resident where piece.part != .optimizerStates { try hold(piece) }
    var statesMissing = true
    for step in 0..<2 {
      for change in changes {
        if statesMissing, graph.operators[Int(change.operatorIndex)].phase == .optimizer {
          for piece in resident where piece.part == .optimizerStates { try hold(piece) }
          statesMissing = false
        }
        try apply(change)
        if step == 1 { notePeak() }
      }
      if statesMissing {
        for piece in resident where piece.part == .optimizerStates { try hold(piece) }
        statesMissing = false
      }
      if step == 0 || changes.isEmpty { notePeak() }
      forgetFreed()
    }
    return ReservedMemory(
      allocated: .init(allocator.peakAllocated), reserved: .init(allocator.peakReserved),
      retryCount: allocator.retryCount, isServed: true, liveAtPeak: liveAtPeak.map { .init($0) })
  }

  private mutating func hold(_ piece: ResidentTensor) throws(OutOfMemory) {
    _ = try allocator.allocate(piece.bytes)
    count(piece.bytes, piece.part)
  }

  private mutating func count(_ bytes: Int64, _ part: MemoryPart) {
    live[part.rawValue] += bytes
    total += bytes
  }

  private mutating func notePeak() {
    guard total > peakTotal || liveAtPeak.isEmpty else { return }
    peakTotal = total
    liveAtPeak = live
  }

  private mutating func apply(_ change: MemoryRecord.Change) throws(OutOfMemory) {
    let index = Int(change.operatorIndex)
    let item = graph.operators[index]
    for delta in graph.memoryDeltas(of: index) where delta.atStart == change.atStart {
      guard MemoryKind.onDevice.contains(delta.kind) else { continue }
      let purpose = Purpose(
        kind: delta.kind, layer: item.layerName, name: parts.baseName[Int(item.partName)],
        microBatch: item.microBatch)
      if delta.bytes > 0 {
        let part = parts.part(of: delta.kind, item)
        for bytes in parts.requests(delta.bytes, of: delta.kind, item) where bytes > 0 {
          try allocate(bytes, purpose, part, stream: item.stream)
        }
      } else {
        free(-delta.bytes, purpose)
      }
    }
  }

  private mutating func allocate(
    _ bytes: Int64, _ purpose: Purpose, _ part: MemoryPart, stream: StepGraph.Stream
  ) throws(OutOfMemory) {
    let id = try allocator.allocate(bytes, stream: stream == .communication ? 1 : 0)
    let number = Int32(tensors.count)
    tensors.append(Tensor(id: id, bytes: bytes, part: part))
    for place in [purpose, purpose.ofLayer, purpose.ofKind] { lists[list(of: place)].append(number) }
    count(bytes, part)
  }

  private mutating func list(of purpose: Purpose) -> Int {
    if let known = listOf[purpose] { return known }
    listOf[purpose] = lists.count
    lists.append([])
    return lists.count - 1
  }

  private mutating func free(_ bytes: Int64, _ purpose: Purpose) {
    var rest = bytes
    for place in [purpose, purpose.ofLayer, purpose.ofKind] where rest > Self.rounding {
      if let list = listOf[place] { take(&rest, from: list) }
    }
  }

  /// Frees up to `rest` bytes of the youngest tensors of a list.
  private mutating func take(_ rest: inout Int64, from list: Int) {
    while rest > Self.rounding, let number = lists[list].last {
      let tensor = tensors[Int(number)]
      let freed = min(rest, tensor.bytes)
      rest -= freed
      if tensor.bytes - freed > Self.rounding {
        tensors[Int(number)].bytes -= freed
        count(-freed, tensor.part)
        return
      }
      lists[list].removeLast()
      guard tensor.bytes > 0 else { continue }
      count(-tensor.bytes, tensor.part)
      tensors[Int(number)].bytes = 0
      allocator.free(tensor.id)
    }
  }

  /// Lists begin anew, so that they do not grow from step to step; nothing that a step allocates outlives it.
  private mutating func forgetFreed() {
    tensors = []
    lists = []
    listOf = [:]
  }
}
