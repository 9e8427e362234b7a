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
/// - Parameter keepsLast: whether the last micro-batch does what no other does, so that it is kept too.
/// - Complexity: O(changes).
func telling(
  _ changes: [MemoryRecord.Change], in graph: StepGraph, keepsLast: Bool
) -> [MemoryRecord.Change] {
  let microBatches = changes.map { Int(graph.operators[Int($0.operatorIndex)].microBatch) }
  let count = 1 + (microBatches.max() ?? -1)
  // In the order in which they begin, which schedules of two directions do not number them by.
  var order = [Int](repeating: -1, count: count)
  var last = order
  var begun = 0
  for (position, microBatch) in microBatches.enumerated() where microBatch >= 0 {
    if order[microBatch] < 0 {
      order[microBatch] = begun
      begun += 1
    }
    last[microBatch] = position
  }
  var (isOpen, open, inFlight) = ([Bool](repeating: false, count: count), 0, 0)
  for (position, microBatch) in microBatches.enumerated() where microBatch >= 0 {
    if !isOpen[microBatch] {
      isOpen[microBatch] = true
      open += 1
      inFlight = max(inFlight, open)
    }
    if last[microBatch] == position { open -= 1 }
  }
  let kept = 2 * inFlight + 2
  if begun <= kept { return changes }
  return zip(changes, microBatches).filter {
    $1 < 0 || order[$1] < kept || keepsLast && order[$1] == begun - 1
  }.map(\.0)
}
