import Diagnostics
import Documents
import ModelGraphs

/// Decoders with attention: GPT-2 to DeepSeek-V3.2.
extension HuggingFaceConfig {
  mutating func decoder(_ family: HuggingFaceFamily) -> TransformerArchitecture? {
    var traits = family.traits
    let layers = required(
      "num_hidden_layers", "n_layer", "n_layers", "num_layers", in: TransformerReader.layerRange)
    let hidden = required("hidden_size", "n_embd", "n_embed", "d_model", in: TransformerReader.widthRange)
    let heads =
      stated("num_attention_heads", "n_head", "n_heads", in: 1...4096, default: traits.heads)
    let vocabulary = stated(
      "vocab_size", "padded_vocab_size", in: TransformerReader.vocabularyRange, default: traits.vocabulary)
    guard let layers, let hidden, let heads, let vocabulary else { return nil }
    let longest =
      integer(
        "max_position_embeddings", "n_positions", "max_seq_len", "seq_length",
        in: TransformerReader.sequenceRange)
      ?? 0
    refine(&traits, family)
    guard let attention = attention(family, traits, layers: layers, hidden: hidden, heads: heads) else {
      return nil
    }
    let feedForward = FeedForwardArchitecture(
      width: feedForwardWidth(family, hidden: hidden), isGated: traits.isGated, activation: traits.activation,
      hasBias: traits.feedForwardBias)
    let experts = experts(family)
    var embedding = EmbeddingArchitecture(vocabulary: vocabulary, position: traits.position)
    embedding.hasNorm = family == .bloom
    if traits.position == .learned { embedding.positionCount = longest + (family == .opt ? 2 : 0) }
    if family == .opt, let width = integer("word_embed_proj_dim", in: TransformerReader.widthRange),
      width != hidden
    {
      embedding.projectedFrom = width
    }
    return TransformerArchitecture(
      layerCount: layers, hidden: hidden, attention: attention, feedForward: feedForward, experts: experts,
      norm: traits.norm, embedding: embedding,
      head: HeadArchitecture(
        .language, isTied: flag("tie_word_embeddings") ?? traits.isTied,
        hasBias: flag("lm_head_bias") ?? traits.headBias),
      hasDropout: hasDropout("resid_pdrop", "dropout", "hidden_dropout", default: traits.dropout),
      maximumSequence: longest)
  }

  /// Overrides what a family fixes by what this configuration says.
  private mutating func refine(_ traits: inout HuggingFaceFamily.Traits, _ family: HuggingFaceFamily) {
    traits.activation = activation(
      "hidden_act", "hidden_activation", "activation_function", default: traits.activation)
    if let bias = flag("attention_bias") {
      traits.inputBias = bias
      traits.outputBias = bias && family != .qwen2
    }
    if let bias = flag("mlp_bias") { traits.feedForwardBias = bias }
    switch family {
    case .gptNeoX:
      if flag("use_parallel_residual") == false { traits.norm.placement = .pre }
    case .opt:
      if flag("enable_bias") == false {
        traits.inputBias = false
        traits.outputBias = false
        traits.feedForwardBias = false
      }
      if flag("do_layer_norm_before") == false {
        traits.norm = NormArchitecture(.layerNorm, .post, hasFinal: false)
      }
    case .falcon:
      if flag("alibi") == true { traits.position = .alibi }
      if flag("bias") == true { traits.hasAllBiases() }
      if flag("new_decoder_architecture") == true {
        let norms = integer("num_ln_in_parallel_attn", in: 1...2) ?? 2
        traits.norm.placement = norms == 2 ? .parallelPair : .parallel
      } else if flag("parallel_attn") == false {
        traits.norm.placement = .pre
      }
    case .mpt:
      var part = fields.child("attn_config")
      if part?.flag("alibi") == true { traits.position = .alibi }
      if flag("no_bias") == false {
        traits.hasAllBiases()
        traits.norm.kind = .layerNorm
      }
    case .chatglm:
      if let bias = flag("add_qkv_bias") { traits.inputBias = bias }
      if flag("add_bias_linear") == true { traits.hasAllBiases() }
    default: break
    }
  }

  private mutating func feedForwardWidth(_ family: HuggingFaceFamily, hidden: Int) -> Int {
    let range = TransformerReader.widthRange
    switch family {
    case .qwen:
      // The first Qwen states the width of both gated halves together.
      return (integer("intermediate_size", in: 2...(1 << 20)) ?? 8 * hidden) / 2
    case .llama4: return integer("intermediate_size_mlp", "intermediate_size", in: range) ?? 4 * hidden
    case .mpt: return (integer("expansion_ratio", in: 1...64) ?? 4) * hidden
    case .dbrx:
      var part = fields.child("ffn_config")
      return part?.integer("ffn_hidden_size", range) ?? 4 * hidden
    default:
      return integer("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", in: range) ?? 4 * hidden
    }
  }

