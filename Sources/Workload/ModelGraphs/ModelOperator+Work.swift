import ComputeModels

extension ModelOperator {
  /// The kernels of a pass, none where the operator has no such pass.
  ///
  /// - Parameter pass: `weightGradient` exists only where the operator owns or shares weights.
  public func kernels(_ pass: Pass, batch: Int, precision: PrecisionPolicy) -> [Kernel] {
    if pass == .inputGradient, !needsInputGradient { return [] }
    return shape.kernels(pass, batch: batch, precision: policy(precision))
  }

  /// Bytes that the forward pass keeps for the backward pass, for a micro-batch.
  ///
  /// A narrow product keeps its input as it was cast.
  public func savedBytes(batch: Int, precision: PrecisionPolicy) -> Double {
    let own = policy(precision)
    let width = precision.activation.byteWidth
    let count = Double(batch)
    switch shape {
    case .linear(let rows, let inputs, _):
      return count * Double(savedInputElements ?? rows * inputs) * own.operandWidth(of: .linear)
    case .expertLinear(let rows, let inputs, _, _, let active):
      let kept = Double(savedInputElements ?? rows * active * inputs)
      return count * kept * own.operandWidth(of: .experts)
    case .convolution(let shape):
      return count * Double(savedInputElements ?? shape.inputElements) * width
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
    case .crossEntropy(let rows, let classes): return count * Double(rows) * Double(classes) * 4
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
      return pass == .forward ? forward : (pass == .inputGradient ? 2 * forward : 0)
    default: return kernels(pass, batch: 1, precision: policy).reduce(0) { $0 + $1.flops }
    }
  }
}

extension Model {
  /// Forward and backward FLOPs of one sample, without anything recomputed.
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
