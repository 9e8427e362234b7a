extension Model {
  /// Whether there are gated activations, whose inputs are the widest tensors of a block.
  public var hasGatedActivations: Bool {
    layers.contains { $0.operators.contains(where: \.isGatedActivation) }
  }

  /// The model whose gated activations keep what they read in 8 bits from the forward to the backward pass.
  ///
  /// - Complexity: O(operators).
  public var keepingActivationInputsInFP8: Model {
    var model = self
    for layer in layers.indices {
      for index in layers[layer].operators.indices {
        let item = layers[layer].operators[index]
        guard item.isGatedActivation, case .streaming(var shape) = item.shape else { continue }
        shape.keepInputsInFP8()
        model.layers[layer].operators[index].shape = .streaming(shape)
      }
    }
    return model
  }
}

extension ModelOperator {
  fileprivate var isGatedActivation: Bool {
    if case .streaming(let shape) = shape { shape.role == .gatedActivation } else { false }
  }
}
