/// The dimensions of a transformer, state-space or hybrid model, enough to count every parameter.
///
/// `model(sequenceLength:)` unrolls it into layers and operators.
public struct TransformerArchitecture: Sendable, Equatable {
  public enum Form: String, Sendable, CaseIterable {
    /// Causal language model.
    case decoder
    /// Bidirectional encoder.
    case encoder
    /// Encoder blocks followed by decoder blocks that attend to the encoder's output.
    case encoderDecoder = "encoder-decoder"
    /// Encoder over image patches.
    case visionEncoder = "vision-encoder"
  }

  public var form: Form
  /// Blocks in all, encoder and decoder together.
  public var layerCount: Int
  /// How many of the blocks are the encoder of an encoder-decoder model.
  public var encoderLayerCount: Int
  public var hidden: Int
  /// Absent in a pure state-space model.
  public var attention: AttentionArchitecture?
  /// Absent where the mixer is the whole block.
  public var feedForward: FeedForwardArchitecture?
  public var experts: ExpertArchitecture?
  public var stateSpace: StateSpaceArchitecture?
  public var norm: NormArchitecture
  public var embedding: EmbeddingArchitecture
  public var head: HeadArchitecture
  /// Dropout after the embedding, the attention and the feed-forward part.
  public var hasDropout: Bool
  /// Longest sequence the model was made for; 0 where nothing bounds it.
  public var maximumSequence: Int
  /// Smaller models, at most one so far, that read each sequence first and train with this one, on its token table: the
  /// generator of replaced tokens that this model learns to find (ELECTRA, Clark et al. 2020, arXiv:2003.10555).
  public var generators: [TransformerArchitecture]

  public init(
    form: Form = .decoder, layerCount: Int, encoderLayerCount: Int = 0, hidden: Int,
    attention: AttentionArchitecture?, feedForward: FeedForwardArchitecture?,
    experts: ExpertArchitecture? = nil, stateSpace: StateSpaceArchitecture? = nil,
    norm: NormArchitecture = NormArchitecture(), embedding: EmbeddingArchitecture,
    head: HeadArchitecture = HeadArchitecture(), hasDropout: Bool = false, maximumSequence: Int = 0,
    generators: [TransformerArchitecture] = []
  ) {
    self.form = form
    self.layerCount = layerCount
    self.encoderLayerCount = encoderLayerCount
    self.hidden = hidden
    self.attention = attention
    self.feedForward = feedForward
    self.experts = experts
    self.stateSpace = stateSpace
    self.norm = norm
    self.embedding = embedding
    self.head = head
    self.hasDropout = hasDropout
    self.maximumSequence = maximumSequence
    self.generators = generators
  }

  /// Trainable parameters; tied tensors count once.
  ///
  /// - Complexity: O(layers).
  public var parameterCount: Int64 { model(sequenceLength: 1).parameterCount }

  /// Parameters that one token visits: of each expert matrix only the chosen experts' share.
  public var activeParameterCount: Int64 {
    var count: Int64 = 0
    for layer in model(sequenceLength: 1).layers {
      for item in layer.operators {
        if case .expertLinear(_, _, _, let experts, let active) = item.shape {
          count += item.parameterCount / Int64(experts) * Int64(active)
        } else {
          count += item.parameterCount
        }
      }
    }
    return count
  }

  /// Whether block `index` mixes tokens by attention rather than by a state-space scan.
  public func usesAttention(_ index: Int) -> Bool {
    guard attention != nil else { return false }
    guard let stateSpace else { return true }
    guard let every = stateSpace.attentionEvery else { return false }
    return index % every == stateSpace.attentionOffset
  }

  /// Whether the feed-forward part of block `index` is a mixture of experts.
  public func usesExperts(_ index: Int) -> Bool {
    guard let experts, index >= experts.denseFirst else { return false }
    return index % experts.every == experts.offset
  }

  /// Whether block `index` belongs to the encoder of an encoder-decoder model.
  public func isEncoderBlock(_ index: Int) -> Bool {
    form == .encoderDecoder && index < encoderLayerCount
  }
}

