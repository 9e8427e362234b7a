import ModelGraphs

/// What a source counts when it prints FLOP/s or a utilisation.
///
/// Symbols: N parameters, L layers, h hidden width, s sequence length, V words, for one sample of s tokens.
enum FLOPConvention: Sendable, Hashable {
  /// 6 N s + 12 L h s²: weights of a token six times, attention in full, nothing recomputed.
  ///
  /// - Source: Chowdhery et al. 2022 (PaLM), arXiv:2204.02311, appendix B; N with its embeddings.
  case palm
  /// 24 p L s h² (1 + s / 6h) + 6 s h V, with p passes over every layer: 3, or 4 where all is recomputed.
  ///
  /// - Source: Narayanan et al. 2021, arXiv:2104.04473, equation 3:
  ///   96 B s L h² (1 + s / 6h + V / 16 L h); 72 and 12 in place of 96 and 16 without recomputation.
  case megatron(passes: Int)
  /// 72 L s h² (1 + s / 3h + V / 12 L h): attention once more, as selective recomputation runs it.
  ///
  /// - Source: Korthikanti et al. 2022, arXiv:2205.05198, appendix A.
  case megatronSelective
  /// Products of the model with the head's, forward and backward, attention in full or its causal half.
  ///
  /// - Source: Megatron-Bridge's FLOPs formula (half); NeMo's `flops_formulas.py` for Llama (full).
  case products(attention: Attention)
  /// Products with weights alone, forward once and backward `passes − 1` times; frozen weights have no
  /// weight gradient and two passes.
  ///
  /// - Source: fine-tuning rows of NeMo 24.07 and dgxc-benchmarking divided by their token rates.
  case weights(passes: Int)

  enum Attention: Sendable { case full, half }

  /// FLOPs of one sample.
  ///
  /// - Parameters:
  ///   - shape: the row's dimensions; the model's own stand in for parameters that are not stated.
  ///   - sequence: s.
  ///   - model: the model at that length.
  /// - Returns: nil where a dimension is missing.
  func sampleFLOPs(_ shape: MeasuredShape, sequence: Int, model: Model) -> Double? {
    let length = Double(sequence)
    switch self {
    case .palm:
      guard let layers = shape.layers, let hidden = shape.hidden else { return nil }
      let parameters = shape.parameters ?? Double(model.parameterCount)
      return 6 * parameters * length + 12 * Double(layers * hidden) * length * length
    case .megatron(let passes):
      return FLOPConvention.megatron(shape, length, passes: Double(passes), attention: Double(passes))
    case .megatronSelective:
      // s / 3h is twice the s / 6h of a pass: the paper counts six passes over attention.
      return FLOPConvention.megatron(shape, length, passes: 3, attention: 6)
    case .products(let attention):
      let work = ProductWork(model)
      return 3 * (work.weights + (attention == .full ? work.fullAttention : work.attention))
    case .weights(let passes): return Double(passes) * ProductWork(model).weights
    }
  }

  /// 24 p L s h² + 4 a L s² h + 6 s h V for p passes over products and a over attention.
  private static func megatron(
    _ shape: MeasuredShape, _ length: Double, passes: Double, attention: Double
  ) -> Double? {
    guard let layers = shape.layers, let hidden = shape.hidden, let vocabulary = shape.vocabulary else {
      return nil
    }
    let (depth, width) = (Double(layers), Double(hidden))
    return 24 * passes * depth * length * width * width + 4 * attention * depth * length * length * width
      + 6 * length * width * Double(vocabulary)
  }
}

/// Forward FLOPs of one sample by what computes them.
struct ProductWork {
  /// Products with weights, the head's among them.
  var weights = 0.0
  /// Attention over the pairs that a causal kernel with its windows computes.
  var attention = 0.0
  /// Attention over all pairs of queries and keys.
  var fullAttention = 0.0

  init(_ model: Model) {
    for item in model.layers.flatMap(\.operators) {
      let flops = item.modelFLOPs(.forward)
      if case .attention(let shape) = item.shape {
        attention += flops
        fullAttention += flops * Double(shape.queries) * Double(shape.keys) / shape.scoredPairs
      } else {
        weights += flops
      }
    }
  }
}
