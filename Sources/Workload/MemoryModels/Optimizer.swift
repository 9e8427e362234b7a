import ModelGraphs

/// The update rule, with the state it keeps and the traffic it causes.
public enum Optimizer: String, Sendable, CaseIterable {
  case sgd, momentum, adam, adamw

  /// Bytes of fp32 state per parameter: nothing, one momentum, or two moments.
  public var stateBytesPerParameter: Double {
    switch self {
    case .sgd: 0
    case .momentum: 4
    case .adam, .adamw: 8
    }
  }

  /// Bytes of optimizer memory per parameter: state, and the master weights where precision keeps them.
  public func memoryBytesPerParameter(_ precision: PrecisionPolicy) -> Double {
    stateBytesPerParameter + (precision.master?.byteWidth ?? 0)
  }

  /// Bytes read and written to update one parameter.
  ///
  /// The gradient is read; each state is read and written; the master weights, or the weights
  /// themselves, are read and written; with a master copy the working weights are written besides.
  public func updateBytesPerParameter(_ precision: PrecisionPolicy) -> Double {
    let weightTraffic =
      precision.master.map { 2 * $0.byteWidth + precision.weight.byteWidth }
      ?? (2 * precision.weight.byteWidth)
    return precision.gradient.byteWidth + 2 * stateBytesPerParameter + weightTraffic
  }

  /// Floating-point operations per updated parameter.
  public var updateFLOPsPerParameter: Double {
    switch self {
    case .sgd: 2
    case .momentum: 4
    case .adam: 14
    case .adamw: 16
    }
  }
}
