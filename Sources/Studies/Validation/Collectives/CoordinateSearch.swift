/// The state of least loss that a search along its coordinates reaches.
///
/// Each move in turn is tried up and down by a factor and kept where the loss falls, until none falls or after twelve
/// sweeps; the factors then shrink from 1.5 to 1.01. Starts, factors and order are fixed, so the same rows give the same
/// state.
///
/// - Parameters:
///   - moves: the coordinates.
///   - moved: the state with a coordinate so many times as large.
///   - loss: what is to be least.
/// - Complexity: O(moves · sweeps) losses.
func leastLoss<State, Move>(
  from start: State, moves: [Move], moved: (State, Move, _ factor: Double) -> State, loss: (State) -> Double
) -> State {
  var best = start
  var least = loss(best)
  for step in [0.5, 0.2, 0.08, 0.03, 0.01] {
    var falls = true
    var sweeps = 0
    while falls, sweeps < 12 {
      falls = false
      sweeps += 1
      for move in moves {
        for factor in [1 + step, 1 / (1 + step)] {
          let candidate = moved(best, move, factor)
          let loss = loss(candidate)
          if loss < least - 1e-9 { (best, least, falls) = (candidate, loss, true) }
        }
      }
    }
  }
  return best
}
