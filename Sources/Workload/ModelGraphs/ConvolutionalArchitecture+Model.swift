extension ConvolutionalArchitecture {
  /// The network as layers of operators for one image, with the loss after the last row.
  ///
  /// What is kept: each convolution or dense layer keeps its input, each batch norm its own, a max
  /// pool its indices. A ReLU keeps nothing where the next row keeps its output, and its output
  /// where a pool follows.
  ///
  /// - Complexity: O(rows).
  public func model(name: String = "network") -> Model {
    var layers: [ModelLayer] = []
    for position in rows.indices {
      let row = rows[position]
      let operators = self.operators(of: position)
      if layers.last?.name == row.blockName, row.kind == .convolution {
        layers[layers.count - 1].operators += operators
      } else {
        layers.append(ModelLayer(name: row.blockName, kind: row.layerKind, operators: operators))
      }
    }
    if let last = rows.last {
      let loss = ModelOperator("loss", .crossEntropy(rows: 1, classes: last.outputs))
      layers[layers.count - 1].operators.append(loss)
      layers[layers.count - 1].kind = .head
    }
    return Model(name: name, layers: layers, sampleName: isDense ? "sample" : "image")
  }

  private func operators(of position: Int) -> [ModelOperator] {
    let row = rows[position]
    var operators = [core(row, isFirst: position == 0)]
    let elements = row.outputElements
    if row.hasBatchNorm {
      // Statistics and normalisation read x twice and write y; backward reads dy and x twice each
      // and writes dx.
      operators.append(
        ModelOperator(
          "\(row.name).norm",
          .streaming(
            StreamingShape(
              forwardElements: 3 * elements, backwardElements: 5 * elements, savedElements: elements)),
          parameters: Int64(2 * row.outputs)))
    }
    if row.joinsShortcut {
      operators.append(
        ModelOperator("\(row.name).sum", .streaming(.residual(elements, hasDropout: false))))
    }
    if row.hasReLU {
      let next = position + 1 < rows.count ? rows[position + 1].kind : .averagePool
      let keepsOutput = next == .maxPool || next == .averagePool
      operators.append(
        ModelOperator(
          "\(row.name).relu",
          .streaming(
            StreamingShape(
              forwardElements: 2 * elements, backwardElements: 3 * elements,
              savedElements: keepsOutput ? elements : 0))))
    }
    return operators
  }

  private func core(_ row: Row, isFirst: Bool) -> ModelOperator {
    switch row.kind {
    case .convolution:
      let inputSide = isFirst ? inputSize : row.outputSize * row.stride
      let shape = ConvolutionShape(
        inputChannels: row.inputs, outputChannels: row.outputs, kernelHeight: row.kernel,
        kernelWidth: row.kernel, inputHeight: inputSide, inputWidth: inputSide,
        outputHeight: row.outputSize, outputWidth: row.outputSize, groups: row.groups)
      return ModelOperator(
        row.name, .convolution(shape),
        parameters: Int64(shape.weightElements + (row.hasBias ? row.outputs : 0)),
        needsInputGradient: !isFirst, savedInputElements: row.isShortcut ? 0 : nil)
    case .linear:
      let weights = Int64(row.inputs) * Int64(row.outputs)
      return ModelOperator(
        row.name, .linear(rows: 1, inputs: row.inputs, outputs: row.outputs),
        parameters: weights + (row.hasBias ? Int64(row.outputs) : 0), needsInputGradient: !isFirst)
    case .maxPool:
      // The framework keeps a 64-bit index for each output.
      return ModelOperator(row.name, .streaming(poolShape(row, savedBytes: 8 * row.outputElements)))
    case .averagePool:
      return ModelOperator(row.name, .streaming(poolShape(row, savedBytes: 0)))
    }
  }

  private func poolShape(_ row: Row, savedBytes: Int) -> StreamingShape {
    let moved = row.inputElements + row.outputElements
    return StreamingShape(
      forwardElements: moved, backwardElements: moved, savedElements: 0, savedBytes: savedBytes)
  }
}

extension ConvolutionalArchitecture.Row {
  var layerKind: LayerKind {
    switch kind {
    case .convolution: .convolutionBlock
    case .linear: .linear
    case .maxPool, .averagePool: .pooling
    }
  }
}
