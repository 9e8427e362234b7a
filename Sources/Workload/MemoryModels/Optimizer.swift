import ModelGraphs

/// The update rule, with the state it keeps and the traffic it causes.
///
/// Most rules treat every element alike. Adafactor keeps sums of rows and columns of a matrix; Muon, GaLore and
/// APOLLO have a rule of their own for hidden matrices and AdamW for tables, head and vectors, so
/// what they hold depends on the tensors: see `stateBytes(of:precision:projection:)`.
///
/// - Source: Adam, arXiv:1412.6980; AdamW, arXiv:1711.05101; 8-bit Adam, arXiv:2110.02861, and bitsandbytes,
///   `bitsandbytes/optim/optimizer.py` (blocks of 256, paged states); Adafactor, arXiv:1804.04235; Lion,
///   arXiv:2302.06675; Muon, Jordan et al. 2024 and arXiv:2502.16982; GaLore, arXiv:2403.03507; APOLLO,
///   arXiv:2412.05270.
public enum Optimizer: String, Sendable, CaseIterable {
  case sgd, momentum, adam, adamw
  /// AdamW with moments of one byte and a scale a block.
  case adam8bit = "adam_8bit"
  /// AdamW with moments in memory that may be evicted to the host.
  case pagedAdam = "paged_adam"
  case pagedAdam8bit = "paged_adam_8bit"
  /// Second moments as sums of rows and columns, without a first moment.
  case adafactor
  /// The sign of an interpolated momentum.
  case lion
  /// Momentum made orthogonal, for hidden matrices.
  case muon
  /// AdamW on gradients projected onto their leading singular vectors, for hidden matrices.
  case galore
  /// Gradients scaled by channel as AdamW scales a random projection of them, for hidden matrices.
  case apollo
  /// APOLLO with a projection to one dimension and one scale a tensor.
  case apolloMini = "apollo_mini"

  /// The rule for tensors that get no special treatment.
  public var elementRule: Optimizer {
    switch self {
    case .muon, .galore, .apollo, .apolloMini: .adamw
    default: self
    }
  }

  /// Whether states live in memory that the driver moves to the host when the device is full.
  public var isPaged: Bool { self == .pagedAdam || self == .pagedAdam8bit }

  /// Bytes of state per parameter where `elementRule` holds: nothing, one fp32 moment, two, or
  /// two of a byte with an fp32 scale for each block.
  public var stateBytesPerParameter: Double {
    switch elementRule {
    case .sgd: 0
    case .momentum, .lion, .adafactor: 4
    case .adam8bit, .pagedAdam8bit: 2 + 8 / BlockQuantisation.block
    default: 8
    }
  }

  /// Bytes of optimizer memory per parameter: state, and the master weights where precision keeps them.
  public func memoryBytesPerParameter(_ precision: PrecisionPolicy) -> Double {
    stateBytesPerParameter + (precision.master?.byteWidth ?? 0)
  }

  /// Bytes read and written to update one parameter where `elementRule` holds.
  ///
  /// The gradient is read; each state is read and written; the master weights, or the weights
  /// themselves, are read and written; with a master copy the working weights are written besides.
  public func updateBytesPerParameter(_ precision: PrecisionPolicy) -> Double {
    precision.gradient.byteWidth + 2 * stateBytesPerParameter + precision.weightUpdateBytes
  }

  /// Floating-point operations per updated parameter, products of matrices aside.
  ///
  /// 8 bits: two products to read the moments, two to write them. Lion: two interpolations of 3, sign,
  /// decay and step of 4. Adafactor: square, two sums, scale of 2, root mean square of 2, step of 4. Muon:
  /// momentum of 4, norm of 2, decay and step of 4.
  public var updateFLOPsPerParameter: Double {
    switch self {
    case .sgd: 2
    case .momentum: 4
    case .adam: 14
    case .adamw, .pagedAdam: 16
    case .adam8bit, .pagedAdam8bit: 20
    case .lion, .adafactor: 11
    case .muon: 10
    case .galore, .apollo, .apolloMini: 16
    }
  }
}

/// How bitsandbytes keeps 8-bit moments.
///
/// - Source: bitsandbytes 0.44 and later, `bitsandbytes/optim/optimizer.py` (`init_state`, `get_state_buffer`); blocks
///   were of 2048 elements before.
enum BlockQuantisation {
  /// Elements that share an fp32 scale.
  static let block = 256.0
  /// Smaller tensors keep fp32 moments: `min_8bit_size`.
  static let smallest = 4096.0
  /// Tensors of fewer elements are not paged.
  static let smallestPaged = 1e5
}

extension PrecisionPolicy {
  /// Bytes moved for the weights when one of them is updated.
  var weightUpdateBytes: Double {
    master.map { 2 * $0.byteWidth + weight.byteWidth } ?? (2 * weight.byteWidth)
  }
}
