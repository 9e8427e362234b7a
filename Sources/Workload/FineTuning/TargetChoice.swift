import ModelGraphs

/// The projections of a model that a low-rank method stands beside.
struct TargetChoice {
  /// Names to match; `nil` for every projection.
  private let names: [String]?

  /// Resolves the names against what the model has.
  init(_ targets: LowRank.Targets, in model: Model) throws(FineTuningError) {
    let available = TargetChoice.available(in: model)
    if available.isEmpty { throw .noProducts(model: model.name) }
    guard case .named(let wanted) = targets else {
      names = nil
      return
    }
    if wanted.isEmpty { throw .noTargets(available: available) }
    var resolved: [String] = []
    var unknown: [String] = []
    for name in wanted {
      if available.contains(name) {
        resolved.append(name)
      } else if let meant = Self.synonyms[name], available.contains(meant) {
        resolved.append(meant)
      } else {
        unknown.append(name)
      }
    }
    if !unknown.isEmpty { throw .unknownTargets(unknown, available: available) }
    names = resolved
  }

  /// The parts of a product that get an adapter; a product named by its own name gets one for the whole.
  func parts(of product: AdaptableProduct) -> [AdaptableProduct.Part] {
    guard let names else { return product.parts }
    if names.contains(product.operatorName) {
      return [AdaptableProduct.Part(name: product.operatorName, outputs: product.outputs)]
    }
    return product.parts.filter { names.contains($0.name) }
  }

  /// Every name that the model answers to, in the order of its operators.
  private static func available(in model: Model) -> [String] {
    var names: [String] = []
    for layer in model.layers {
      for index in layer.operators.indices {
        guard let product = AdaptableProduct(at: index, of: layer) else { continue }
        let own = product.parts.map(\.name) + (product.parts.count > 1 ? [product.operatorName] : [])
        for name in own where !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  /// What other families call the same projections: BERT, T5, OPT, GPT-2, GPT-NeoX, Falcon, Phi-3.
  private static let synonyms = [
    "query": "q_proj", "key": "k_proj", "value": "v_proj", "q": "q_proj", "k": "k_proj", "v": "v_proj",
    "o": "o_proj", "out_proj": "o_proj", "qkv_proj": "qkv", "query_key_value": "qkv", "c_attn": "qkv",
    "gate_up_proj": "mlp_in", "wi_0": "gate_proj", "wi_1": "up_proj", "wi": "up_proj", "wo": "down_proj",
    "fc1": "up_proj", "fc2": "down_proj", "c_fc": "up_proj", "dense_h_to_4h": "up_proj",
    "dense_4h_to_h": "down_proj", "w1": "gate_proj", "w2": "down_proj", "w3": "up_proj",
  ]
}