  private mutating func attention(
    _ family: HuggingFaceFamily, _ traits: HuggingFaceFamily.Traits, layers: Int, hidden: Int, heads: Int
  ) -> AttentionArchitecture? {
    let keyValueHeads = keyValueHeads(family, heads: heads, default: traits.keyValueHeads)
    let latent = latentAttention()
    let stated = integer("head_dim", "kv_channels", in: 1...65536) ?? traits.headWidth
    if latent == nil, stated == nil, hidden % heads != 0 {
      fields.report(.conflict("\(heads) attention heads do not divide hidden size \(hidden)"), fields.node)
      return nil
    }
    if heads % keyValueHeads != 0 {
      fields.report(.conflict("\(keyValueHeads) key-value heads do not divide \(heads) heads"), fields.node)
      return nil
    }
    let width = latent.map { $0.plainWidth + $0.ropeWidth } ?? stated ?? hidden / heads
    var attention = AttentionArchitecture(
      heads: heads, keyValueHeads: latent == nil ? keyValueHeads : heads, headWidth: width, latent: latent,
      hasInputBias: traits.inputBias, hasOutputBias: traits.outputBias, queryKeyNorm: traits.queryKeyNorm,
      hasSinks: family == .gptOSS)
    setWindow(&attention, family, layers: layers)
    if let keys = integer("index_topk", in: TransformerReader.sequenceRange),
      let indexHeads = required("index_n_heads", in: 1...4096),
      let indexWidth = required("index_head_dim", in: 1...65536)
    {
      attention.indexer = SparseIndexer(heads: indexHeads, headWidth: indexWidth, keysKept: keys)
    }
    return attention
  }

  private mutating func keyValueHeads(
    _ family: HuggingFaceFamily, heads: Int, default fallback: Int?
  ) -> Int {
    let range = 1...4096
    switch family {
    case .falcon:
      if flag("new_decoder_architecture") == true {
        return integer("num_kv_heads", "n_head_kv", in: range) ?? heads
      }
      return flag("multi_query") == false ? heads : 1
    case .mpt, .dbrx:
      var part = fields.child("attn_config")
      return part?.integer("kv_n_heads", range) ?? heads
    case .chatglm:
      if flag("multi_query_attention") == false { return heads }
      return integer("multi_query_group_num", in: range) ?? heads
    default: return integer("num_key_value_heads", "num_kv_heads", in: range) ?? fallback ?? heads
    }
  }

  private mutating func latentAttention() -> LatentAttention? {
    let range = 1...65536
    guard let rank = integer("kv_lora_rank", in: range) else { return nil }
    let plain = required("qk_nope_head_dim", in: range)
    let rope = required("qk_rope_head_dim", in: range)
    let value = required("v_head_dim", in: range)
    guard let plain, let rope, let value else { return nil }
    return LatentAttention(
      queryRank: integer("q_lora_rank", in: range), keyValueRank: rank, plainWidth: plain, ropeWidth: rope,
      valueWidth: value)
  }

  /// Sliding and chunked windows, and the blocks that have them.
  private mutating func setWindow(
    _ attention: inout AttentionArchitecture, _ family: HuggingFaceFamily, layers: Int
  ) {
    let range = TransformerReader.sequenceRange
    switch family {
    case .qwen2, .qwen2MoE, .qwen3, .qwen3MoE:
      guard flag("use_sliding_window") == true else { return }
      attention.window = integer("sliding_window", in: range)
      if let full = integer("max_window_layers", in: 0...4096) {
        attention.windowPattern = (0..<layers).map { $0 >= full }
      }
    case .gemma2:
      attention.window = integer("sliding_window", in: range) ?? 4096
      attention.windowPattern = [true, false]
    case .gemma3:
      attention.window = integer("sliding_window", in: range) ?? 4096
      let every = integer("sliding_window_pattern", in: 1...4096) ?? 6
      attention.windowPattern = (1...every).map { $0 < every }
    case .gptOSS:
      attention.window = integer("sliding_window", in: range) ?? 128
      attention.windowPattern = [true, false]
    case .llama4:
      attention.window = integer("attention_chunk_size", in: range)
      attention.windowPattern = [true, true, true, false]
    default: attention.window = integer("sliding_window", in: range)
    }
    let types = fields.list("layer_types") ?? []
    if !types.isEmpty, attention.window != nil {
      attention.windowPattern = types.map { type in
        switch FieldReader.text(of: type, findings) {
        case "sliding_attention", "chunked_attention": return true
        case "full_attention", nil: return false
        case let other?:
          fields.report(.unsupported("layer type '\(other)' is not supported"), type)
          return false
        }
      }
      attention.windowPattern = shortestPeriod(of: attention.windowPattern)
    }
  }
}

/// The shortest prefix that gives the whole list when it is repeated.
private func shortestPeriod(of pattern: [Bool]) -> [Bool] {
  for length in 1...max(1, pattern.count)
  where pattern.indices.allSatisfy({ pattern[$0] == pattern[$0 % length] }) {
    return Array(pattern.prefix(length))
  }
  return pattern
}
