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
  for index in graph.operators.indices {
    let item = graph.operators[index]
    let stream = Int(item.stream.rawValue)
    var start = ends[stream].last ?? .zero
    for wait in graph.waits(of: index) {
      start = max(start, ends[Int(wait.stream.rawValue)][Int(wait.count) - 1])
    }
    ends[stream].append(start + (item.call >= 0 ? callDurations[Int(item.call)] : item.duration))
  }
  return ends.reduce(SimTime.zero) { max($0, $1.last ?? .zero) } - .zero
}
