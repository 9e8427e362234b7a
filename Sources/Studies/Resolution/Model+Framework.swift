import Catalogues
import Hardware
import ModelGraphs

extension Model {
  /// The model as a framework runs it in a number format.
  ///
  /// Bandwidth-bound operators move the framework's share of their bytes; attention is fused or not;
  /// biases are added in a kernel of their own unless the product's kernel does it; on channels-first
  /// tensors each pass of a 16-bit convolution reads and writes its tensors once more.
  package func run(on framework: FrameworkEntry, _ precision: PrecisionPolicy) -> Model {
    let transposes = !framework.hasChannelsLast && precision.activation.byteWidth == 2
    var model = self
    for layer in layers.indices {
      model.layers[layer].operators = layers[layer].operators.flatMap { item in
        item.run(on: framework, transposes: transposes)
      }
      if framework.lossCopies == 0 { model.layers[layer].fuseLoss() }
    }
    return model
  }
}

extension ModelLayer {
  /// Makes the products before a loss part of it.
  fileprivate mutating func fuseLoss() {
    let losses = operators.indices.filter {
      if case .crossEntropy = operators[$0].shape { true } else { false }
    }
    for loss in losses {
      if let product = operators[..<loss].lastIndex(where: { $0.split == .vocabulary }) {
        operators[product].lossCopies = 0
      }
    }
  }
}

extension ModelOperator {
  fileprivate func run(on framework: FrameworkEntry, transposes: Bool) -> [ModelOperator] {
    var item = self
    switch shape {
    case .streaming(var streaming):
      let isFused =
        streaming.role == .rootMeanSquareNorm ? framework.hasFusedNorm : framework.hasFusedElementwise
      if !isFused { streaming.runEagerly() }
      streaming.scaleTraffic(by: framework.elementwiseTraffic)
      item.shape = .streaming(streaming)
    case .linear(let rows, let inputs, let outputs)
    where !framework.hasFusedBias && parameterCount > Int64(inputs) * Int64(outputs):
      // Forward reads and writes the output; backward sums its gradient over the rows.
      var bias = StreamingShape(
        forwardElements: 2 * rows * outputs, backwardElements: rows * outputs, savedElements: 0)
      bias.scaleTraffic(by: framework.elementwiseTraffic)
      let added = ModelOperator(
        "\(name).bias", .streaming(bias),
        split: split == .columns || split == .vocabulary ? .channels : .tokens)
      return [item, added]
    case .crossEntropy:
      item.lossCopies = framework.lossCopies
      if framework.gathersLogits { item.split = .gathered }
    case .attention(var attention):
      attention.isFused = framework.hasFusedAttention
      attention.isAsynchronous = framework.hasAsynchronousAttention
      item.shape = .attention(attention)
    case .convolution(let convolution) where transposes:
      // Forward one pass of the convolution, backward two; each transposes its input and its output.
      let moved = 2 * (convolution.inputElements + convolution.outputElements)
      let layout = StreamingShape(
        forwardElements: moved, backwardElements: 2 * moved, savedElements: 0, launches: 2)
      return [item, ModelOperator("\(name).layout", .streaming(layout))]
    default: break
    }
    return [item]
  }
}

extension StreamingShape {
  fileprivate mutating func scaleTraffic(by factor: Double) {
    tensorElements = inputElements
    forwardElements = Int((Double(forwardElements) * factor).rounded())
    backwardElements = Int((Double(backwardElements) * factor).rounded())
  }
}

extension FrameworkEntry {
  /// Automatic mixed precision: products, activations in 16 bits, weights kept in fp32 and cast for each
  /// product. Where the framework keeps 16-bit gradients, weights are 16-bit with an fp32 master copy.
  package func mixedPrecision(_ policy: PrecisionPolicy) -> PrecisionPolicy {
    guard mixedGradient == .fp32, policy.activation.byteWidth == 2 else { return policy }
    var mixed = policy
    mixed.name = "\(policy.name) amp"
    mixed.weight = .fp32
    mixed.gradient = .fp32
    mixed.master = nil
    return mixed
  }
}
