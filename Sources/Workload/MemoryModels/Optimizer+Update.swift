import ComputeModels
import Hardware
import ModelGraphs

/// Work of one update by tensors. Sums are linear in `count`.
extension Optimizer {
  /// Bytes that elementwise kernels read and write for all tensors of one shape, each fused as far as the rule
  /// allows; what products of matrices move is with `matrixKernels`.
  ///
  ///     elementwise  e·(g + w) + 2·states           e elements, g gradient, w traffic of the weights
  ///     Adafactor    e·(3g + w) + 2·states          statistics, clipping by the root mean square, step
  ///     Muon         e·(g + 8 + 4 + w)              momentum; bf16 input and result of the iteration
  ///     GaLore       r·n·(2g + 16) + e·(g + w)      projected gradient in, direction out; update read
  ///     APOLLO       r·n·(g + 16) + e·(g + w)       projected gradient in; gradient scaled
  public func updateBytes(
    of tensor: ParameterTensor, precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    let gradient = precision.gradient.byteWidth
    let weights = precision.weightUpdateBytes
    let elements = tensor.totalElements
    if let rank = rank(tensor, projection) {
      let projected = rank * tensor.longSide * tensor.count
      return projected * (gradient * (self == .galore ? 2 : 1) + 16) + elements * (gradient + weights)
    }
    switch self {
    case .muon where tensor.role == .hidden: return elements * (gradient + 12 + weights)
    case .adafactor:
      return elements * (3 * gradient + weights)
        + 2 * stateBytes(of: tensor, precision: precision, projection: projection)
    default:
      return elements * (gradient + weights)
        + 2 * stateBytes(of: tensor, precision: precision, projection: projection)
    }
  }

  /// Elementwise operations for all tensors of one shape.
  public func elementFLOPs(
    of tensor: ParameterTensor, projection: LowRankProjection = .standard
  ) -> Double {
    if let rank = rank(tensor, projection) {
      // AdamW on the projected gradient, then scale, decay and step of 4 on the whole.
      return 16 * rank * tensor.longSide * tensor.count + 4 * tensor.totalElements
    }
    let rule = self == .muon && tensor.role == .hidden ? self : elementRule
    return rule.updateFLOPsPerParameter * tensor.totalElements
  }

  /// Products of matrices in the update of all tensors of one shape; none for most rules.
  ///
  /// An m × n matrix, m ≤ n:
  ///
  ///     Muon     5 iterations of X·Xᵀ, A·A, B·X in bf16: 5 · (4·m²·n + 2·m³)
  ///     GaLore   projection and back: 4·m·n·r; every T steps a singular value decomposition of 6·n·m² + 20·m³
  ///     APOLLO   projection: 2·m·n·r
  ///
  /// Matrices are taken one after the other, as the published implementations do.
  /// The decomposition is charged 1/T of its FLOPs at the fp32 rate of the vector units, which real ones do
  /// not reach: a lower bound.
  ///
  /// - Source: Jordan et al. 2024, kellerjordan.github.io/posts/muon (iterations and their cost); Golub & Van Loan,
  ///   Matrix Computations, 4th ed., section 8.6 (R-SVD).
  public func matrixKernels(
    of tensor: ParameterTensor, precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> [Kernel] {
    let short = min(tensor.rows, tensor.columns)
    let long = max(tensor.rows, tensor.columns)
    func product(_ m: Int, _ n: Int, _ k: Int, times: Int, _ type: DataType) -> Kernel {
      let (a, b, c) = (Double(m) * Double(k), Double(k) * Double(n), Double(m) * Double(n))
      let repeats = tensor.count * Double(times)
      return Kernel(
        shape: .matrixProduct(m: m, n: n, k: k, batch: 1),
        flops: repeats * 2 * a * Double(n), bytes: repeats * (a + b + c) * type.byteWidth, dataType: type,
        launches: times * Int(tensor.count.rounded(.up)))
    }
    if self == .muon, tensor.role == .hidden {
      return [
        product(short, short, long, times: Self.newtonSchulzIterations, .bf16),
        product(short, short, short, times: Self.newtonSchulzIterations, .bf16),
        product(short, long, short, times: Self.newtonSchulzIterations, .bf16),
      ]
    }
    guard let rank = rank(tensor, projection).map({ Int($0) }) else { return [] }
    let projected = product(rank, long, short, times: 1, precision.gradient)
    if self != .galore { return [projected] }
    let (m, n) = (tensor.shortSide, tensor.longSide)
    let share = tensor.count / Double(projection.refreshSteps)
    let decomposition = Kernel(
      shape: .streaming, flops: share * (6 * n * m * m + 20 * m * m * m),
      bytes: share * 2 * tensor.elements * 4, dataType: .fp32, launches: 0)
    return [projected, product(short, long, rank, times: 1, precision.gradient), decomposition]
  }

  /// Iterations that bring the singular values of Muon's momentum close to 1.
  static let newtonSchulzIterations = 5

  /// Bytes of elementwise kernels for a list of tensors.
  public func updateBytes(
    of tensors: [ParameterTensor], precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    tensors.reduce(0) { $0 + updateBytes(of: $1, precision: precision, projection: projection) }
  }

  /// Elementwise operations for a list of tensors.
  public func elementFLOPs(of tensors: [ParameterTensor], projection: LowRankProjection = .standard) -> Double
  {
    tensors.reduce(0) { $0 + elementFLOPs(of: $1, projection: projection) }
  }

  /// Products of matrices for a list of tensors, equal shapes together in the order in which they first come.
  public func matrixKernels(
    of tensors: [ParameterTensor], precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> [Kernel] {
    var merged: [ParameterTensor] = []
    var places: [ParameterTensor: Int] = [:]
    for tensor in tensors {
      var shape = tensor
      shape.count = 1
      if let place = places[shape] {
        merged[place].count += tensor.count
      } else {
        places[shape] = merged.count
        merged.append(tensor)
      }
    }
    return merged.flatMap { matrixKernels(of: $0, precision: precision, projection: projection) }
  }

  /// All floating-point operations of an update.
  public func updateFLOPs(
    of tensors: [ParameterTensor], precision: PrecisionPolicy, projection: LowRankProjection = .standard
  ) -> Double {
    elementFLOPs(of: tensors, projection: projection)
      + matrixKernels(of: tensors, precision: precision, projection: projection).reduce(0) { $0 + $1.flops }
  }
}
