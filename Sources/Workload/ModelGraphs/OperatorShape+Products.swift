import ComputeModels
import Hardware

/// Products with weights, and the casts before them where the policy narrows them.
extension OperatorShape {
  func linearKernels(
    _ pass: Pass, rows: Int, inputs: Int, outputs: Int, _ precision: PrecisionPolicy
  ) -> [Kernel] {
    let shape: KernelShape =
      switch pass {
      case .forward: .matrixProduct(m: rows, n: outputs, k: inputs, batch: 1)
      case .inputGradient: .matrixProduct(m: rows, n: inputs, k: outputs, batch: 1)
      case .weightGradient: .matrixProduct(m: inputs, n: outputs, k: rows, batch: 1)
      }
    let sizes = ProductSizes(
      input: Double(rows) * Double(inputs), weight: Double(inputs) * Double(outputs),
      output: Double(rows) * Double(outputs))
    return sizes.kernels(
      pass, shape, flops: 2 * Double(rows) * Double(inputs) * Double(outputs), kind: .linear, precision)
  }

  func expertKernels(
    _ pass: Pass, rows: Int, inputs: Int, outputs: Int, experts: Int, _ precision: PrecisionPolicy
  ) -> [Kernel] {
    // Rows spread evenly over the experts, whose products follow one another on several streams.
    let each = max(1, rows / experts)
    let used = min(experts, rows)
    let shape: KernelShape =
      switch pass {
      case .forward: .matrixProduct(m: each, n: outputs, k: inputs, batch: used)
      case .inputGradient: .matrixProduct(m: each, n: inputs, k: outputs, batch: used)
      case .weightGradient: .matrixProduct(m: inputs, n: outputs, k: each, batch: used)
      }
    let sizes = ProductSizes(
      input: Double(rows) * Double(inputs), weight: Double(used) * Double(inputs) * Double(outputs),
      output: Double(rows) * Double(outputs))
    return sizes.kernels(
      pass, shape, flops: 2 * Double(rows) * Double(inputs) * Double(outputs), kind: .experts, precision,
      parts: used)
  }

  /// Streams that take turns at the products of a group of experts.
  ///
  /// - Source: Transformer Engine, `common/gemm/cublaslt_gemm.cu`: `nvte_multi_stream_cublas_gemm`.
  static let expertStreams = 4
}

/// Elements of Y = X · W, whose gradients have the same sizes.
private struct ProductSizes {
  var input: Double
  var weight: Double
  var output: Double

  /// The product, after the cast of the operand that the pass meets first.
  ///
  /// Forward casts X and backward dY, before dX; dW finds both cast. Weights are cast once a step, not here.
  ///
  /// - Parameter parts: experts that the rows are split among, each cast and multiplied by kernels of its own.
  func kernels(
    _ pass: Pass, _ shape: KernelShape, flops: Double, kind: ProductKinds, _ precision: PrecisionPolicy,
    parts: Int = 1
  ) -> [Kernel] {
    let result =
      switch pass {
      case .forward: output
      case .inputGradient: input
      case .weightGradient: weight
      }
    let operands = input + weight + output - result
    let product = Kernel(
      shape: shape, flops: flops,
      bytes: operands * precision.operandWidth(of: kind) + result * precision.activation.byteWidth,
      dataType: precision.format(of: kind),
      launches: (parts + OperatorShape.expertStreams - 1) / OperatorShape.expertStreams)
    if !precision.casts(kind) || pass == .weightGradient { return [product] }
    let cast = pass == .forward ? input : output
    return [
      Kernel(
        shape: .streaming, flops: 2 * cast,
        bytes: cast * precision.castBytes(from: precision.activation, for: kind), dataType: .fp32,
        launches: parts * precision.castReads),
      product,
    ]
  }
}
