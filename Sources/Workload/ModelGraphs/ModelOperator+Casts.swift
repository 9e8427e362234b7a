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

  /// Bytes of the two cast copies of its weights that a narrow product keeps beside them.
  public func weightCopyBytes(_ precision: PrecisionPolicy) -> Double {
    let own = policy(precision)
    guard let productKind, own.casts(productKind) else { return 0 }
    return 2 * Double(parameterCount) * own.operandWidth(of: productKind)
  }

  /// Bytes moved once a step to make those copies.
  public func weightCastBytes(_ precision: PrecisionPolicy) -> Double {
    guard let productKind else { return 0 }
    return Double(parameterCount)
      * policy(precision).castBytes(from: precision.weight, for: productKind)
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
