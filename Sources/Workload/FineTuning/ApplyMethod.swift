import ModelGraphs

/// The model as a method trains it: what is frozen, what is added, what is kept.
///
/// - Base operators are frozen unless the method trains them: no weight gradient, and no input kept for it.
/// - Adapters stand behind the products they belong to; see `LowRankAdapter`.
/// - Below the first trainable operator there is no backward pass.
///
/// - Throws: `FineTuningError` where the model has no such targets or layers.
/// - Complexity: O(operators).
public func apply(_ method: FineTuningMethod, to model: Model) throws(FineTuningError) -> Model {
  switch method {
  case .full: return model
  case .freeze(let freeze): return try frozen(model, freeze)
  case .lora(let adapters): return try adapted(model, adapters)
  case .dora(let adapters): return try adapted(model, adapters, hasMagnitude: true)
  case .qlora(let adapters, let format):
    return quantised(try adapted(model, adapters, keepsInputs: adapters.keepsQuantisedInputs), format)
  case .pissa(let adapters):
    _ = try initialisationFLOPs(method, of: model)
    return try adapted(model, adapters)
  }
}

private func frozen(_ model: Model, _ freeze: LayerFreeze) throws(FineTuningError) -> Model {
  let blocks = model.layers.indices.filter { isBlock(model.layers[$0]) }
  guard freeze.trainableLayers >= 1, freeze.trainableLayers <= blocks.count else {
    throw .trainableLayers(freeze.trainableLayers, blocks: blocks.count)
  }
  let count = freeze.trainableLayers
  let trained = Set(freeze.side == .last ? blocks.suffix(count) : blocks.prefix(count))
  var settler = LayerSettler()
  var result = model
  for index in model.layers.indices {
    let layer = model.layers[index]
    let isEnd = layer.kind == .embedding || layer.kind == .head
    let trains = trained.contains(index) || (isEnd && freeze.trainsEmbeddings)
    result.layers[index] = settler.settle(layer, isTrained: trains) { _, _, _ in nil }
  }
  return result
}

/// Whether the layer counts as one of the model's depth.
private func isBlock(_ layer: ModelLayer) -> Bool {
  switch layer.kind {
  case .embedding, .head, .pooling: false
  case .transformerBlock, .convolutionBlock, .mixerBlock, .linear, .custom: true
  }
}

private func adapted(
  _ model: Model, _ adapters: LowRank, hasMagnitude: Bool = false, keepsInputs: Bool = false
) throws(FineTuningError) -> Model {
  guard adapters.rank >= 1 else { throw .rank(adapters.rank) }
  guard adapters.dropout >= 0, adapters.dropout < 1 else { throw .dropout(adapters.dropout) }
  let choice = try TargetChoice(adapters.targets, in: model)
  var settler = LayerSettler(keepsFrozenInputs: keepsInputs)
  var result = model
  for (position, layer) in model.layers.enumerated() {
    result.layers[position] = settler.settle(layer, isTrained: false) { index, needsGradient, keepsInput in
      guard let product = AdaptableProduct(at: index, of: layer) else { return nil }
      let parts = choice.parts(of: product)
      if parts.isEmpty { return nil }
      let operators = parts.enumerated().flatMap { order, part in
        LowRankAdapter(
          product: product, part: part, adapters: adapters, hasMagnitude: hasMagnitude,
          needsInputGradient: needsGradient, keepsInput: keepsInput && order == 0
        ).operators
      }
      return LayerSettler.Addition(operators: operators, readsInput: adapters.dropout == 0)
    }
  }
  return result
}

/// Stores the base's products in few bits; biases, norms, embeddings and head stay in 16.
private func quantised(_ model: Model, _ format: Quantisation) -> Model {
  var result = model
  for position in model.layers.indices {
    for index in model.layers[position].operators.indices {
      let item = model.layers[position].operators[index]
      guard !item.isTrainable, item.parameterCount > 0,
        let product = AdaptableProduct(at: index, of: model.layers[position])
      else { continue }
      let biases = Double(item.parameterCount - product.weightCount)
      let bytes = Double(product.weightCount) * format.bytesPerWeight + 2 * biases
      result.layers[position].operators[index].storedBytesPerParameter = bytes / Double(item.parameterCount)
    }
  }
  return result
}
