import ModelGraphs

extension ModelLayer {
  /// Elements of the layer's input that one rank holds, for one sample: what recomputation keeps and what stages send.
  ///
  /// The first product tells it, whatever passes over the input before.
  public func inputElements(under rules: ShardingRules) -> Int {
    for item in operators {
      switch item.shape {
      case .linear(let rows, let inputs, _):
        return ceilingDivide(rows * inputs, rules.degrees.context * rules.tokenShare)
      case .convolution, .aggregate, .embedding: return item.inputElements
      default: continue
      }
    }
    return operators.first?.inputElements ?? 0
  }
}
