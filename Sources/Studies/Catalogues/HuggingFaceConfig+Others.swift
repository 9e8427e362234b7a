import Diagnostics
import ModelGraphs

/// Encoders, encoder-decoders, vision encoders and state-space models.
extension HuggingFaceConfig {
  mutating func encoder(_ family: HuggingFaceFamily) -> TransformerArchitecture? {
    let layers = required("num_hidden_layers", in: TransformerReader.layerRange)
    let hidden = required("hidden_size", in: TransformerReader.widthRange)
    let heads = required("num_attention_heads", in: 1...4096)
    let vocabulary = required("vocab_size", in: TransformerReader.vocabularyRange)
    let positions = integer("max_position_embeddings", in: TransformerReader.sequenceRange) ?? 512
    guard let layers, let hidden, let heads, let vocabulary else { return nil }
    guard let attention = plainAttention(heads: heads, hidden: hidden, hasBias: true) else { return nil }
    // RoBERTa counts positions from the padding index, so two rows are never reached.
    let longest = family == .bert ? positions : max(1, positions - 2)
    return TransformerArchitecture(
      form: .encoder, layerCount: layers, hidden: hidden, attention: attention,
      feedForward: FeedForwardArchitecture(
        width: integer("intermediate_size", in: TransformerReader.widthRange) ?? 4 * hidden, isGated: false,
        activation: activation("hidden_act", default: .gelu), hasBias: true),
      norm: NormArchitecture(.layerNorm, .post, hasFinal: false),
      embedding: EmbeddingArchitecture(
        vocabulary: vocabulary, position: .learned, positionCount: positions,
        tokenTypeCount: integer("type_vocab_size", in: 0...65536) ?? 2, hasNorm: true),
      head: HeadArchitecture(.maskedLanguage, isTied: true, hasPooler: true),
      hasDropout: hasDropout("hidden_dropout_prob", default: 0.1), maximumSequence: longest)
  }

  mutating func encoderDecoder() -> TransformerArchitecture? {
    let encoderLayers = required("num_layers", in: 1...2048)
    let hidden = required("d_model", in: TransformerReader.widthRange)
    let heads = required("num_heads", in: 1...4096)
    let width = required("d_kv", in: 1...65536)
    let feedForward = required("d_ff", in: TransformerReader.widthRange)
    let vocabulary = required("vocab_size", in: TransformerReader.vocabularyRange)
    guard let encoderLayers, let hidden, let heads, let width, let feedForward, let vocabulary else {
      return nil
    }
    let decoderLayers = integer("num_decoder_layers", in: 1...2048) ?? encoderLayers
    let projection = fields.text("feed_forward_proj") ?? "relu"
    let isGated = projection.hasPrefix("gated-")
    return TransformerArchitecture(
      form: .encoderDecoder, layerCount: encoderLayers + decoderLayers, encoderLayerCount: encoderLayers,
      hidden: hidden,
      attention: AttentionArchitecture(
        heads: heads, headWidth: width,
        relativeBuckets: integer("relative_attention_num_buckets", in: 0...65536) ?? 32),
      feedForward: FeedForwardArchitecture(
        width: feedForward, isGated: isGated, activation: projection.hasSuffix("gelu") ? .gelu : .relu),
      embedding: EmbeddingArchitecture(vocabulary: vocabulary, position: .relative),
      head: HeadArchitecture(.language, isTied: flag("tie_word_embeddings") ?? true),
      hasDropout: hasDropout("dropout_rate", default: 0.1),
      maximumSequence: integer("n_positions", in: TransformerReader.sequenceRange) ?? 512)
  }

