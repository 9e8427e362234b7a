import ComputeModels
import Hardware

extension ModelOperator {
  /// The kernels of a pass, none where the operator has no such pass.
  ///
  /// Quantised weights are first written out in the format of the arithmetic, in each pass that reads them.
  ///
  /// - Parameter pass: `weightGradient` exists only where the operator owns or shares trainable weights.
  public func kernels(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> [Kernel] {
    let work = ownKernels(pass, batch: batch, precision: precision)
    guard pass != .weightGradient, !work.isEmpty, let dequantise = dequantisation(precision) else {
      return work
    }
    return [dequantise] + work
  }

  /// The kernels of a pass without what only the storage of the weights asks for.
  private func ownKernels(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> [Kernel] {
    switch pass {
    case .forward: break
    case .weightGradient: if !isTrainable { return [] }
    case .inputGradient:
      if case .streaming(var streaming) = shape {
        let own = streaming.weightGradientElements
        let towardsInput = needsInputGradient ? streaming.backwardElements - own : 0
        streaming.backwardElements = towardsInput + (isTrainable ? own : 0)
        return OperatorShape.streaming(streaming).kernels(pass, batch: batch, precision: precision)
      }
      if !needsInputGradient { return [] }
    }
    return shape.kernels(pass, batch: batch, precision: policy(precision))
  }

  /// Reads the stored weights and writes them in the format of the arithmetic, whatever the batch.
  ///
  ///     D = P · (b + w)
  ///
  /// P parameters, b the bytes each is stored in, w those of an activation; `nil` where no copy is needed.
  private func dequantisation(_ precision: PrecisionPolicy) -> Kernel? {
    guard dequantisedBytes(precision) > 0, let stored = storedBytesPerParameter else { return nil }
    let weights = Double(parameterCount)
    return Kernel(
      shape: .streaming, flops: weights, bytes: weights * (stored + precision.activation.byteWidth),
      dataType: .fp32)
  }

  /// Bytes of the copy that a pass makes of quantised weights; it lives as long as the operator runs.
  func dequantisedBytes(_ precision: PrecisionPolicy) -> Double {
    let width = precision.activation.byteWidth
    guard let stored = storedBytesPerParameter, stored < width else { return 0 }
    return Double(parameterCount) * width
  }

  /// Bytes that the forward pass keeps for the backward pass, for a micro-batch.
  ///
  /// A narrow product keeps its input as it was cast. Nothing is kept where no gradient passes the operator or is
  /// taken in it.
  public func savedBytes(batch: Int, precision: PrecisionPolicy) -> Double {
    if !isTrainable, !needsInputGradient, savedInputElements == nil { return 0 }
    let own = policy(precision)
    let width = precision.activation.byteWidth
    let count = Double(batch)
    switch shape {
    case .linear(let rows, let inputs, _):
      let kept = Double(savedInputElements ?? (isTrainable ? rows * inputs : 0))
      return count * kept * own.operandWidth(of: .linear)
    case .expertLinear(let rows, let inputs, _, _, let active):
      let kept = Double(savedInputElements ?? (isTrainable ? rows * active * inputs : 0))
      return count * kept * own.operandWidth(of: .experts)
    case .convolution(let shape):
      return count * Double(savedInputElements ?? (isTrainable ? shape.inputElements : 0)) * width
    case .attention(let shape):
      let heads = shape.queries * shape.heads * shape.headWidth
      let keys = shape.heldKeys * shape.keyValueHeads * (shape.headWidth + shape.valueWidth)
      let inputs = Double(heads + keys) * width
      if shape.keepsInputsOnly { return count * inputs }
      // Queries, keys and values, and one fp32 log-sum-exp a row and head; the output is the input
      // of the projection behind it and is counted there, unless that keeps a cast copy alone.
      if shape.isFused {
        let output = own.casts(.linear) ? Double(shape.queries * shape.heads * shape.valueWidth) * width : 0
        return count * (inputs + output + 4 * Double(shape.queries * shape.heads))
      }
      // The probabilities before and after dropout and its mask (Korthikanti et al. 2022).
      return count * (inputs + shape.writtenScores * (2 * width + 1))
    case .streaming(let shape):
      return count * (Double(shape.savedElements) * width + Double(shape.savedBytes))
    case .embedding(let rows, _, _): return count * Double(rows) * 8
    case .crossEntropy(let rows, let classes):
      return count * Double(rows) * Double(classes) * 4 * Double(lossCopies)
    case .aggregate(let shape): return count * shape.activationElements * width
    }
  }

  /// FLOPs that the model needs, for one sample: what MFU counts.
  ///
  /// Fused attention counts its backward as twice the forward; what it recomputes is not model work.
  public func modelFLOPs(_ pass: Pass) -> Double {
    let policy = PrecisionPolicy.fp32
    switch shape {
    case .streaming, .embedding, .crossEntropy: return 0
    case .attention(var attention):
      attention.isFused = true
      let forward = OperatorShape.attention(attention).kernels(.forward, batch: 1, precision: policy)
        .reduce(0) { $0 + $1.flops }
      return pass == .forward ? forward : (pass == .inputGradient && needsInputGradient ? 2 * forward : 0)
    default: return ownKernels(pass, batch: 1, precision: policy).reduce(0) { $0 + $1.flops }
    }
  }
}

extension Model {
  /// Forward and backward FLOPs of one sample, without anything recomputed; frozen weights have no gradient.
  public var trainingFLOPsPerSample: Double {
    layers.reduce(0) { sum, layer in
      sum
        + layer.operators.reduce(0) { inner, item in
          inner + Pass.allCases.reduce(0) { $0 + item.modelFLOPs($1) }
        }
    }
  }

  /// Forward FLOPs of one sample.
  public var forwardFLOPsPerSample: Double {
    layers.reduce(0) { $0 + $1.operators.reduce(0) { $0 + $1.modelFLOPs(.forward) } }
  }
}
