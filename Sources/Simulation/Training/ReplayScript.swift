import Execution
import MemoryModels
import StepGraphs

/// A step's memory changes as requests to an allocator and what frees them.
///
/// Micro-batches do the same over and over, so that what an operator's change means is worked out once for all of
/// them.
///
/// - Complexity: O(changes).
struct ReplayScript {
  /// One tensor that is asked for, or bytes that are freed.
  struct Request {
    /// Negative where they are freed.
    var bytes: Int64
    var part: MemoryPart
    var stream: Int
    var stacks: Stacks
    /// Whether micro-batches share its stacks.
    var isOfStep: Bool
  }

  /// Where a tensor is found when it is freed: among those for the same layer, part and micro-batch, among those of the
  /// same layer and micro-batch, and among all of its kind.
  struct Stacks {
    var own: Int32
    var layer: Int32
    var kind: Int32

    /// The stacks in the order in which they are searched.
    enum Level { case own, layer, kind }

    subscript(level: Level) -> Int32 {
      switch level {
      case .own: own
      case .layer: layer
      case .kind: kind
      }
    }
  }

  /// The changes of one operator's start or end.
  struct Moment {
    var requests: Range<Int32>
    /// What is added to the stacks `own` and `layer` for its micro-batch.
    var offset: Int32
    var isUpdate: Bool
  }

  private(set) var moments: [Moment] = []
  private(set) var requests: [Request] = []
  private(set) var stackCount = 0

  init(_ changes: [MemoryRecord.Change], graph: StepGraph, parts: OperatorParts) {
    var compiler = RequestCompiler(graph, parts)
    // By micro-batch, that of none first.
    var slots: [Int32] = []
    var slotCount: Int32 = 0
    moments.reserveCapacity(changes.count)
    for change in changes {
      let item = graph.operators[Int(change.operatorIndex)]
      let place = Int(item.microBatch) + 1
      while slots.count <= place { slots.append(-1) }
      if slots[place] < 0 {
        slots[place] = slotCount
        slotCount += 1
      }
      let slot = slots[place]
      moments.append(
        Moment(
          requests: compiler.requests(of: Int(change.operatorIndex), atStart: change.atStart), offset: slot,
          isUpdate: item.phase == .optimizer))
    }
    requests = compiler.requests
    // Stacks of one micro-batch follow those of another.
    let stride = Int32(compiler.purposes.count)
    for index in moments.indices { moments[index].offset *= stride }
    stackCount = compiler.purposes.count * Int(max(1, slotCount))
  }
}

/// Works out the requests of operators that are alike but for their micro-batch.
private struct RequestCompiler {
  /// What a tensor is for; the name -1 for any part of a layer. Operators of no layer have the layer -1, and all layers
  /// together -2: a stack of its own, as each level links its tensors anew.
  struct Purpose: Hashable {
    var kind: MemoryKind
    var layer: Int32
    var name: Int32
  }

  /// Operators that ask for the same: their changes by place in the graph, at start or at end, their layer and their part.
  struct Alike: Hashable {
    var changes: UInt32
    var layer: Int32
    var part: Int32
  }

  let graph: StepGraph
  let parts: OperatorParts
  var requests: [ReplayScript.Request] = []
  var purposes: [Purpose: Int32] = [:]
  private var known: [Alike: Range<Int32>] = [:]

  init(_ graph: StepGraph, _ parts: OperatorParts) {
    self.graph = graph
    self.parts = parts
  }

  mutating func requests(of index: Int, atStart: Bool) -> Range<Int32> {
    let item = graph.operators[index]
    if item.memoryCount == 0 { return 0..<0 }
    let alike = Alike(
      changes: 2 * UInt32(item.memoryStart) + (atStart ? 0 : 1), layer: item.layerName, part: item.partName)
    if let requests = known[alike] { return requests }
    let start = Int32(requests.count)
    for delta in graph.memoryDeltas(of: index) where delta.atStart == atStart {
      if MemoryKind.onDevice.contains(delta.kind) { append(delta, of: item) }
    }
    let range = start..<Int32(requests.count)
    known[alike] = range
    return range
  }

  private mutating func append(_ delta: StepGraph.MemoryDelta, of item: StepGraph.Operator) {
    let stacks = ReplayScript.Stacks(
      own: number(
        Purpose(kind: delta.kind, layer: item.layerName, name: parts.baseName[Int(item.partName)])),
      layer: number(Purpose(kind: delta.kind, layer: item.layerName, name: -1)),
      kind: number(Purpose(kind: delta.kind, layer: -2, name: -1)))
    let part = parts.part(of: delta.kind, item)
    let pieces = delta.bytes > 0 ? parts.requests(delta.bytes, of: delta.kind, item) : [delta.bytes]
    for bytes in pieces where bytes != 0 {
      requests.append(
        .init(
          bytes: bytes, part: part, stream: item.stream == .communication ? 1 : 0, stacks: stacks,
          isOfStep: delta.kind == .gradients && parts.gradientsAddUp))
    }
  }

  private mutating func number(_ purpose: Purpose) -> Int32 {
    if let number = purposes[purpose] { return number }
    let number = Int32(purposes.count)
    purposes[purpose] = number
    return number
  }
}
