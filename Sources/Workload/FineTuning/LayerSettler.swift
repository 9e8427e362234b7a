import ModelGraphs

/// Walks a model's layers forward and settles where gradients flow and which inputs are kept.
///
/// A product's input is kept for its weight gradient. Frozen, the product drops it unless another operator
/// relies on it: an adapter or a trained product that reads the same tensor, or the operator before, whose
/// own backward pass reads what it wrote (fused attention, ReLU, the state-space scan).
struct LayerSettler {
  /// What is added behind an operator.
  struct Addition {
    var operators: [ModelOperator]
    /// Whether it needs the operator's input kept in the backward pass.
    var readsInput: Bool
  }

  /// Whether frozen products that adapters can stand beside keep their inputs all the same, where gradients reach them.
  var keepsFrozenInputs = false
  /// Whether an operator so far has trainable parameters, so that gradients come this far.
  private var isReached = false
  /// The operator before, in the layer or the one before it.
  private var previous: ModelOperator?

  init(keepsFrozenInputs: Bool = false) { self.keepsFrozenInputs = keepsFrozenInputs }

  /// The layer with its flags set and the additions in place.
  ///
  /// - Parameter addition: asked for an operator's position, whether a gradient flows to its input and
  ///   whether the addition keeps that input.
  mutating func settle(
    _ layer: ModelLayer, isTrained: Bool, addition: (Int, Bool, Bool) -> Addition?
  ) -> ModelLayer {
    let tensors = inputTensors(of: layer)
    // Asked once without consequences, to know who reads what.
    let readers = layer.operators.indices.filter { addition($0, true, false)?.readsInput ?? false }
    var needsGradient: [Bool] = []
    var held: [Int] = []
    var result = layer
    result.operators = []
    for index in layer.operators.indices {
      var item = layer.operators[index]
      let tensor = tensors[index]
      needsGradient.append(item.needsInputGradient && (tensor == index ? isReached : needsGradient[tensor]))
      item.isTrainable = item.isTrainable && isTrained
      item.needsInputGradient = needsGradient[index]
      var additionKeeps = false
      if item.isProduct, !item.isTrainable {
        item.savedInputElements = nil
        let readsOwnOutput = tensor == index && (previous?.readsOutputBackward(in: layer.kind) ?? false)
        let isKept =
          keepsFrozenInputs && needsGradient[index] && AdaptableProduct(at: index, of: layer) != nil
        let isWanted = isKept || readers.contains { tensors[$0] == tensor }
        if !held.contains(tensor), isWanted || readsOwnOutput {
          additionKeeps = readers.contains(index)
          if !additionKeeps { item.savedInputElements = item.inputElements }
          held.append(tensor)
        }
      }
      result.operators.append(item)
      if let added = addition(index, needsGradient[index], additionKeeps) {
        result.operators += added.operators
        isReached = true
      }
      if item.isTrainable, item.parameterCount > 0 { isReached = true }
      previous = item
    }
    return result
  }

  /// For each operator the first one of the layer that reads the same input.
  private func inputTensors(of layer: ModelLayer) -> [Int] {
    var tensors = Array(layer.operators.indices)
    for index in layer.operators.indices {
      let item = layer.operators[index]
      guard item.isProduct, item.savedInputElements == 0 else { continue }
      let earlier = layer.operators[..<index].lastIndex {
        $0.isProduct && $0.savedInputElements != 0 && $0.inputElements == item.inputElements
      }
      if let earlier { tensors[index] = tensors[earlier] }
    }
    return tensors
  }
}

extension ModelOperator {
  /// Whether its backward pass reads what its forward pass wrote and leaves the keeping to the next product.
  fileprivate func readsOutputBackward(in kind: LayerKind) -> Bool {
    guard needsInputGradient || isTrainable else { return false }
    switch shape {
    case .attention(let shape): return shape.isFused
    case .streaming(let shape):
      if kind == .mixerBlock { return parameterCount > 0 && split == .channels }
      let keepsNothing = shape.savedElements == 0 && shape.savedBytes == 0
      return keepsNothing && shape.backwardElements > shape.forwardElements
    case .linear, .expertLinear, .convolution, .embedding, .crossEntropy, .aggregate: return false
    }
  }
}
