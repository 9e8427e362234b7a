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
    /// The tensors below it in its stacks; -1 at the bottom.
    var below: ReplayScript.Stacks
  }

  private let script: ReplayScript
  private var allocator: CachingAllocator
  private var tensors: [Tensor] = []
  /// The tensor on top of each stack, the youngest; some are freed already. -1 for none.
  private var tops: [Int32]
  private var live = [Int64](repeating: 0, count: MemoryPart.allCases.count)
  private var total: Int64 = 0
  private var peakTotal: Int64 = 0
  private var liveAtPeak: [Int64] = []

  init(_ script: ReplayScript, capacity: Int64, expandableSegments: Bool) {
    self.script = script
    tops = Array(repeating: -1, count: script.stackCount)
    allocator = CachingAllocator(capacity: .init(capacity), expandableSegments: expandableSegments)
  }

  /// - Throws: `OutOfMemory` where the capacity does not serve a request.
  consuming func run(_ resident: [ResidentTensor]) throws(OutOfMemory) -> ReservedMemory {
    for piece in resident where piece.part != .optimizerStates { try hold(piece) }
    var statesMissing = true
    for step in 0..<2 {
      for position in script.moments.indices {
        let moment = script.moments[position]
        if statesMissing, moment.isUpdate {
          for piece in resident where piece.part == .optimizerStates { try hold(piece) }
          statesMissing = false
        }
        try apply(moment)
        if step == 1 { notePeak() }
      }
      if statesMissing {
        for piece in resident where piece.part == .optimizerStates { try hold(piece) }
        statesMissing = false
      }
      if step == 0 || script.moments.isEmpty { notePeak() }
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

  private mutating func apply(_ moment: ReplayScript.Moment) throws(OutOfMemory) {
    for index in moment.requests {
      let request = script.requests[Int(index)]
      let offset = request.isOfStep ? 0 : moment.offset
      let stacks = ReplayScript.Stacks(
        own: request.stacks.own + offset, layer: request.stacks.layer + offset, kind: request.stacks.kind)
      if request.bytes > 0 {
        try allocate(request, stacks)
      } else {
        free(-request.bytes, stacks)
      }
    }
  }

  private mutating func allocate(
    _ request: ReplayScript.Request, _ stacks: ReplayScript.Stacks
  ) throws(OutOfMemory) {
    let id = try allocator.allocate(request.bytes, stream: request.stream)
    let number = Int32(tensors.count)
    let below = ReplayScript.Stacks(
      own: tops[Int(stacks.own)], layer: tops[Int(stacks.layer)], kind: tops[Int(stacks.kind)])
    tensors.append(Tensor(id: id, bytes: request.bytes, part: request.part, below: below))
    tops[Int(stacks.own)] = number
    tops[Int(stacks.layer)] = number
    tops[Int(stacks.kind)] = number
    count(request.bytes, request.part)
  }

  private mutating func free(_ bytes: Int64, _ stacks: ReplayScript.Stacks) {
    var rest = bytes
    take(&rest, from: stacks, .own)
    take(&rest, from: stacks, .layer)
    take(&rest, from: stacks, .kind)
  }

  /// Frees up to `rest` bytes of the youngest tensors of a stack.
  private mutating func take(
    _ rest: inout Int64, from stacks: ReplayScript.Stacks, _ level: ReplayScript.Stacks.Level
  ) {
    let stack = Int(stacks[level])
    while rest > Self.rounding, tops[stack] >= 0 {
      let number = Int(tops[stack])
      let tensor = tensors[number]
      let freed = min(rest, tensor.bytes)
      rest -= freed
      if tensor.bytes - freed > Self.rounding {
        tensors[number].bytes -= freed
        count(-freed, tensor.part)
        return
      }
      tops[stack] = tensor.below[level]
      guard tensor.bytes > 0 else { continue }
      count(-tensor.bytes, tensor.part)
      tensors[number].bytes = 0
      allocator.free(tensor.id)
    }
  }

  /// Stacks begin anew, so that they do not grow from step to step; nothing that a step allocates outlives it.
  private mutating func forgetFreed() {
    tensors.removeAll(keepingCapacity: true)
    for stack in tops.indices { tops[stack] = -1 }
  }
}