/// Which normalisation a block uses and where.
public struct NormArchitecture: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case layerNorm = "layer-norm"
    case layerNormWithoutBias = "layer-norm-without-bias"
    case rms
  }

  public enum Placement: String, Sendable, CaseIterable {
    /// Before each branch, as in GPT-2 and Llama.
    case pre
    /// After each residual sum, as in BERT.
    case post
    /// Before and after each branch, as in Gemma 2.
    case sandwich
    /// On the output of each branch before the residual sum, as in OLMo 2.
    case branchOutput = "branch-output"
    /// Attention and feed-forward side by side behind one norm, as in GPT-J.
    case parallel
    /// Side by side, each behind its own norm, as in GPT-NeoX.
    case parallelPair = "parallel-pair"
  }

  public var kind: Kind
  public var placement: Placement
  /// A norm after the last block.
  public var hasFinal: Bool

  public init(_ kind: Kind = .rms, _ placement: Placement = .pre, hasFinal: Bool = true) {
    self.kind = kind
    self.placement = placement
    self.hasFinal = hasFinal
  }

  /// Parameters of one norm over `width` elements.
  public func parameterCount(width: Int) -> Int64 { Int64(kind == .layerNorm ? 2 * width : width) }
}

/// What turns tokens or patches into vectors.
public struct EmbeddingArchitecture: Sendable, Equatable {
  public enum Position: String, Sendable, CaseIterable {
    case learned, rope, alibi, relative, none
  }

  /// Rows of the token table; 0 for image patches.
  public var vocabulary: Int
  public var position: Position
  /// Rows of a learned position table.
  public var positionCount: Int
  /// Rows of a segment table, as in BERT; 0 for none.
  public var tokenTypeCount: Int
  /// A norm on the sum of the embeddings.
  public var hasNorm: Bool
  /// Width of the token table where it differs from the hidden width (OPT-350m).
  public var projectedFrom: Int?
  public var patches: PatchEmbedding?

  public init(
    vocabulary: Int, position: Position, positionCount: Int = 0, tokenTypeCount: Int = 0,
    hasNorm: Bool = false, projectedFrom: Int? = nil, patches: PatchEmbedding? = nil
  ) {
    self.vocabulary = vocabulary
    self.position = position
    self.positionCount = positionCount
    self.tokenTypeCount = tokenTypeCount
    self.hasNorm = hasNorm
    self.projectedFrom = projectedFrom
    self.patches = patches
  }
}

/// A square image cut into square patches, with one class token before them.
public struct PatchEmbedding: Sendable, Equatable {
  public var imageSize: Int
  public var patchSize: Int
  public var channels: Int

  public init(imageSize: Int, patchSize: Int, channels: Int = 3) {
    self.imageSize = imageSize
    self.patchSize = patchSize
    self.channels = channels
  }

  /// Patches and the class token.
  public var tokenCount: Int { (imageSize / patchSize) * (imageSize / patchSize) + 1 }
}

/// What stands on the last block.
public struct HeadArchitecture: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Logits over the vocabulary for every token.
    case language
    /// Logits for the masked 15 % of the tokens (Devlin et al. 2019).
    case maskedLanguage = "masked-language"
    /// Logits over classes for the first token.
    case classification
    /// Logits over classes for every token.
    case tokenClassification = "token-classification"
  }

  public var kind: Kind
  /// The output matrix is the token table.
  public var isTied: Bool
  public var hasBias: Bool
  /// A dense layer on what the head reads: the first token, as in BERT, or every one.
  public var hasPooler: Bool
  public var classCount: Int

  public init(
    _ kind: Kind = .language, isTied: Bool = false, hasBias: Bool = false, hasPooler: Bool = false,
    classCount: Int = 0
  ) {
    self.kind = kind
    self.isTied = isTied
    self.hasBias = hasBias
    self.hasPooler = hasPooler
    self.classCount = classCount
  }
}
