import Hardware

/// 8- and 4-bit training as Transformer Engine does it: linear layers and experts multiply in the narrow
/// format, all else is as with bf16.
///
/// The input of a narrow product is cast before it, and the gradient of its output before the backward
/// products; each cast reads the bf16 tensor and writes two copies, one for each way it is multiplied, or one where
/// the device multiplies it either way. Between forward and backward the cast input is kept instead of the bf16 one.
/// Weights stay in bf16 with an fp32 master copy; their cast copies are made once a step and kept. With narrow primary
/// weights those copies are all there is beside the master copy.
///
/// - Source: NVIDIA Transformer Engine (recipes `DelayedScaling`, `MXFP8BlockScaling`,
///   `NVFP4BlockScaling`; weight caching by `is_first_microbatch`, `fp8_model_init`); Micikevicius et al. 2022,
///   arXiv:2209.05433.
extension PrecisionPolicy {
  /// One scale a tensor, from the largest elements of earlier steps (delayed scaling).
  public static let fp8 = narrow("fp8", .fp8)
  /// One scale a tensor, from its own largest element, for which a pass before the cast looks (current scaling).
  ///
  /// - Source: Transformer Engine, recipe `Float8CurrentScaling`.
  public static let fp8Current = narrow("fp8_current", .fp8, castReads: 2)
  /// Blocks of 32 elements with one byte of scale: Rouhani et al. 2023, arXiv:2310.10537.
  public static let mxfp8 = narrow("mxfp8", .fp8, scaleBytes: 1.0 / 32)
  /// Blocks of 16 elements with one byte of scale, and one scale a tensor, for which a pass before the cast
  /// finds the largest element: NVIDIA 2025, arXiv:2509.25149.
  public static let nvfp4 = narrow("nvfp4", .fp4, scaleBytes: 1.0 / 16, castReads: 2)
  /// Blocks of 32 elements with one byte of scale: arXiv:2310.10537.
  public static let mxfp4 = narrow("mxfp4", .fp4, scaleBytes: 1.0 / 32)

  private static func narrow(
    _ name: String, _ compute: DataType, scaleBytes: Double = 0, castReads: Int = 1
  ) -> PrecisionPolicy {
    PrecisionPolicy(
      name: name, compute: compute, activation: .bf16, weight: .bf16, gradient: .bf16, master: .fp32,
      narrow: [.linear, .experts], wide: .bf16, scaleBytes: scaleBytes, castReads: castReads)
  }

  /// The same storage with every product in the wide format.
  public var widened: PrecisionPolicy {
    var policy = self
    policy.compute = wide
    return policy
  }

  /// Format of the arithmetic of a kind of product.
  public func format(of kind: ProductKinds) -> DataType { narrow.contains(kind) ? compute : wide }

  /// Whether operands of linear layers or experts are cast before the product.
  public func casts(_ kind: ProductKinds) -> Bool {
    narrow.contains(kind) && compute.byteWidth < activation.byteWidth
  }

  /// Bytes of one element as a linear layer or an expert reads it, scales included.
  public func operandWidth(of kind: ProductKinds) -> Double {
    casts(kind) ? compute.byteWidth + scaleBytes : activation.byteWidth
  }

  /// Bytes that the cast of one element moves: the tensor in, its copies out.
  public func castBytes(from source: DataType, for kind: ProductKinds) -> Double {
    casts(kind) ? Double(castReads) * source.byteWidth + Double(castCopies) * operandWidth(of: kind) : 0
  }
}
