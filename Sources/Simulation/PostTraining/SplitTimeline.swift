import Quantities

/// Steps of generation and training on devices of their own, where rollouts differ in length.
///
/// Generation of step i begins when that of step i − 1 is done and the weights of step i − 1 − k are there;
/// training of step i begins when the answers of step i and the training of step i − 1 are done. Weights take
/// `sync` after each training step, and generation that was busy meanwhile takes as long to load them.
///
///     g(i) = max(G(i − 1) + sync, U(i − 1 − k))     G(i) = g(i) + rollout(i)
///     u(i) = max(U(i − 1), G(i))                    U(i) = u(i) + training + sync
///
/// k the staleness: 0 is the sum of both sides, 1 their maximum where rollouts are equal, and more lets
/// short rollouts make up for long ones.
///
/// - Parameters:
///   - rollouts: of each step, in order.
///   - training: scoring and update of one step.
/// - Returns: when the last step is trained and its weights are sent.
/// - Complexity: O(steps).
public func splitTimeline(
  rollouts: [SimDuration], training: SimDuration, sync: SimDuration, staleness: Int
) -> SimTime {
  precondition(staleness >= 0, "weights come from steps that are done")
  var generated = SimTime.zero
  var trained: [SimTime] = []
  for (step, rollout) in rollouts.enumerated() {
    var start = step == 0 ? .zero : generated + sync
    if step - 1 - staleness >= 0 { start = max(start, trained[step - 1 - staleness]) }
    generated = start + rollout
    trained.append(max(trained.last ?? .zero, generated) + training + sync)
  }
  return trained.last ?? .zero
}
