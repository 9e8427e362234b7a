extension ModelOperator {
  /// Elements of the operator's input for one sample.
  public var inputElements: Int {
    switch shape {
    case .linear(let rows, let inputs, _): rows * inputs
    case .expertLinear(let rows, let inputs, _, _, let active): rows * active * inputs
    case .convolution(let shape): shape.inputElements
    case .attention(let shape):
      shape.queries * shape.heads * shape.headWidth
        + shape.keys * shape.keyValueHeads * (shape.headWidth + shape.valueWidth)
    case .streaming(let shape): shape.inputElements
    case .embedding(let rows, _, _): rows
    case .crossEntropy(let rows, let classes): rows * classes
    case .aggregate(let shape): shape.inputElements
    }
  }

  /// Elements of the operator's output for one sample.
  public var outputElements: Int {
    switch shape {
    case .linear(let rows, _, let outputs): rows * outputs
    case .expertLinear(let rows, _, let outputs, _, let active): rows * active * outputs
    case .convolution(let shape): shape.outputElements
    case .attention(let shape): shape.queries * shape.heads * shape.valueWidth
    case .streaming(let shape): shape.inputElements
    case .embedding(let rows, let width, _): rows * width
    case .crossEntropy: 1
    case .aggregate(let shape): shape.outputElements
    }
  }

  /// Bytes that live only while the operator runs: its output forward, the gradients of its output and
  /// input backward, and in either the copy that quantised weights are written out to.
  public func workspaceBytes(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> Double {
    if case .crossEntropy(let rows, let classes) = shape {
      return Double(batch) * Double(rows) * Double(classes) * lossWidths(precision).reduce(0, +)
    }
    var samples = Double(batch)
    var elements = workingOutputElements + (pass == .forward ? 0 : inputElements)
    if case .streaming(let streaming) = shape {
      if !streaming.isPerSample {
        if pass != .forward { return 0 }
        samples = 1
      }
      if pass != .forward { elements += streaming.widenedElements }
    }
    return samples * Double(elements) * precision.activation.byteWidth + dequantisedBytes(precision)
  }

  /// Bytes of an element of each tensor, as large as the logits, that a loss works with beside what it keeps.
  ///
  /// The logits or their gradient in the format of activations. One kernel writes the gradient over the fp32 tensor
  /// that it kept (Megatron-LM's `cross_entropy.py`); a kernel for each operation takes another.
  func lossWidths(_ precision: PrecisionPolicy) -> [Double] {
    switch lossCopies {
    case 0: []
    case 1: [precision.activation.byteWidth]
    default: [precision.activation.byteWidth, 4]
    }
  }

  /// Elements of the output that are there at once, for one sample.
  ///
  /// Where a loss makes logits piece by piece, a piece has about as many elements as the input: Liger's kernels take
  /// rows · width / classes of the rows at a time (Hsu et al. 2024, arXiv:2410.10989).
  var workingOutputElements: Int { lossCopies == 0 ? min(inputElements, outputElements) : outputElements }
}

extension ModelLayer {
  /// Bytes the forward pass of the layer keeps for its backward pass.
  public func savedBytes(batch: Int, precision: PrecisionPolicy) -> Double {
    operators.reduce(0) { $0 + $1.savedBytes(batch: batch, precision: precision) }
  }

  /// Bytes of the layer's input: all that recomputation has to keep.
  public func inputBytes(batch: Int, precision: PrecisionPolicy) -> Double {
    guard let first = operators.first else { return 0 }
    return Double(batch) * Double(first.inputElements) * precision.activation.byteWidth
  }
}
