/// Any description that can be unrolled into a model.
public enum Architecture: Sendable, Equatable {
  case transformer(TransformerArchitecture)
  case convolutional(ConvolutionalArchitecture)
  case custom(CustomArchitecture)

  /// Layers and operators for one sample.
  ///
  /// - Parameter sequenceLength: tokens of one sequence; used by transformers alone.
  public func model(sequenceLength: Int, name: String) -> Model {
    switch self {
    case .transformer(let transformer): transformer.model(sequenceLength: sequenceLength, name: name)
    case .convolutional(let network): network.model(name: name)
    case .custom(let custom): custom.model(name: name)
    }
  }

  /// Whether a sample is a sequence of tokens whose length can be chosen.
  public var readsTokens: Bool {
    if case .transformer(let transformer) = self { return transformer.form != .visionEncoder }
    return false
  }

  /// Trainable parameters; tied tensors count once.
  public var parameterCount: Int64 {
    switch self {
    case .transformer(let transformer): transformer.parameterCount
    case .convolutional(let network): network.parameterCount
    case .custom(let custom): custom.parameterCount
    }
  }

  /// Parameters that one token or sample visits.
  public var activeParameterCount: Int64 {
    if case .transformer(let transformer) = self { return transformer.activeParameterCount }
    return parameterCount
  }
}
