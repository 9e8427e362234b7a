extension ModelOperator {
  /// The policy by which the operator itself runs.
  func policy(_ precision: PrecisionPolicy) -> PrecisionPolicy { keepsWide ? precision.widened : precision }

  private var productKind: ProductKinds? {
    switch shape {
    case .linear: .linear
    case .expertLinear: .experts
    default: nil
    }
  }

  /// Whether its weights exist in the narrow format alone.
  private func isStoredNarrow(_ precision: PrecisionPolicy) -> Bool {
    guard let productKind, storedBytesPerParameter == nil else { return false }
    return precision.hasNarrowPrimaryWeights && policy(precision).casts(productKind)
  }

  /// Bytes in which the operator's weights are stored, cast copies aside.
  public func weightBytes(_ precision: PrecisionPolicy) -> Double {
    if isStoredNarrow(precision), let productKind {
      return Double(parameterCount) * Double(precision.castCopies) * precision.operandWidth(of: productKind)
    }
    return Double(parameterCount) * (storedBytesPerParameter ?? precision.weight.byteWidth)
  }

  /// Bytes of its weights as they are sent after an update: one copy, as it is stored.
  public func updatedWeightBytes(_ precision: PrecisionPolicy) -> Double {
    weightBytes(precision) / Double(isStoredNarrow(precision) ? precision.castCopies : 1)
  }

  /// Bytes of its weights as they are gathered for a pass: in the format that they are computed in, quantised ones as
  /// they are stored.
  public func gatheredWeightBytes(_ precision: PrecisionPolicy) -> Double {
    min(updatedWeightBytes(precision), Double(parameterCount) * precision.activation.byteWidth)
  }

  /// Bytes of the cast copies of its weights that a narrow product keeps beside them.
  public func weightCopyBytes(_ precision: PrecisionPolicy) -> Double {
    let own = policy(precision)
    guard let productKind, own.casts(productKind), !isStoredNarrow(precision) else { return 0 }
    return Double(own.castCopies) * Double(parameterCount) * own.operandWidth(of: productKind)
  }

  /// Bytes moved once a step to make those copies.
  public func weightCastBytes(_ precision: PrecisionPolicy) -> Double {
    guard let productKind else { return 0 }
    let source = isStoredNarrow(precision) ? precision.master ?? precision.weight : precision.weight
    return Double(parameterCount) * policy(precision).castBytes(from: source, for: productKind)
  }
}

extension Model {
  /// Bytes of the cast copies of weights that narrow products keep.
  public func weightCopyBytes(_ precision: PrecisionPolicy) -> Double {
    layers.reduce(0) { $0 + $1.operators.reduce(0) { $0 + $1.weightCopyBytes(precision) } }
  }

  /// Bytes moved once a step to make those copies.
  public func weightCastBytes(_ precision: PrecisionPolicy) -> Double {
    layers.reduce(0) { $0 + $1.operators.reduce(0) { $0 + $1.weightCastBytes(precision) } }
  }
}
