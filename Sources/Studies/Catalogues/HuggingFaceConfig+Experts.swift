import Diagnostics
import ModelGraphs

extension HuggingFaceConfig {
  /// The mixture of experts, under whichever names the family uses; `nil` for a dense model.
  mutating func experts(_ family: HuggingFaceFamily) -> ExpertArchitecture? {
    if family == .dbrx { return nestedExperts() }
    let count = integer("num_local_experts", "num_experts", "n_routed_experts", in: 0...4096)
    guard let count, count > 1 else { return nil }
    let active = required("num_experts_per_tok", "experts_per_token", "num_selected_experts", in: 1...1024)
    let range = TransformerReader.widthRange
    let width = required("moe_intermediate_size", "intermediate_size", in: range)
    guard let active, let width else { return nil }
    if active > count {
      fields.report(.conflict("\(active) active experts are more than all \(count)"), fields.node)
      return nil
    }
    var experts = ExpertArchitecture(count: count, active: active, width: width)
    switch family {
    case .qwen2MoE:
      experts.sharedWidth = integer("shared_expert_intermediate_size", in: range) ?? 0
      experts.sharedCount = experts.sharedWidth > 0 ? 1 : 0
      experts.hasSharedGate = experts.sharedCount > 0
    case .llama4:
      experts.sharedCount = 1
      experts.sharedWidth = width
    default:
      experts.sharedCount = integer("n_shared_experts", in: 0...1024) ?? 0
      experts.sharedWidth = experts.sharedCount > 0 ? width : 0
    }
    experts.hasRouterBias =
      family == .deepseekV3 || family == .deepseekV32 || family == .kimiK2 || family == .gptOSS
    experts.hasBias = family == .gptOSS
    place(&experts, family)
    return experts
  }

  /// Which blocks hold the experts.
  private mutating func place(_ experts: inout ExpertArchitecture, _ family: HuggingFaceFamily) {
    switch family {
    case .qwen2MoE, .qwen3MoE:
      experts.every = integer("decoder_sparse_step", in: 1...4096) ?? 1
      experts.offset = experts.every - 1
      let dense = (fields.list("mlp_only_layers") ?? []).compactMap { node -> Int? in
        if case .integer(let index) = node.content { return Int(exactly: index) }
        return nil
      }
      if dense.sorted() == Array(0..<dense.count) {
        experts.denseFirst = dense.count
      } else {
        fields.report(.unsupported("mlp_only_layers must be the first layers"), fields.node)
      }
    case .llama4:
      experts.every = integer("interleave_moe_layer_step", in: 1...4096) ?? 1
      experts.offset = experts.every - 1
    default:
      experts.denseFirst = integer("first_k_dense_replace", in: 0...4096) ?? 0
      experts.every = integer("moe_layer_freq", in: 1...4096) ?? 1
    }
  }

  /// DBRX keeps its experts in a mapping of their own.
  private mutating func nestedExperts() -> ExpertArchitecture? {
    guard var part = fields.child("ffn_config") else {
      fields.missing("ffn_config")
      return nil
    }
    for key in ["moe_num_experts", "moe_top_k", "ffn_hidden_size"] where part.lacks(key) {
      part.missing(key)
    }
    let count = part.integer("moe_num_experts", 1...4096)
    let active = part.integer("moe_top_k", 1...1024)
    let width = part.integer("ffn_hidden_size", TransformerReader.widthRange)
    guard let count, let active, let width else { return nil }
    if active > count {
      part.report(.conflict("\(active) active experts are more than all \(count)"), part.node)
      return nil
    }
    return ExpertArchitecture(count: count, active: active, width: width)
  }
}
