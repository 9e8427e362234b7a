extension TransformerArchitecture {
  /// A Mamba mixer: input projection, short convolution, selective scan, output projection.
  ///
  /// The scan is bandwidth-bound on the devices that run it, so it is counted by what it reads and
  /// writes; its about 9 · s · inner · state operations are not.
  func stateSpaceOperators(tokens: Int) -> [ModelOperator] {
    guard let mixer = stateSpace else { return [] }
    let inner = mixer.innerWidth
    let state = mixer.stateSize
    let rank = mixer.timeStepRank
    var operators = [
      linear("in_projection", tokens, hidden, 2 * inner, .columns),
      ModelOperator(
        "convolution",
        .streaming(
          StreamingShape(
            forwardElements: 2 * tokens * inner, backwardElements: 5 * tokens * inner,
            savedElements: tokens * inner)),
        parameters: Int64(inner * mixer.convolutionWidth + inner), split: .channels),
      linear("x_projection", tokens, inner, rank + 2 * state, .rows),
    ]
    if mixer.hasInnerNorms {
      operators.append(normOperator("inner_norms", rows: tokens, width: rank + 2 * state))
    }
    operators += [
      linear("dt_projection", tokens, rank, inner, .columns, hasBias: true),
      // Reads x, the time step, the gate and both maps, writes y; keeps the step, the gate and the
      // maps, since x is kept by the projection before and y by the one after.
      ModelOperator(
        "scan",
        .streaming(
          StreamingShape(
            forwardElements: tokens * (4 * inner + 2 * state),
            backwardElements: tokens * (8 * inner + 4 * state),
            savedElements: tokens * (2 * inner + 2 * state))),
        parameters: Int64(inner * state + inner), split: .channels),
      linear("out_projection", tokens, inner, hidden, .rows),
    ]
    return operators
  }
}
