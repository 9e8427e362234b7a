import ModelGraphs

extension Model {
  /// The same with nothing to train: a reference, or a reward model that is done.
  public var frozen: Model {
    var result = self
    for position in layers.indices {
      for index in layers[position].operators.indices {
        result.layers[position].operators[index].isTrainable = false
      }
    }
    return result
  }

  /// The same with one number a token in place of a word: the head of a reward model or a critic.
  ///
  /// The product to the vocabulary and its loss give way to a product to one output, with weights of its own.
  public var withScalarHead: Model {
    var result = self
    for position in layers.indices where layers[position].kind == .head {
      result.layers[position].operators = layers[position].operators.compactMap { item in
        if case .crossEntropy = item.shape { return nil }
        guard item.split == .vocabulary, case .linear(let rows, let inputs, _) = item.shape else {
          return item
        }
        return ModelOperator(
          "score", .linear(rows: rows, inputs: inputs, outputs: 1), parameters: Int64(inputs),
          isTrainable: item.isTrainable)
      }
    }
    return result
  }
}
