/// Dimensions of multi-head, grouped-query, multi-query or latent attention.
public struct AttentionArchitecture: Sendable, Equatable {
  public enum QueryKeyNorm: String, Sendable, CaseIterable {
    case none
    /// One weight vector of head width for queries and one for keys (Qwen3, Gemma 3).
    case head
    /// Over the whole query and the whole key vector (OLMo 2).
    case full
  }

  public var heads: Int
  public var keyValueHeads: Int
  /// Width of a query and key head.
  public var headWidth: Int
  public var latent: LatentAttention?
  public var hasInputBias: Bool
  public var hasOutputBias: Bool
  public var queryKeyNorm: QueryKeyNorm
  /// One learned logit per head in the softmax's denominator (gpt-oss).
  public var hasSinks: Bool
  /// A hidden × hidden projection of relative positions in every block (Transformer-XL).
  public var hasRelativeProjection: Bool
  /// Buckets of a learned relative bias per head, owned by the first block of each stack (T5).
  public var relativeBuckets: Int
  /// Keys a query sees at most in the windowed blocks.
  public var window: Int?
  /// Which blocks are windowed, repeated over the depth; empty: all, where there is a window.
  public var windowPattern: [Bool]
  /// A light scorer that picks the keys each query sees (DeepSeek sparse attention).
  public var indexer: SparseIndexer?

  public init(
    heads: Int, keyValueHeads: Int? = nil, headWidth: Int, latent: LatentAttention? = nil,
    hasInputBias: Bool = false, hasOutputBias: Bool = false, queryKeyNorm: QueryKeyNorm = .none,
    hasSinks: Bool = false, hasRelativeProjection: Bool = false, relativeBuckets: Int = 0,
    window: Int? = nil, windowPattern: [Bool] = [], indexer: SparseIndexer? = nil
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads ?? heads
    self.headWidth = headWidth
    self.latent = latent
    self.hasInputBias = hasInputBias
    self.hasOutputBias = hasOutputBias
    self.queryKeyNorm = queryKeyNorm
    self.hasSinks = hasSinks
    self.hasRelativeProjection = hasRelativeProjection
    self.relativeBuckets = relativeBuckets
    self.window = window
    self.windowPattern = windowPattern
    self.indexer = indexer
  }

  public var queryWidth: Int { heads * headWidth }
  public var keyWidth: Int { keyValueHeads * headWidth }
  /// Width of the attention output that the output projection reads.
  public var outputWidth: Int { heads * (latent?.valueWidth ?? headWidth) }

  /// `mha`, `gqa`, `mqa` or `mla`.
  public var kindName: String {
    if latent != nil { return "mla" }
    if keyValueHeads == heads { return "mha" }
    return keyValueHeads == 1 ? "mqa" : "gqa"
  }

  /// Keys that a query of block `index` sees at most; `nil` where it sees all.
  public func window(ofBlock index: Int) -> Int? {
    if let indexer { return indexer.keysKept }
    guard let window else { return nil }
    if windowPattern.isEmpty { return window }
    return windowPattern[index % windowPattern.count] ? window : nil
  }

  /// Elements that serving keeps for one token of one layer: keys and values, or the latent.
  public var cacheElementsPerToken: Int {
    if let latent { return latent.keyValueRank + latent.ropeWidth }
    return 2 * keyWidth
  }
}

/// Ranks and widths of multi-head latent attention (DeepSeek-V2, arXiv:2405.04434).
public struct LatentAttention: Sendable, Equatable {
  /// Rank of the query compression; `nil` where queries are projected directly.
  public var queryRank: Int?
  public var keyValueRank: Int
  /// Part of a head without position, and the rotary part.
  public var plainWidth: Int
  public var ropeWidth: Int
  public var valueWidth: Int

  public init(queryRank: Int?, keyValueRank: Int, plainWidth: Int, ropeWidth: Int, valueWidth: Int) {
    self.queryRank = queryRank
    self.keyValueRank = keyValueRank
    self.plainWidth = plainWidth
    self.ropeWidth = ropeWidth
    self.valueWidth = valueWidth
  }
}

/// The scorer of sparse attention (DeepSeek-V3.2).
public struct SparseIndexer: Sendable, Equatable {
  public var heads: Int
  public var headWidth: Int
  public var keysKept: Int

  public init(heads: Int, headWidth: Int, keysKept: Int) {
    self.heads = heads
    self.headWidth = headWidth
    self.keysKept = keysKept
  }
}

/// The feed-forward part of a block.
public struct FeedForwardArchitecture: Sendable, Equatable {
  public enum Activation: String, Sendable, CaseIterable {
    case gelu, silu, relu
    case squaredReLU = "squared-relu"

    /// Whether the backward pass needs the input rather than the output.
    var keepsInput: Bool { self != .relu }
  }

  public var width: Int
  /// Two parallel projections, one through the activation (SwiGLU, GeGLU).
  public var isGated: Bool
  public var activation: Activation
  public var hasBias: Bool

  public init(width: Int, isGated: Bool, activation: Activation, hasBias: Bool = false) {
    self.width = width
    self.isGated = isGated
    self.activation = activation
    self.hasBias = hasBias
  }
}

/// A mixture of experts in place of the feed-forward part.
public struct ExpertArchitecture: Sendable, Equatable {
  public var count: Int
  /// Routed experts that a token visits.
  public var active: Int
  public var width: Int
  /// Shared experts that every token visits, and the width of each.
  public var sharedCount: Int
  public var sharedWidth: Int
  /// A learned scalar gate on the shared expert (Qwen MoE).
  public var hasSharedGate: Bool
  /// Blocks at the start that stay dense.
  public var denseFirst: Int
  /// Every how many blocks, and at which remainder, the experts stand.
  public var every: Int
  public var offset: Int
  /// One value per expert besides the router matrix: a bias or a load-balance correction.
  public var hasRouterBias: Bool
  public var hasBias: Bool

  public init(
    count: Int, active: Int, width: Int, sharedCount: Int = 0, sharedWidth: Int = 0,
    hasSharedGate: Bool = false, denseFirst: Int = 0, every: Int = 1, offset: Int = 0,
    hasRouterBias: Bool = false, hasBias: Bool = false
  ) {
    self.count = count
    self.active = active
    self.width = width
    self.sharedCount = sharedCount
    self.sharedWidth = sharedWidth
    self.hasSharedGate = hasSharedGate
    self.denseFirst = denseFirst
    self.every = every
    self.offset = offset
    self.hasRouterBias = hasRouterBias
    self.hasBias = hasBias
  }
}

/// A selective state-space mixer (Mamba, arXiv:2312.00752).
public struct StateSpaceArchitecture: Sendable, Equatable {
  public var innerWidth: Int
  public var stateSize: Int
  public var convolutionWidth: Int
  public var timeStepRank: Int
  /// Norms on the time step and on the input and output maps (Jamba).
  public var hasInnerNorms: Bool
  /// Every how many blocks attention replaces the mixer; `nil`: never.
  public var attentionEvery: Int?
  public var attentionOffset: Int

  public init(
    innerWidth: Int, stateSize: Int = 16, convolutionWidth: Int = 4, timeStepRank: Int,
    hasInnerNorms: Bool = false, attentionEvery: Int? = nil, attentionOffset: Int = 0
  ) {
    self.innerWidth = innerWidth
    self.stateSize = stateSize
    self.convolutionWidth = convolutionWidth
    self.timeStepRank = timeStepRank
    self.hasInnerNorms = hasInnerNorms
    self.attentionEvery = attentionEvery
    self.attentionOffset = attentionOffset
  }
}
