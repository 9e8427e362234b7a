import EventCore
import Fabrics
import Quantities

/// Runs a graph of messages on an otherwise idle fabric, every message an event.
///
/// - Parameters:
///   - ranks: the device of every rank of the graph.
///   - reductionSecondsPerByte: γ of its reductions.
/// - Returns: a run whose `stepEnds` are the ends of the tasks.
/// - Throws: `CollectiveError` for a graph that does not fit the ranks or whose tasks wait for one another,
///   and for ranks without a route.
/// - Complexity: O(tasks + dependencies + messages · route length) while no two messages share a link.
public func simulate(
  _ graph: MessageGraph, ranks: [DeviceID], on fabric: Fabric, reductionSecondsPerByte: Double = 0
) throws(CollectiveError) -> CollectiveRun {
  try graph.check(ranks, on: fabric, reductionSecondsPerByte)
  var run = GraphRun(
    graph, devices: ranks, on: fabric, reductionSecondsPerByte: reductionSecondsPerByte)
  try run.execute()
  return run.result()
}

/// The longest path of a graph with every message alone on its links: the time below which no run of it ends.
///
///     end = max over what it waits for (end) + α + bytes β, or + bytes γ, or + its work
///
/// Equal to the run where no two messages share a link and no rank has two pieces of work at once.
///
/// - Complexity: O(tasks + dependencies + messages · route length).
public func criticalPath(
  _ graph: MessageGraph, ranks: [DeviceID], on fabric: Fabric, reductionSecondsPerByte: Double = 0
) throws(CollectiveError) -> SimDuration {
  try graph.check(ranks, on: fabric, reductionSecondsPerByte)
  let order = graph.order(MessageGraph.Successors(graph))
  var ends = [SimDuration](repeating: .zero, count: graph.tasks.count)
  var longest = SimDuration.zero
  var path: [Int32] = []
  for task in order {
    var end = graph.dependencies(of: Int(task)).reduce(SimDuration.zero) { max($0, ends[$1]) }
    switch graph.tasks[Int(task)] {
    case .send(let from, let to, let bytes):
      path.removeAll(keepingCapacity: true)
      do throws(FabricError) {
        end += try fabric.appendRoute(from: ranks[from], to: ranks[to], into: &path).latency
      } catch { throw .fabric(error) }
      let slowest = path.reduce(Double.infinity) {
        min($0, fabric.links[Int($1)].bandwidth.bytesPerSecond)
      }
      end += SimDuration(seconds: bytes / slowest)
    case .reduce(_, let bytes): end += SimDuration(seconds: bytes * reductionSecondsPerByte)
    case .compute(_, let seconds): end += SimDuration(seconds: seconds)
    case .join: break
    }
    ends[Int(task)] = end
    longest = max(longest, end)
  }
  return longest
}

extension MessageGraph {
  fileprivate func check(_ ranks: [DeviceID], on fabric: Fabric, _ gamma: Double) throws(CollectiveError) {
    guard ranks.count == rankCount else {
      throw .badSchedule("\(rankCount) ranks for \(ranks.count) devices")
    }
    try CollectiveRequest(.barrier, bytes: .zero, ranks: ranks, reductionSecondsPerByte: gamma)
      .check(on: fabric)
    try check()
  }
}
