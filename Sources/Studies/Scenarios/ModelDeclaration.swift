/// A model by its catalogue name, by its file or by its figures.
public enum ModelDeclaration: Sendable, Equatable {
  case named(DeclaredName)
  /// Path of a Hugging Face `config.json`.
  case file(DeclaredName)
  case transformer(TransformerDeclaration)
  case layers([LayerDeclaration])
  case totals(TotalsDeclaration)
}

/// A transformer by its shape.
public struct TransformerDeclaration: Sendable, Equatable {
  public var layers = 0
  public var hidden = 0
  public var heads = 0
  /// Key and value heads; equal to `heads` unless declared.
  public var kvHeads = 0
  /// `hidden / heads` unless declared.
  public var headWidth = 0
  /// Width of the feed-forward layer: 4 × hidden, or 8/3 × hidden rounded up to 256 where it is gated,
  /// unless declared.
  public var ffn = 0
  public var gated = false
  /// Feed-forward layers of a block of which a token visits some; `nil`: one, which all visit.
  public var experts: Int?
  public var expertsPerToken = 2
  public var vocabulary = 50257
  public var tiedEmbeddings = true
  public var position = PositionEncoding.learned
  public var attention = AttentionKind.causal
  /// Keys a query sees at most; `nil`: all.
  public var window: Int?
  /// Whether activations are dropped at random; `nil`: where the feed-forward layer has no gate.
  public var dropout: Bool?
  /// Longest sequence: rows of a learned position table, and the default sequence length.
  public var context = 1024

  public init() {}
}

/// One layer by its totals for one sample.
public struct LayerDeclaration: Sendable, Equatable {
  public var name = ""
  public var layerType = LayerType.custom
  public var inputShape: [Int] = []
  public var outputShape: [Int] = []
  public var parameters = 0
  public var forwardFLOPs = 0.0
  /// Twice `forwardFLOPs` unless declared.
  public var backwardFLOPs = 0.0
  /// Kept for the backward pass, in units of 10⁶ bytes.
  public var activationMemoryMB = 0.0
  /// In units of 10⁶ bytes; `nil`: as the parameters and the gradient precision make it.
  public var gradientMemoryMB: Double?

  public init() {}
}

/// A model known only by its totals for one sample.
public struct TotalsDeclaration: Sendable, Equatable {
  public var parameters = 0
  /// Activation elements kept for the backward pass.
  public var activations = 0.0
  /// Twice the parameters unless declared; the backward pass takes twice as many.
  public var forwardFLOPs = 0.0

  public init() {}
}
