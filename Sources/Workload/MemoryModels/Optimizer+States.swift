import ModelGraphs

/// State by tensors. Sums are linear in `count`: ranks that share tensors divide them.
extension Optimizer {
  /// Bytes of state for all tensors of one shape, m × n with m ≤ n.
  ///
  ///     8-bit     2·mn + 8·⌈mn/256⌉, 8·mn below 4096 elements
  ///     Adafactor 4·(m + n)         a vector 4·n
  ///     Muon      4·mn              momentum, hidden matrices
  ///     GaLore    8·rn + g·mr       two moments of the projected gradient; projection in the gradient's format
  ///     APOLLO    8·rn + 8          two moments; a seed and the last norm
  ///
  /// The others and all other tensors: `stateBytesPerParameter` each.
  public func stateBytes(
    of tensor: ParameterTensor, precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    if let rank = rank(tensor, projection) {
      let rest = self == .galore ? precision.gradient.byteWidth * tensor.shortSide * rank : 8
      return tensor.count * (8 * rank * tensor.longSide + rest)
    }
    switch self {
    case .muon where tensor.role == .hidden: return 4 * tensor.totalElements
    case .adafactor where tensor.role != .vector:
      return 4 * tensor.count * Double(tensor.rows + tensor.columns)
    case .adam8bit, .pagedAdam8bit:
      if tensor.elements < BlockQuantisation.smallest { return 8 * tensor.totalElements }
      let blocks = (tensor.elements / BlockQuantisation.block).rounded(.up)
      return tensor.count * (2 * tensor.elements + 8 * blocks)
    default: return tensor.totalElements * stateBytesPerParameter
    }
  }

  /// Bytes of state for a list of tensors.
  public func stateBytes(
    of tensors: [ParameterTensor], precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    tensors.reduce(0) { $0 + stateBytes(of: $1, precision: precision, projection: projection) }
  }

  /// Bytes of optimizer memory: states, and the master weights where precision keeps them.
  public func memoryBytes(
    of tensors: [ParameterTensor], precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    let master = precision.master?.byteWidth ?? 0
    return stateBytes(of: tensors, precision: precision, projection: projection)
      + tensors.reduce(0) { $0 + $1.totalElements * master }
  }

  /// Bytes of state that the driver may evict to the host: moments of tensors of 100 000 elements and more.
  public func pageableBytes(of tensors: [ParameterTensor]) -> Double {
    if !isPaged { return 0 }
    let width: Double = self == .pagedAdam8bit ? 2 : 8
    return tensors.reduce(0) {
      $0 + ($1.elements < BlockQuantisation.smallestPaged ? 0 : width * $1.totalElements)
    }
  }

  /// What is evicted when a rank's memory, paged states included, exceeds the device at its peak.
  ///
  /// The driver evicts as many bytes of state as are too many, at most all that are pageable. The update
  /// reads them back, and the next step's activations push them out again: 2 · evicted bytes cross the link
  /// to the host in a step.
  ///
  /// - Parameter overflow: bytes above the capacity at the peak; none are evicted where it is not positive.
  public func paging(of tensors: [ParameterTensor], overflow: Double) -> Paging {
    Paging(evicted: min(max(0, overflow), pageableBytes(of: tensors)))
  }

  /// States on the host and their way back and forth.
  public struct Paging: Sendable, Equatable {
    /// Bytes on the host at the peak of a step.
    public var evicted: Double
    /// Bytes over the link to the host in one step, both ways together.
    public var trafficPerStep: Double { 2 * evicted }
  }
}
