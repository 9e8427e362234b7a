import ModelGraphs

extension ModelOperator {
  /// The operator as one rank of a tensor-parallel group of `degree` runs it in generation.
  ///
  /// Columns, heads, channels and classes are divided; rows of a product are its inputs. What is not
  /// divided runs whole on every rank. Key-value heads are copied where there are fewer than ranks.
  ///
  /// - Source: Shoeybi et al. 2019, arXiv:1909.08053, section 3.
  func share(of degree: Int) -> ModelOperator {
    guard degree > 1, split != .tokens else { return self }
    func part(_ whole: Int) -> Int { (whole + degree - 1) / degree }
    var result = self
    result.parameterCount = parameterCount / Int64(degree)
    switch shape {
    case .linear(let rows, let inputs, let outputs):
      result.shape =
        split == .rows
        ? .linear(rows: rows, inputs: part(inputs), outputs: outputs)
        : .linear(rows: rows, inputs: inputs, outputs: part(outputs))
    case .expertLinear(let rows, let inputs, let outputs, let experts, let active):
      // The inner width of an expert is the side that the other product of the pair shares.
      let isSecond = name.hasPrefix("experts_out")
      result.shape = .expertLinear(
        rows: rows, inputs: isSecond ? part(inputs) : inputs, outputs: isSecond ? outputs : part(outputs),
        experts: experts, active: active)
    case .attention(var attention):
      attention.heads = part(attention.heads)
      attention.keyValueHeads = part(attention.keyValueHeads)
      result.shape = .attention(attention)
    case .streaming(var streaming):
      streaming.forwardElements = part(streaming.forwardElements)
      result.shape = .streaming(streaming)
    case .embedding, .crossEntropy, .convolution, .aggregate: break
    }
    return result
  }
}
