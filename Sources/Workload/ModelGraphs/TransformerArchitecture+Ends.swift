extension TransformerArchitecture {
  /// Tables or patches to vectors, with position, segment, norm and dropout.
  func embeddingLayer(tokens: Int) -> ModelLayer {
    var operators = embedding.patches.map { patchOperators($0, tokens: tokens) } ?? []
    if embedding.vocabulary > 0 {
      operators.append(
        tableOperator("tokens", tokens, embedding.projectedFrom ?? hidden, embedding.vocabulary))
    }
    if let width = embedding.projectedFrom {
      operators.append(linear("embedding_projection", tokens, width, hidden))
    }
    if embedding.position == .learned, embedding.patches == nil {
      operators.append(tableOperator("positions", tokens, hidden, embedding.positionCount))
    }
    if embedding.tokenTypeCount > 0 {
      operators.append(tableOperator("token_types", tokens, hidden, embedding.tokenTypeCount))
    }
    if embedding.hasNorm { operators.append(normOperator("embedding_norm", rows: tokens)) }
    if hasDropout { operators.append(dropoutOperator(tokens: tokens)) }
    return ModelLayer(name: "embedding", kind: .embedding, operators: operators)
  }

  /// End of the encoder and the decoder's reading of the shared token table.
  func decoderInputLayer(tokens: Int) -> ModelLayer {
    var table = tableOperator("tokens", tokens, hidden, embedding.vocabulary)
    table.parameterCount = 0
    var operators = [normOperator("encoder_norm", rows: tokens), table]
    if hasDropout { operators.append(dropoutOperator(tokens: tokens)) }
    return ModelLayer(name: "decoder_embedding", kind: .embedding, operators: operators)
  }

  /// Last norm, logits and loss.
  func headLayer(tokens: Int) -> ModelLayer {
    var operators: [ModelOperator] = []
    if norm.hasFinal { operators.append(normOperator("final_norm", rows: tokens)) }
    let isClassifier = head.kind == .classification || head.kind == .tokenClassification
    let classes = isClassifier ? head.classCount : embedding.vocabulary
    let rows =
      switch head.kind {
      case .language, .tokenClassification: tokens
      case .maskedLanguage: max(1, (tokens * 15 + 50) / 100)
      case .classification: 1
      }
    if head.hasPooler {
      let pooled = head.kind == .tokenClassification ? tokens : 1
      operators.append(linear("pooler", pooled, hidden, hidden, hasBias: true))
    }
    if let width = embedding.projectedFrom {
      operators.append(linear("head_projection", rows, hidden, width))
    }
    var logits = linear(
      "logits", rows, embedding.projectedFrom ?? hidden, classes, .vocabulary, hasBias: head.hasBias)
    logits.keepsWide = true
    if head.isTied { logits.parameterCount = head.hasBias ? Int64(classes) : 0 }
    operators.append(logits)
    operators.append(ModelOperator("loss", .crossEntropy(rows: rows, classes: classes), split: .vocabulary))
    return ModelLayer(name: "head", kind: .head, operators: operators)
  }

  private func tableOperator(_ name: String, _ rows: Int, _ width: Int, _ count: Int) -> ModelOperator {
    ModelOperator(
      name, .embedding(rows: rows, width: width, vocabulary: count),
      parameters: Int64(width) * Int64(count), needsInputGradient: false,
      split: name == "tokens" ? .vocabulary : .tokens)
  }

  private func dropoutOperator(tokens: Int) -> ModelOperator {
    ModelOperator(
      "embedding_dropout",
      .streaming(
        StreamingShape(
          forwardElements: 2 * tokens * hidden, backwardElements: 2 * tokens * hidden, savedElements: 0,
          savedBytes: tokens * hidden)))
  }

  /// A strided convolution over the image, then the class token and the position table.
  private func patchOperators(_ patches: PatchEmbedding, tokens: Int) -> [ModelOperator] {
    let side = patches.imageSize / patches.patchSize
    let shape = ConvolutionShape(
      inputChannels: patches.channels, outputChannels: hidden, kernelHeight: patches.patchSize,
      kernelWidth: patches.patchSize, inputHeight: patches.imageSize, inputWidth: patches.imageSize,
      outputHeight: side, outputWidth: side)
    return [
      ModelOperator(
        "patches", .convolution(shape), parameters: Int64(shape.weightElements + hidden),
        needsInputGradient: false),
      ModelOperator(
        "positions", .streaming(.residual(tokens * hidden, hasDropout: false)),
        parameters: Int64(hidden + tokens * hidden)),
    ]
  }
}
