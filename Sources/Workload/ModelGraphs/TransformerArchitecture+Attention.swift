extension TransformerArchitecture {
  /// Self-attention of block `index`: projections, positions, scores, output projection.
  ///
  /// The query, key and value projections are one product. What is kept: the block's input by the
  /// first product, queries, keys and values by the attention, its output by the output projection.
  func attentionOperators(_ index: Int, tokens: Int) -> [ModelOperator] {
    guard let attention else { return [] }
    if let latent = attention.latent {
      return latentAttentionOperators(attention, latent, index: index, tokens: tokens)
    }
    let inputs = attention.queryWidth + 2 * attention.keyWidth
    var operators = [linear("qkv", tokens, hidden, inputs, .columns, hasBias: attention.hasInputBias)]
    operators += positionOperators(attention, tokens: tokens)
    var core = ModelOperator(
      "attention",
      .attention(
        AttentionShape(
          queries: tokens, keys: tokens, heads: attention.heads,
          keyValueHeads: attention.keyValueHeads, headWidth: attention.headWidth,
          isCausal: isCausal(index), window: attention.window(ofBlock: index))), split: .channels)
    core.parameterCount = attention.hasSinks ? Int64(attention.heads) : 0
    if index == 0 || (form == .encoderDecoder && index == encoderLayerCount) {
      core.parameterCount += Int64(attention.relativeBuckets * attention.heads)
    }
    operators.append(core)
    operators.append(
      linear("projection", tokens, attention.outputWidth, hidden, .rows, hasBias: attention.hasOutputBias))
    return operators
  }

  /// Attention of a decoder block to the encoder's output, which the first decoder block keeps.
  func crossAttentionOperators(_ index: Int, tokens: Int) -> [ModelOperator] {
    guard let attention else { return [] }
    var keysAndValues = linear(
      "cross_kv", tokens, hidden, 2 * attention.keyWidth, .columns, hasBias: attention.hasInputBias)
    if index > encoderLayerCount { keysAndValues.savedInputElements = 0 }
    return [
      linear("cross_q", tokens, hidden, attention.queryWidth, .columns, hasBias: attention.hasInputBias),
      keysAndValues,
      ModelOperator(
        "cross_attention",
        .attention(
          AttentionShape(
            queries: tokens, keys: tokens, heads: attention.heads,
            keyValueHeads: attention.keyValueHeads, headWidth: attention.headWidth, isCausal: false)),
        split: .channels),
      linear(
        "cross_projection", tokens, attention.outputWidth, hidden, .rows, hasBias: attention.hasOutputBias),
    ]
  }

  func linear(
    _ name: String, _ rows: Int, _ inputs: Int, _ outputs: Int, _ split: TensorSplit = .tokens,
    hasBias: Bool = false
  ) -> ModelOperator {
    ModelOperator(
      name, .linear(rows: rows, inputs: inputs, outputs: outputs),
      parameters: Int64(inputs) * Int64(outputs) + (hasBias ? Int64(outputs) : 0), split: split)
  }

  private func isCausal(_ index: Int) -> Bool {
    switch form {
    case .decoder: true
    case .encoder, .visionEncoder: false
    case .encoderDecoder: !isEncoderBlock(index)
    }
  }

  /// Norms of queries and keys, rotary embedding, projection of relative positions.
  private func positionOperators(_ attention: AttentionArchitecture, tokens: Int) -> [ModelOperator] {
    var operators: [ModelOperator] = []
    let width = attention.queryWidth + attention.keyWidth
    if attention.queryKeyNorm != .none {
      let weights =
        attention.queryKeyNorm == .head ? 2 * attention.headWidth : width
      operators.append(
        ModelOperator(
          "qk_norm", .streaming(.norm(tokens * width)), parameters: norm.parameterCount(width: weights),
          split: .channels))
    }
    if embedding.position == .rope {
      operators.append(
        ModelOperator("rotary", .streaming(.rotary(tokens * width)), split: .channels))
    }
    if attention.hasRelativeProjection {
      var projection = linear("relative_positions", tokens, hidden, attention.queryWidth, .columns)
      projection.needsInputGradient = false
      projection.savedInputElements = 0
      operators.append(projection)
    }
    return operators
  }

  /// Multi-head latent attention in its expanded form, as training runs it.
  private func latentAttentionOperators(
    _ attention: AttentionArchitecture, _ latent: LatentAttention, index: Int, tokens: Int
  ) -> [ModelOperator] {
    let heads = attention.heads
    let headWidth = latent.plainWidth + latent.ropeWidth
    var operators: [ModelOperator] = []
    if let rank = latent.queryRank {
      operators.append(linear("q_down", tokens, hidden, rank, hasBias: attention.hasInputBias))
      operators.append(normOperator("q_norm", rows: tokens, width: rank))
      operators.append(linear("q_up", tokens, rank, heads * headWidth, .columns))
    } else {
      operators.append(linear("q", tokens, hidden, heads * headWidth, .columns))
    }
    var down = linear(
      "kv_down", tokens, hidden, latent.keyValueRank + latent.ropeWidth, hasBias: attention.hasInputBias)
    down.savedInputElements = 0
    operators.append(down)
    operators.append(normOperator("kv_norm", rows: tokens, width: latent.keyValueRank))
    operators.append(
      linear("kv_up", tokens, latent.keyValueRank, heads * (latent.plainWidth + latent.valueWidth), .columns))
    operators.append(
      ModelOperator(
        "rotary", .streaming(.rotary(tokens * (heads + 1) * latent.ropeWidth)), split: .channels))
    if let indexer = attention.indexer {
      operators += indexerOperators(indexer, latent, tokens: tokens)
    }
    operators.append(
      ModelOperator(
        "attention",
        .attention(
          AttentionShape(
            queries: tokens, keys: tokens, heads: heads, keyValueHeads: heads, headWidth: headWidth,
            valueWidth: latent.valueWidth, isCausal: isCausal(index),
            window: attention.window(ofBlock: index))), split: .channels))
    operators.append(
      linear("projection", tokens, heads * latent.valueWidth, hidden, .rows, hasBias: attention.hasOutputBias)
    )
    return operators
  }

  /// The scorer of sparse attention: its projections and the causal scores of its heads.
  ///
  /// It is trained on detached inputs, so no gradient leaves it towards the block's input.
  private func indexerOperators(
    _ indexer: SparseIndexer, _ latent: LatentAttention, tokens: Int
  ) -> [ModelOperator] {
    let width = indexer.heads * indexer.headWidth
    var operators = [
      linear("index_q", tokens, latent.queryRank ?? hidden, width),
      linear("index_k", tokens, hidden, indexer.headWidth),
      linear("index_weights", tokens, hidden, indexer.heads),
    ]
    for position in operators.indices {
      operators[position].needsInputGradient = false
      operators[position].savedInputElements = 0
    }
    let scores = Double(tokens) * Double(tokens) * Double(width)
    operators.append(
      ModelOperator(
        "index_scores",
        .aggregate(
          AggregateShape(
            forwardFLOPs: scores, backwardFLOPs: 2 * scores,
            activationElements: Double(tokens * (width + indexer.headWidth + indexer.heads)))),
        parameters: Int64(2 * indexer.headWidth)))
    return operators
  }
}
