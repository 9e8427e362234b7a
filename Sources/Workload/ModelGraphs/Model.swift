/// A model as the ordered list of layers that one sample passes through.
public struct Model: Sendable, Equatable {
  public var name: String
  public var layers: [ModelLayer]
  /// What one sample is called: `image`, `sequence` or `sample`.
  public var sampleName: String
  /// Tokens in one sample; 1 where a sample is not a sequence.
  public var tokensPerSample: Int

  public init(name: String, layers: [ModelLayer], sampleName: String, tokensPerSample: Int = 1) {
    self.name = name
    self.layers = layers
    self.sampleName = sampleName
    self.tokensPerSample = tokensPerSample
  }

  /// Parameters, trainable and frozen, tied tensors counted once.
  public var parameterCount: Int64 { layers.reduce(0) { $0 + $1.parameterCount } }

  /// Parameters that training changes.
  public var trainableParameterCount: Int64 { layers.reduce(0) { $0 + $1.trainableParameterCount } }

  /// Bytes in which all weights are stored.
  public func weightBytes(_ precision: PrecisionPolicy) -> Double {
    layers.reduce(0) { $0 + $1.operators.reduce(0) { $0 + $1.weightBytes(precision) } }
  }
}

/// One layer: a unit of gradient readiness, of recomputation and of reporting.
public struct ModelLayer: Sendable, Hashable {
  public var name: String
  public var kind: LayerKind
  public var operators: [ModelOperator]
  /// Whether it keeps its activations although layers around it are computed again.
  public var keepsActivations: Bool

  public init(name: String, kind: LayerKind, operators: [ModelOperator]) {
    self.name = name
    self.kind = kind
    self.operators = operators
    keepsActivations = false
  }

  public var parameterCount: Int64 { operators.reduce(0) { $0 + $1.parameterCount } }

  /// Parameters that training changes.
  public var trainableParameterCount: Int64 { operators.reduce(0) { $0 + $1.trainableParameterCount } }
}

/// What a layer is, for reports and for rules such as where recomputation may cut.
public enum LayerKind: String, Sendable, CaseIterable {
  case embedding, transformerBlock, convolutionBlock, mixerBlock, pooling, linear, head, custom
}

/// One operator of a layer with the parameters it owns.
public struct ModelOperator: Sendable, Hashable {
  public var name: String
  public var shape: OperatorShape
  /// Parameters owned here; an operator that reads another's tied weights owns none.
  public var parameterCount: Int64
  /// Whether its input needs a gradient; false for the first operator on raw data.
  public var needsInputGradient: Bool
  /// Elements of its input that the backward pass reads and nothing else keeps, for one sample.
  ///
  /// `nil`: the whole input, as the weight gradient of a linear layer or convolution needs, so nothing
  /// where the operator is frozen; 0 where the operator before it keeps that tensor already.
  public var savedInputElements: Int?
  /// What tensor parallelism divides.
  public var split: TensorSplit
  /// Whether training changes its parameters; frozen ones have no gradients and no optimizer states.
  public var isTrainable: Bool
  /// Bytes in which each parameter is stored, where that is not the precision policy's format: quantised bases.
  public var storedBytesPerParameter: Double?
  /// Copies of the logits in fp32 that a loss keeps for its backward pass: 2 where it is a kernel for each operation,
  /// 1 where it is one, 0 where logits are made and used piece by piece, which is said of their product too.
  public var lossCopies = 1
  /// Whether its product stays in the wide format where a policy narrows linear layers: routers and logits.
  public var keepsWide: Bool

  public init(
    _ name: String, _ shape: OperatorShape, parameters: Int64 = 0, needsInputGradient: Bool = true,
    savedInputElements: Int? = nil, split: TensorSplit = .tokens, isTrainable: Bool = true,
    storedBytesPerParameter: Double? = nil, keepsWide: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.parameterCount = parameters
    self.needsInputGradient = needsInputGradient
    self.savedInputElements = savedInputElements
    self.split = split
    self.isTrainable = isTrainable
    self.storedBytesPerParameter = storedBytesPerParameter
    self.keepsWide = keepsWide
  }

  /// Parameters that training changes.
  public var trainableParameterCount: Int64 { isTrainable ? parameterCount : 0 }
}

/// What the ranks of a tensor-parallel group divide among them.
///
/// - Source: Shoeybi et al. 2019, arXiv:1909.08053 (columns, rows, vocabulary); Korthikanti et al. 2022,
///   arXiv:2205.05198 (tokens).
public enum TensorSplit: String, Sendable, Hashable, CaseIterable {
  /// Whole rows: each rank does them all, or its share of the tokens under sequence parallelism.
  case tokens
  /// Outputs of a product; its input is whole.
  case columns
  /// Inputs of a product; partial outputs are summed.
  case rows
  /// What lies between columns and rows: heads, or channels of the feed-forward part.
  case channels
  /// Rows of the token table, classes of the logits and of the loss.
  case vocabulary
  /// Classes of a loss that every rank takes over all of them, gathered from the ranks that made them.
  case gathered
  /// Routed experts: whole experts by expert parallelism, and their channels by tensor parallelism.
  case experts
}
