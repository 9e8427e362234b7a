import Quantities
import StepGraphs

/// Time of one step without an event queue, from the same operator and collective times.
///
/// Operators of the compute stream follow one another; bucket k starts its reduction when its
/// gradients are ready and the bucket before it is done; the update follows the last bucket:
///
///     c₀ = 0,   cₖ = max(rₖ, cₖ₋₁) + Tₖ,   T = max(E, c_last) + U
///
/// rₖ is when the backward operator that completes bucket k ends, Tₖ the reduction's time, E the
/// end of the backward pass, U the update. Holds for equal ranks on an idle network without
/// offloading; then it equals the event simulation to the tick.
///
/// - Returns: `nil` where the assumption fails because transfers to the host take part.
/// - Complexity: O(operators + edges).
public func closedFormStepTime(_ graph: StepGraph, callDurations: [SimDuration]) -> SimDuration? {
  guard graph.classes.count == 1, !graph.kinds.contains(.transfer) else { return nil }
  var ready = [SimTime](repeating: .zero, count: graph.operatorCount)
  var compute = SimTime.zero
  var network = SimTime.zero
  for index in 0..<graph.operatorCount {
    let end: SimTime
    if graph.kinds[index] == .collective {
      end = max(ready[index], network) + callDurations[Int(graph.callIndices[index])]
      network = end
    } else {
      end = max(ready[index], compute) + graph.durations[index]
      compute = end
    }
    for edge in Int(graph.successorStart[index])..<Int(graph.successorStart[index + 1]) {
      let successor = Int(graph.successors[edge])
      ready[successor] = max(ready[successor], end)
    }
  }
  return max(compute, network) - .zero
}
