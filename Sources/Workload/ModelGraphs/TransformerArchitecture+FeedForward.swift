extension TransformerArchitecture {
  /// The feed-forward part of block `index`, dense or a mixture of experts.
  func feedForwardOperators(_ index: Int, tokens: Int) -> [ModelOperator] {
    guard let feedForward else { return [] }
    if let experts, usesExperts(index) {
      return expertOperators(experts, like: feedForward, tokens: tokens)
    }
    return denseOperators(feedForward, tokens: tokens)
  }

  private func denseOperators(
    _ part: FeedForwardArchitecture, tokens: Int, prefix: String = "mlp"
  ) -> [ModelOperator] {
    let projections = part.isGated ? 2 : 1
    return [
      linear("\(prefix)_in", tokens, hidden, projections * part.width, .columns, hasBias: part.hasBias),
      ModelOperator(
        "\(prefix)_activation", .streaming(.activation(tokens * part.width, of: part)), split: .channels),
      linear("\(prefix)_out", tokens, part.width, hidden, .rows, hasBias: part.hasBias),
    ]
  }

  /// Router, dispatch, routed experts, combination, and shared experts.
  ///
  /// Each token is copied to its `active` experts and their outputs are weighted and summed, so
  /// active × hidden elements are kept on the way in and on the way out, and the router's logits
  /// in fp32. The load is taken as balanced.
  private func expertOperators(
    _ experts: ExpertArchitecture, like dense: FeedForwardArchitecture, tokens: Int
  ) -> [ModelOperator] {
    var part = dense
    part.width = experts.width
    let copies = tokens * experts.active * hidden
    let projections = part.isGated ? 2 : 1
    var router = linear("router", tokens, hidden, experts.count, hasBias: experts.hasRouterBias)
    router.keepsWide = true
    var operators: [ModelOperator] = []
    if experts.sharedCount > 0 {
      part.width = experts.sharedCount * experts.sharedWidth
      operators = denseOperators(part, tokens: tokens, prefix: "shared")
      if experts.hasSharedGate {
        var gate = linear("shared_gate", tokens, hidden, 1)
        gate.savedInputElements = 0
        gate.keepsWide = true
        operators.append(gate)
      }
      part.width = experts.width
      // The shared experts' product keeps the same input already.
      router.savedInputElements = 0
    }
    operators += [
      router,
      ModelOperator(
        "dispatch",
        .streaming(
          StreamingShape(
            forwardElements: tokens * hidden + copies + 2 * tokens * experts.count,
            backwardElements: tokens * hidden + copies + 2 * tokens * experts.count, savedElements: 0,
            savedBytes: 4 * tokens * experts.count, launches: 3))),
      expertLinear("experts_in", tokens, hidden, projections * experts.width, experts),
      ModelOperator(
        "experts_activation",
        .streaming(.activation(tokens * experts.active * experts.width, of: part)), split: .experts),
      expertLinear("experts_out", tokens, experts.width, hidden, experts),
      ModelOperator(
        "combine",
        .streaming(
          StreamingShape(
            forwardElements: copies + tokens * hidden, backwardElements: 2 * copies + tokens * hidden,
            savedElements: copies))),
    ]
    return operators
  }

  private func expertLinear(
    _ name: String, _ rows: Int, _ inputs: Int, _ outputs: Int, _ experts: ExpertArchitecture
  ) -> ModelOperator {
    let matrix = Int64(inputs) * Int64(outputs) + (experts.hasBias ? Int64(outputs) : 0)
    return ModelOperator(
      name,
      .expertLinear(
        rows: rows, inputs: inputs, outputs: outputs, experts: experts.count, active: experts.active),
      parameters: Int64(experts.count) * matrix, split: .experts)
  }
}
