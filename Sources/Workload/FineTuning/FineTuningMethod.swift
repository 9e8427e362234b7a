/// How a trained model is changed: which parameters move, and what is added for them.
public enum FineTuningMethod: Sendable, Equatable {
  /// Every parameter.
  case full
  /// Two thin matrices beside each targeted product, the base frozen (Hu et al. 2021, arXiv:2106.09685).
  case lora(LowRank)
  /// The same over a base of quantised products (Dettmers et al. 2023, arXiv:2305.14314).
  case qlora(LowRank, Quantisation)
  /// LoRA for the direction of each output and a trained magnitude (Liu et al. 2024, arXiv:2402.09353).
  case dora(LowRank)
  /// LoRA that starts from the largest singular vectors of the base, which keeps the rest
  /// (Meng et al. 2024, arXiv:2404.02948). A step costs what LoRA's costs; see `initialisationFLOPs`.
  case pissa(LowRank)
  /// Some of the layers as they are, the others frozen.
  case freeze(LayerFreeze)

  /// What its adapters are, where it has any.
  public var lowRank: LowRank? {
    switch self {
    case .full, .freeze: nil
    case .lora(let adapters), .qlora(let adapters, _), .dora(let adapters), .pissa(let adapters): adapters
    }
  }
}

/// The adapters of a low-rank method.
public struct LowRank: Sendable, Equatable {
  public enum Targets: Sendable, Equatable {
    /// Every product between the embedding and the head, each projection on its own.
    case all
    /// Products by the names of the field, `q_proj`, or by those of the model graph, `qkv`.
    case named([String])

    /// `all-linear` alone stands for all of them.
    public init(_ names: [String]) { self = names == ["all-linear"] ? .all : .named(names) }
  }

  /// r, the width between the two matrices.
  public var rank: Int
  public var targets: Targets
  /// Share of the adapter's inputs that dropout sets to zero; 0 for none.
  public var dropout: Double
  /// Whether quantised products keep what they read, although frozen weights have no gradient that asks for it.
  public var keepsQuantisedInputs: Bool

  public init(
    rank: Int, targets: Targets = .all, dropout: Double = 0, keepsQuantisedInputs: Bool = false
  ) {
    self.rank = rank
    self.targets = targets
    self.dropout = dropout
    self.keepsQuantisedInputs = keepsQuantisedInputs
  }
}

/// How the products of a frozen base are stored.
public enum Quantisation: String, Sendable, CaseIterable {
  /// 4-bit NormalFloat in blocks of 64 with an fp32 scale each.
  case nf4
  /// The same with the scales quantised to 8 bits, in blocks of 256 with an fp32 scale each.
  case nf4Double = "nf4-double"

  /// Bytes a weight takes, scales included: 0.5 + 4/64, or 0.5 + 1/64 + 4/(64 · 256).
  ///
  /// - Source: Dettmers et al. 2023, arXiv:2305.14314, section 3 (block sizes).
  public var bytesPerWeight: Double {
    switch self {
    case .nf4: 0.5 + 4.0 / 64
    case .nf4Double: 0.5 + 1.0 / 64 + 4.0 / (64 * 256)
    }
  }
}

/// Which layers stay trainable.
public struct LayerFreeze: Sendable, Equatable {
  public enum Side: String, Sendable, CaseIterable { case first, last }

  /// Blocks that train.
  public var trainableLayers: Int
  /// The end of the model that they are counted from.
  public var side: Side
  /// Whether the embedding and the head, with the last norm, train too.
  public var trainsEmbeddings: Bool

  public init(trainableLayers: Int, side: Side = .last, trainsEmbeddings: Bool = false) {
    self.trainableLayers = trainableLayers
    self.side = side
    self.trainsEmbeddings = trainsEmbeddings
  }
}
