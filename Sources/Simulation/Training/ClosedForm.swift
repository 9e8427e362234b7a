import Quantities
import StepGraphs

/// Time of one step without an event queue, from the same operator and collective times.
///
/// Streams are in order, and an operator starts when its stream is free and what it waits for has ended:
///
///     end = max(end of the stream before it, ends it waits for) + T
///
/// For data-parallel steps that is c₀ = 0, cₖ = max(rₖ, cₖ₋₁) + Tₖ, T = max(E, c_last) + U, with rₖ when the
/// backward operator that completes bucket k ends, Tₖ the reduction's time, E the end of the backward pass, U the
/// update. Holds for ranks that all do the same, at equal speed, with nothing taken from their computation; then it
/// equals the event simulation to the tick.
///
/// - Returns: `nil` where the assumption fails: several classes, or transfers to the host.
/// - Complexity: O(operators + waits).
public func closedFormStepTime(_ graph: StepGraph, callDurations: [SimDuration]) -> SimDuration? {
  guard graph.classes.count == 1, !graph.operators.contains(where: { $0.kind == .transfer }) else {
    return nil
  }
  var ends = [[SimTime]](repeating: [], count: StepGraph.Stream.allCases.count)
  // Cycles that the graph leaves out have been put in before the operator, so many.
  var added = 0
  func append(_ index: Int) {
    let item = graph.operators[index]
    let stream = Int(item.stream.rawValue)
    var start = ends[stream].last ?? .zero
    for wait in graph.waits(of: index) {
      let shift = graph.cycle.map { Int($0.lengths[0][Int(wait.stream.rawValue)]) * added } ?? 0
      start = max(start, ends[Int(wait.stream.rawValue)][Int(wait.count) + shift - 1])
    }
    ends[stream].append(start + (item.call >= 0 ? callDurations[Int(item.call)] : item.duration))
  }
  let cycle = graph.cycle?.operators[0] ?? 0..<0
  for index in 0..<cycle.upperBound { append(index) }
  while let omitted = graph.cycle?.omitted, added < omitted {
    added += 1
    for index in cycle { append(index) }
  }
  for index in cycle.upperBound..<graph.operatorCount { append(index) }
  return ends.reduce(SimTime.zero) { max($0, $1.last ?? .zero) } - .zero
}
