import ModelGraphs

/// The operators that a low-rank adapter adds behind one projection.
///
///     y = W·x + s · B·(A·x)        A [r × inputs], B [outputs × r]
///
/// Parameters r · (inputs + outputs), per expert where the product has experts. The scale s is a pass of
/// its own over the outputs, as PEFT and NeMo run it. Where tensor parallelism divides columns A is whole
/// on every rank and B divided; where it divides rows A is divided and B whole.
///
/// DoRA adds a magnitude for each output, y = m/‖W + B·A‖ · (W·x + s · B·A·x), and the norms, which the
/// forward pass computes once a micro-batch and holds constant in the backward pass.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685; Liu et al. 2024, arXiv:2402.09353, section 4.3.
struct LowRankAdapter {
  var product: AdaptableProduct
  var part: AdaptableProduct.Part
  var adapters: LowRank
  var hasMagnitude: Bool
  /// Whether a gradient flows on to the product's input.
  var needsInputGradient: Bool
  /// Whether the adapter keeps the product's input; with dropout it keeps its own copy.
  var keepsInput: Bool

  private var prefix: String { "\(product.operatorName).\(part.name)" }
  private var rank: Int { adapters.rank }
  private var matrices: Int { product.experts?.count ?? 1 }
  /// Rows that all matrices see together.
  private var rows: Int { product.rows * (product.experts?.active ?? 1) }
  private var inputElements: Int { rows * product.inputs }
  private var outputElements: Int { rows * part.outputs }

  var operators: [ModelOperator] {
    let splits = Splits(of: product.split)
    var result: [ModelOperator] = []
    if adapters.dropout > 0 { result.append(dropout(split: splits.input)) }
    var down = matrix("down", inputs: product.inputs, outputs: rank, split: splits.down)
    down.needsInputGradient = needsInputGradient
    if adapters.dropout == 0, !keepsInput { down.savedInputElements = 0 }
    result += [down, matrix("up", inputs: rank, outputs: part.outputs, split: splits.up)]
    if hasMagnitude { result.append(norm) }
    result.append(sum(split: splits.output))
    return result
  }

  private func matrix(_ name: String, inputs: Int, outputs: Int, split: TensorSplit) -> ModelOperator {
    let shape: OperatorShape =
      if let experts = product.experts {
        .expertLinear(
          rows: product.rows, inputs: inputs, outputs: outputs, experts: experts.count, active: experts.active
        )
      } else {
        .linear(rows: product.rows, inputs: inputs, outputs: outputs)
      }
    return ModelOperator(
      "\(prefix).\(name)", shape, parameters: Int64(matrices) * Int64(inputs) * Int64(outputs), split: split)
  }

  /// Reads and writes the input each way and keeps a mask of one byte an element.
  private func dropout(split: TensorSplit) -> ModelOperator {
    let elements = inputElements
    return ModelOperator(
      "\(prefix).dropout",
      .streaming(
        StreamingShape(
          forwardElements: 2 * elements, backwardElements: 2 * elements, savedElements: 0,
          savedBytes: elements)),
      needsInputGradient: needsInputGradient, split: split)
  }

  /// Forward scales B·A·x, then adds it to W·x; backward scales the gradient for B and adds the two
  /// gradients that meet at the input.
  ///
  /// A magnitude scales the sum once more, each way, and its gradient reads the sum, which is kept.
  private func sum(split: TensorSplit) -> ModelOperator {
    let outputs = outputElements
    let joined = needsInputGradient ? 3 * inputElements : 0
    var shape = StreamingShape(
      forwardElements: 5 * outputs, backwardElements: 2 * outputs + joined, savedElements: 0, launches: 2)
    if hasMagnitude {
      shape.forwardElements += 2 * outputs
      shape.backwardElements += 4 * outputs
      shape.weightGradientElements = 2 * outputs
      shape.savedElements = outputs
      shape.launches = 3
    }
    return ModelOperator(
      "\(prefix).sum", .streaming(shape), parameters: hasMagnitude ? Int64(matrices * part.outputs) : 0,
      split: split)
  }

  /// ‖W + B·A‖ of each output: B·A written, scaled and added to W (two reads, one write), the sum read.
  private var norm: ModelOperator {
    let weights = matrices * product.inputs * part.outputs
    return ModelOperator(
      "\(prefix).norm",
      .streaming(
        StreamingShape(
          forwardElements: 5 * weights, backwardElements: 0, savedElements: 0, launches: 3, isPerSample: false
        )),
      needsInputGradient: false,
      split: product.split == .experts ? .experts : (product.split == .tokens ? .tokens : .channels))
  }

  /// What tensor parallelism divides of each operator.
  private struct Splits {
    var input: TensorSplit
    var down: TensorSplit
    var up: TensorSplit
    var output: TensorSplit

    init(of product: TensorSplit) {
      (input, down, up, output) =
        switch product {
        case .columns: (.tokens, .tokens, .columns, .channels)
        case .rows: (.channels, .rows, .tokens, .tokens)
        default: (product, product, product, product)
        }
    }
  }
}
