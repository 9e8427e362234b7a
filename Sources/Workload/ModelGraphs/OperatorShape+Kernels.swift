import ComputeModels
import Hardware

/// The three kinds of work an operator does in a training step.
public enum Pass: String, Sendable, Hashable, CaseIterable {
  case forward, inputGradient, weightGradient
}

extension OperatorShape {
  /// The kernels of one pass over a micro-batch of `batch` samples.
  ///
  /// Backward passes of a product are two products of the same FLOPs: dX = dY · Wᵀ and dW = Xᵀ · dY.
  /// Fused attention recomputes the scores, so its backward executes 2.5 times the forward FLOPs.
  ///
  /// - Returns: an empty array where the operator has no such pass.
  public func kernels(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> [Kernel] {
    switch self {
    case .linear(let rows, let inputs, let outputs):
      linearKernels(pass, rows: rows * batch, inputs: inputs, outputs: outputs, precision)
    case .expertLinear(let rows, let inputs, let outputs, let experts, let active):
      expertKernels(
        pass, rows: rows * batch * active, inputs: inputs, outputs: outputs, experts: experts, precision)
    case .convolution(let shape): [convolution(pass, shape, batch: batch, precision)]
    case .attention(let shape):
      shape.isFused
        ? attention(pass, shape, batch: batch, precision)
        : shape.separateKernels(pass, batch: batch, precision: precision)
    case .streaming(let shape):
      streaming(
        pass, forward: Double(shape.forwardElements), backward: Double(shape.backwardElements),
        launches: shape.launches, batch: shape.isPerSample ? batch : 1, width: precision.activation.byteWidth)
    case .embedding(let rows, let width, _):
      // Forward reads and writes each row once; backward adds each row into the table's gradient.
      streaming(
        pass, forward: 2 * Double(rows * width), backward: 3 * Double(rows * width), launches: 1,
        batch: batch,
        width: precision.activation.byteWidth)
    case .crossEntropy(let rows, let classes):
      // Forward reads the logits and writes fp32 log-probabilities; backward reads those and writes dY.
      streaming(
        pass, forward: Double(rows * classes) * 3, backward: Double(rows * classes) * 3, launches: 3,
        batch: batch, width: (precision.activation.byteWidth + 4) / 2)
    case .aggregate(let shape): aggregate(pass, shape, batch: batch, precision)
    }
  }

  private func convolution(
    _ pass: Pass, _ shape: ConvolutionShape, batch: Int, _ precision: PrecisionPolicy
  ) -> Kernel {
    let m = batch * shape.outputHeight * shape.outputWidth
    let n = shape.outputChannels
    let k = shape.inputChannels / shape.groups * shape.kernelHeight * shape.kernelWidth
    let elements =
      Double(batch) * Double(shape.inputElements + shape.outputElements) + Double(shape.weightElements)
    let kernelShape: KernelShape =
      switch pass {
      case .forward: .convolution(m: m, n: n, k: k)
      case .inputGradient:
        .convolution(
          m: batch * shape.inputHeight * shape.inputWidth, n: shape.inputChannels,
          k: max(1, k * n / shape.inputChannels))
      case .weightGradient: .convolution(m: k, n: n, k: m)
      }
    return Kernel(
      shape: kernelShape, flops: 2 * Double(m) * Double(n) * Double(k),
      bytes: elements * precision.activation.byteWidth, dataType: precision.format(of: .convolution))
  }

  private func attention(
    _ pass: Pass, _ shape: AttentionShape, batch: Int, _ precision: PrecisionPolicy
  ) -> [Kernel] {
    // Scores and weighted values: 2 FLOPs a multiply-add, two products.
    let forwardFLOPs =
      2 * shape.scoredPairs * Double(shape.heads) * Double(shape.headWidth + shape.valueWidth) * Double(batch)
    let queryElements = Double(shape.queries * shape.heads * (shape.headWidth + shape.valueWidth))
    let keyElements = Double(shape.keys * shape.keyValueHeads * (shape.headWidth + shape.valueWidth))
    let elements = (queryElements + keyElements) * Double(batch)
    let kernelShape = KernelShape.attention(
      batch: batch, heads: shape.heads, queries: shape.queries, keys: shape.keys, headWidth: shape.headWidth)
    var kernel = Kernel(
      shape: kernelShape, flops: forwardFLOPs, bytes: elements * precision.activation.byteWidth,
      dataType: precision.format(of: .attention))
    kernel.isAsynchronous = shape.isAsynchronous
    switch pass {
    case .forward: break
    case .inputGradient:
      kernel.flops *= 2.5
      kernel.bytes *= 2.5
      kernel.launches = 3
      kernel.productsPerPair = 5
    case .weightGradient: return []
    }
    return [kernel]
  }

  private func streaming(
    _ pass: Pass, forward: Double, backward: Double, launches: Int, batch: Int, width: Double
  ) -> [Kernel] {
    let elements: Double
    switch pass {
    case .forward: elements = forward * Double(batch)
    case .inputGradient: elements = backward * Double(batch)
    case .weightGradient: return []
    }
    if elements == 0 { return [] }
    return [
      Kernel(shape: .streaming, flops: elements, bytes: elements * width, dataType: .fp32, launches: launches)
    ]
  }

  private func aggregate(
    _ pass: Pass, _ shape: AggregateShape, batch: Int, _ precision: PrecisionPolicy
  ) -> [Kernel] {
    // Half of the backward work is input gradients, half weight gradients.
    let flops = pass == .forward ? shape.forwardFLOPs : shape.backwardFLOPs / 2
    let bytes = 2 * shape.activationElements * precision.activation.byteWidth
    if flops == 0, bytes == 0 { return [] }
    // The shape is not known: a square product of the same work, in the wide format, stands in for it.
    let side = max(1, Int((max(flops, 1) * Double(batch) / 2).squareRoot().squareRoot() * 8))
    let depth = max(1, Int(flops * Double(batch) / 2 / (Double(side) * Double(side))))
    return [
      Kernel(
        shape: .matrixProduct(m: side, n: side, k: depth, batch: 1), flops: flops * Double(batch),
        bytes: bytes * Double(batch), dataType: precision.wide)
    ]
  }
}