  mutating func visionEncoder() -> TransformerArchitecture? {
    let layers = required("num_hidden_layers", in: TransformerReader.layerRange)
    let hidden = required("hidden_size", in: TransformerReader.widthRange)
    let heads = required("num_attention_heads", in: 1...4096)
    let image = integer("image_size", in: 1...16384) ?? 224
    let patch = integer("patch_size", in: 1...16384) ?? 16
    let channels = integer("num_channels", in: 1...1024) ?? 3
    guard let layers, let hidden, let heads else { return nil }
    if image % patch != 0 {
      fields.report(.conflict("patches of \(patch) do not tile an image of \(image)"), fields.node)
      return nil
    }
    guard let attention = plainAttention(heads: heads, hidden: hidden, hasBias: flag("qkv_bias") ?? true)
    else { return nil }
    let patches = PatchEmbedding(imageSize: image, patchSize: patch, channels: channels)
    // The class names are listed; the class library's default is two.
    let classes = fields.value("id2label")?.entries?.count ?? integer("num_labels", in: 1...(1 << 26)) ?? 2
    return TransformerArchitecture(
      form: .visionEncoder, layerCount: layers, hidden: hidden, attention: attention,
      feedForward: FeedForwardArchitecture(
        width: integer("intermediate_size", in: TransformerReader.widthRange) ?? 4 * hidden, isGated: false,
        activation: activation("hidden_act", default: .gelu), hasBias: true),
      norm: NormArchitecture(.layerNorm),
      embedding: EmbeddingArchitecture(vocabulary: 0, position: .learned, patches: patches),
      head: HeadArchitecture(.classification, hasBias: true, classCount: classes),
      hasDropout: hasDropout("hidden_dropout_prob", default: 0), maximumSequence: patches.tokenCount)
  }

  mutating func stateSpaceModel(_ family: HuggingFaceFamily) -> TransformerArchitecture? {
    let layers = required("num_hidden_layers", "n_layer", in: TransformerReader.layerRange)
    let hidden = required("hidden_size", "d_model", in: TransformerReader.widthRange)
    let vocabulary = required("vocab_size", in: TransformerReader.vocabularyRange)
    guard let layers, let hidden, let vocabulary else { return nil }
    let expand = integer("mamba_expand", "expand", in: 1...64) ?? 2
    var mixer = StateSpaceArchitecture(
      innerWidth: expand * hidden, stateSize: integer("mamba_d_state", "state_size", in: 1...4096) ?? 16,
      convolutionWidth: integer("mamba_d_conv", "conv_kernel", in: 1...64) ?? 4,
      timeStepRank: timeStepRank() ?? (hidden + 15) / 16)
    var attention: AttentionArchitecture?
    var feedForward: FeedForwardArchitecture?
    var mixture: ExpertArchitecture?
    if family == .jamba {
      guard let heads = required("num_attention_heads", in: 1...4096) else { return nil }
      attention = plainAttention(heads: heads, hidden: hidden, hasBias: false)
      attention?.keyValueHeads = integer("num_key_value_heads", in: 1...4096) ?? heads
      feedForward = FeedForwardArchitecture(
        width: integer("intermediate_size", in: TransformerReader.widthRange) ?? 4 * hidden, isGated: true,
        activation: activation("hidden_act", default: .silu))
      mixture = experts(family)
      mixture?.every = integer("expert_layer_period", in: 1...4096) ?? 2
      mixture?.offset = integer("expert_layer_offset", in: 0...4095) ?? 1
      mixer.hasInnerNorms = true
      mixer.attentionEvery = integer("attn_layer_period", in: 1...4096) ?? 8
      mixer.attentionOffset = integer("attn_layer_offset", in: 0...4095) ?? 4
    } else if let inner = integer("intermediate_size", in: TransformerReader.widthRange) {
      mixer.innerWidth = inner
    }
    return TransformerArchitecture(
      layerCount: layers, hidden: hidden, attention: attention, feedForward: feedForward, experts: mixture,
      stateSpace: mixer, embedding: EmbeddingArchitecture(vocabulary: vocabulary, position: .none),
      head: HeadArchitecture(.language, isTied: flag("tie_word_embeddings") ?? (family != .jamba)),
      maximumSequence: integer("max_position_embeddings", in: TransformerReader.sequenceRange) ?? 0)
  }

  /// A whole number, or `auto`, which stands for hidden / 16.
  private mutating func timeStepRank() -> Int? {
    guard let node = first(["mamba_dt_rank", "time_step_rank"]) else { return nil }
    if case .string("auto") = node.content { return nil }
    return integer("mamba_dt_rank", "time_step_rank", in: 1...65536)
  }

  private func plainAttention(heads: Int, hidden: Int, hasBias: Bool) -> AttentionArchitecture? {
    if hidden % heads != 0 {
      fields.report(.conflict("\(heads) attention heads do not divide hidden size \(hidden)"), fields.node)
      return nil
    }
    return AttentionArchitecture(
      heads: heads, headWidth: hidden / heads, hasInputBias: hasBias, hasOutputBias: hasBias)
  }
}
