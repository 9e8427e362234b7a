import MemoryModels
import ModelGraphs

extension ModelOperator {
  /// Widths of the products that one operator stands for: queries, keys and values, or gate and input of a gated
  /// feed-forward part; empty for what is no product.
  ///
  /// - Parameter followers: the operators behind it in its layer.
  fileprivate func jointProducts(before followers: ArraySlice<ModelOperator>) -> [Int] {
    let outputs: Int
    switch shape {
    case .linear(_, _, let width): outputs = width
    case .expertLinear(_, _, let width, _, _): outputs = width
    default: return []
    }
    for follower in followers {
      switch follower.shape {
      case .attention(let shape):
        let widths = [
          shape.heads * shape.headWidth, shape.keyValueHeads * shape.headWidth,
          shape.keyValueHeads * shape.valueWidth,
        ]
        return widths.reduce(0, +) == outputs ? widths : [outputs]
      case .streaming(let streaming) where streaming.role == .gatedActivation:
        return [outputs / 2, outputs - outputs / 2]
      case .streaming: continue
      default: return [outputs]
      }
    }
    return [outputs]
  }
}

/// For each operator of a layer, the share of its output that stays from the forward to the backward pass where
/// attention and every second product keep theirs: products are counted from 1, the odd ones stay.
///
/// - Complexity: O(operators).
public func keptShares(of operators: [ModelOperator]) -> [Double] {
  var count = 0
  return operators.indices.map { index in
    if case .attention = operators[index].shape { return 1 }
    let widths = operators[index].jointProducts(before: operators[(index + 1)...])
    var kept = 0
    for width in widths {
      count += 1
      if count % 2 == 1 { kept += width }
    }
    return widths.isEmpty ? 0 : Double(kept) / Double(max(1, widths.reduce(0, +)))
  }
}

/// For each operator of a layer, the share of its forward work that runs again before the layer's backward pass.
///
/// What is kept does not. Recomputation that stops early ends once all that the backward pass reads is there again: the
/// last product that keeps its input, and what follows it, need not run.
///
/// - Parameter stopsEarly: holds where a layer is a segment of its own; in longer segments the next layer needs all.
/// - Complexity: O(operators).
/// - Source: PyTorch, `torch.utils.checkpoint.set_checkpoint_early_stop`.
public func recomputedShares(
  of operators: [ModelOperator], under policy: RecomputePolicy, stopsEarly: Bool
) -> [Double] {
  var shares =
    policy == .products ? keptShares(of: operators).map { 1 - $0 } : operators.map { _ in 1 }
  guard stopsEarly, [.full, .products, .every(1)].contains(policy) else { return shares }
  let last = operators.lastIndex { $0.savedBytes(batch: 1, precision: .fp32) > 0 }
  // An operator that is no product keeps what its own kernel finds.
  let end = last.map { operators[$0].isProduct ? $0 : $0 + 1 } ?? 0
  for index in operators.indices[end...] { shares[index] = 0 }
  return shares
}

extension ModelLayer {
  /// Whether recomputation runs the layer forward again: embeddings are looked up and logits used at once.
  public var isRecomputable: Bool { !keepsActivations && kind != .embedding && kind != .head }

  /// Forward FLOPs of one sample that the backward pass does again.
  public func recomputedFLOPs(under policy: RecomputePolicy, stopsEarly: Bool = false) -> Double {
    if policy.recomputesAttention {
      return operators.reduce(0) { sum, item in
        if case .attention = item.shape { return sum + item.modelFLOPs(.forward) }
        return sum
      }
    }
    guard policy.recomputesLayers, isRecomputable else { return 0 }
    let shares = recomputedShares(of: operators, under: policy, stopsEarly: stopsEarly)
    return zip(operators, shares).reduce(0) { $0 + $1.0.modelFLOPs(.forward) * $1.1 }
  }
}
