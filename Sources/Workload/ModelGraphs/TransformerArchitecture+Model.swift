extension TransformerArchitecture {
  /// The model as layers of operators for one sequence.
  ///
  /// Layers: the embedding, one per block, then the last norm with the head and the loss. In an
  /// encoder-decoder model source and target have `sequenceLength` tokens each, and a sample counts
  /// both. A vision encoder always sees its patches and its class token. A generator's layers come first.
  ///
  /// - Parameters:
  ///   - sequenceLength: s, tokens of one sequence; s ≥ 1.
  ///   - name: the name of the model in reports.
  /// - Complexity: O(layers).
  public func model(sequenceLength: Int, name: String = "transformer") -> Model {
    let tokens = embedding.patches?.tokenCount ?? sequenceLength
    var layers = generators.flatMap { $0.generatorLayers(tokens: tokens) }
    layers.append(embeddingLayer(tokens: tokens))
    for index in 0..<layerCount {
      if form == .encoderDecoder, index == encoderLayerCount {
        layers.append(decoderInputLayer(tokens: tokens))
      }
      layers.append(block(index, tokens: tokens))
    }
    layers.append(headLayer(tokens: tokens))
    return Model(
      name: name, layers: layers, sampleName: form == .visionEncoder ? "image" : "sequence",
      tokensPerSample: form == .encoderDecoder ? 2 * tokens : tokens)
  }

  /// The layers of a generator, which reads its owner's token table and has none.
  private func generatorLayers(tokens: Int) -> [ModelLayer] {
    model(sequenceLength: tokens).layers.map { layer in
      var layer = layer
      layer.name = "generator." + layer.name
      for index in layer.operators.indices where layer.operators[index].name == "tokens" {
        layer.operators[index].parameterCount = 0
      }
      return layer
    }
  }

  func normOperator(_ name: String, rows: Int, width: Int? = nil) -> ModelOperator {
    let width = width ?? hidden
    var shape = StreamingShape.norm(rows * width)
    if norm.kind == .rms { shape.role = .rootMeanSquareNorm }
    return ModelOperator(name, .streaming(shape), parameters: norm.parameterCount(width: width))
  }

  private func block(_ index: Int, tokens: Int) -> ModelLayer {
    let isMixer = !usesAttention(index)
    let mixer = isMixer ? stateSpaceOperators(tokens: tokens) : attentionOperators(index, tokens: tokens)
    var operators: [ModelOperator]
    switch norm.placement {
    case .parallel, .parallelPair:
      operators = parallelBranches(index, mixer: mixer, tokens: tokens)
    default:
      operators = branch(isMixer ? "mixer" : "attention", mixer, tokens: tokens)
      if form == .encoderDecoder, !isEncoderBlock(index) {
        operators += branch(
          "cross", crossAttentionOperators(index, tokens: tokens), tokens: tokens)
      }
      if feedForward != nil || usesExperts(index) {
        operators += branch("mlp", feedForwardOperators(index, tokens: tokens), tokens: tokens)
      }
    }
    return ModelLayer(
      name: "block.\(index)", kind: isMixer ? .mixerBlock : .transformerBlock, operators: operators)
  }

  /// One residual branch with its norms and its sum.
  private func branch(_ name: String, _ body: [ModelOperator], tokens: Int) -> [ModelOperator] {
    let before = normOperator("\(name)_norm", rows: tokens)
    let after = normOperator("\(name)_output_norm", rows: tokens)
    let sum = ModelOperator(
      "\(name)_residual", .streaming(.residual(tokens * hidden, hasDropout: hasDropout)))
    return switch norm.placement {
    case .pre, .parallel, .parallelPair: [before] + body + [sum]
    case .post: body + [sum, after]
    case .sandwich: [before] + body + [after, sum]
    case .branchOutput: body + [after, sum]
    }
  }

  /// Attention and feed-forward side by side; behind one norm they read and keep the same tensor.
  private func parallelBranches(
    _ index: Int, mixer: [ModelOperator], tokens: Int
  ) -> [ModelOperator] {
    var second = feedForwardOperators(index, tokens: tokens)
    var operators = [normOperator("norm", rows: tokens)] + mixer
    if norm.placement == .parallelPair {
      // Both norms read and keep the same input; the second adds no tensor.
      var shape = StreamingShape.norm(tokens * hidden)
      shape.savedElements = 0
      operators.append(
        ModelOperator("mlp_norm", .streaming(shape), parameters: norm.parameterCount(width: hidden)))
    } else {
      second[0].savedInputElements = 0
    }
    operators += second
    let sum = StreamingShape.residual(tokens * hidden, hasDropout: hasDropout, branches: 2)
    return operators + [ModelOperator("residual", .streaming(sum))]
  }
}
