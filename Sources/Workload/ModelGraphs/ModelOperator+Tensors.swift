/// The separate tensors of what an operator keeps and works with, as an allocator is asked for them.
extension ModelOperator {
  /// Bytes of each tensor that `savedBytes` adds up, for one sample; empty where nothing is kept.
  ///
  /// Elements of streaming operators are tensors like their input, dropout masks and statistics one more.
  public func savedTensors(_ precision: PrecisionPolicy) -> [Double] {
    let whole = savedBytes(batch: 1, precision: precision)
    if whole == 0 { return [] }
    let width = precision.activation.byteWidth
    switch shape {
    case .attention(let shape):
      let keys = Double(shape.heldKeys * shape.keyValueHeads)
      var tensors = [
        Double(shape.queries * shape.heads * shape.headWidth) * width, keys * Double(shape.headWidth) * width,
        keys * Double(shape.valueWidth) * width,
      ]
      if shape.keepsInputsOnly { return tensors }
      if !shape.isFused {
        return tensors + [shape.writtenScores * width, shape.writtenScores * width, shape.writtenScores]
      }
      tensors.append(4 * Double(shape.queries * shape.heads))
      let output = whole - tensors.reduce(0, +)
      return output > 0 ? tensors + [output] : tensors
    case .streaming(let shape):
      let elements = Double(shape.savedElements) * width
      let count = shape.inputElements == 0 ? 1 : max(1, shape.savedElements / shape.inputElements)
      var tensors = elements == 0 ? [] : [Double](repeating: elements / Double(count), count: count)
      if shape.savedBytes > 0 { tensors.append(Double(shape.savedBytes)) }
      return tensors
    case .crossEntropy: return [Double](repeating: whole / Double(lossCopies), count: lossCopies)
    case .linear, .expertLinear, .convolution, .embedding, .aggregate: return [whole]
    }
  }

  /// Bytes of each tensor that `workspaceBytes` adds up, for one sample; empty where there are none.
  public func workspaceTensors(_ pass: Pass, precision: PrecisionPolicy) -> [Double] {
    let width = precision.activation.byteWidth
    let written = dequantisedBytes(precision)
    var tensors = written > 0 ? [written] : []
    switch shape {
    case .crossEntropy(let rows, let classes):
      return lossWidths(precision).map { Double(rows) * Double(classes) * $0 }
    case .streaming(let shape) where !shape.isPerSample && pass != .forward: return []
    default: break
    }
    tensors.append(Double(workingOutputElements) * width)
    if pass == .forward { return tensors }
    if case .attention(let shape) = shape {
      let keys = Double(shape.keys * shape.keyValueHeads)
      return tensors + [
        Double(shape.queries * shape.heads * shape.headWidth) * width, keys * Double(shape.headWidth) * width,
        keys * Double(shape.valueWidth) * width,
      ]
    }
    tensors.append(Double(inputElements) * width)
    if case .streaming(let shape) = shape, shape.widenedElements > 0 {
      tensors.append(Double(shape.widenedElements) * width)
    }
    return tensors
  }

  /// The same attention as a kernel that keeps its inputs alone.
  public var keepingInputsOfAttention: ModelOperator {
    guard case .attention(var shape) = shape else { return self }
    shape.keepsInputsOnly = true
    var copy = self
    copy.shape = .attention(shape)
    return copy
  }
}
