import Execution
import StepGraphs

/// The memory changes of a step that tell what its allocator reserves.
///
/// Micro-batches are alike. Once as many have gone as were ever in flight, the next ones find the blocks that those
/// before them left, so that of m micro-batches the first
///
///     k = 2 · in flight + 2
///
/// say what all of them take. What belongs to no micro-batch, such as the update, is kept.
///
/// - Complexity: O(changes).
func telling(_ changes: [MemoryRecord.Change], in graph: StepGraph) -> [MemoryRecord.Change] {
  var last: [Int32: Int] = [:]
  for (position, change) in changes.enumerated() {
    let microBatch = graph.operators[Int(change.operatorIndex)].microBatch
    if microBatch >= 0 { last[microBatch] = position }
  }
  var open: Set<Int32> = []
  var inFlight = 0
  for (position, change) in changes.enumerated() {
    let microBatch = graph.operators[Int(change.operatorIndex)].microBatch
    if microBatch < 0 { continue }
    open.insert(microBatch)
    inFlight = max(inFlight, open.count)
    if last[microBatch] == position { open.remove(microBatch) }
  }
  // In the order in which they begin, which schedules of two directions do not number them by.
  var order: [Int32: Int] = [:]
  for change in changes {
    let microBatch = graph.operators[Int(change.operatorIndex)].microBatch
    if microBatch >= 0, order[microBatch] == nil { order[microBatch] = order.count }
  }
  let kept = 2 * inFlight + 2
  if order.count <= kept { return changes }
  return changes.filter {
    let microBatch = graph.operators[Int($0.operatorIndex)].microBatch
    return microBatch < 0 || order[microBatch]! < kept
  }
}
