import ModelGraphs
import Testing

/// Multiply-adds of one forward pass in products, convolutions and dense layers.
func multiplyAdds(_ model: Model) -> Int {
  model.layers.flatMap(\.operators).reduce(0) { sum, item in
    switch item.shape {
    case .linear(let rows, let inputs, let outputs): sum + rows * inputs * outputs
    case .convolution(let shape):
      sum + shape.weightElements * shape.outputHeight * shape.outputWidth
    default: sum
    }
  }
}

@Suite("Convolutional models") struct ConvolutionalTests {
  @Test func `a small network has the layers of its rows`() {
    // 8×8 image of 3 channels, 3×3 convolution to 4 channels with bias and batch norm, 2×2 max pool,
    // dense 4·4·4 = 64 → 10.
    let network = ConvolutionalArchitecture(
      inputChannels: 3, inputSize: 8,
      rows: [
        .init(
          name: "conv1", kind: .convolution, inputs: 3, outputs: 4, kernel: 3, outputSize: 8, hasBias: true,
          hasBatchNorm: true, hasReLU: true),
        .init(name: "pool", kind: .maxPool, inputs: 4, outputs: 4, kernel: 2, stride: 2, outputSize: 4),
        .init(name: "fc", kind: .linear, inputs: 64, outputs: 10, hasBias: true),
      ])
    let model = network.model()
    #expect(model.layers.map(\.name) == ["conv1", "pool", "fc"])
    #expect(model.layers.map(\.kind) == [.convolutionBlock, .pooling, .head])
    // 4·3·9 + 4 + 2·4 = 120 and 650.
    #expect(model.parameterCount == 120 + 650)
    // 108 · 64 + 640.
    #expect(multiplyAdds(model) == 7552)
    #expect(model.layers[0].operators[0].needsInputGradient == false)
    #expect(model.layers[2].operators[0].needsInputGradient)
    // The ReLU before a pool keeps its 4·64 outputs; the pool keeps 64 indices of 8 bytes.
    guard case .streaming(let relu) = model.layers[0].operators[2].shape,
      case .streaming(let pool) = model.layers[1].operators[0].shape
    else {
      Issue.record("streaming operators expected")
      return
    }
    #expect(relu.savedElements == 256)
    #expect(pool.savedElements == 0 && pool.savedBytes == 512)
    #expect(pool.forwardElements == 256 + 64)
    #expect(model.sampleName == "image")
  }

  @Test func `a model known by its size alone multiplies each parameter once`() {
    let model = CustomArchitecture(parameters: 1_000_000, activations: 5000).model()
    #expect(model.parameterCount == 1_000_000)
    #expect(
      model.layers[0].operators[0].shape
        == .aggregate(AggregateShape(forwardFLOPs: 2e6, backwardFLOPs: 4e6, activationElements: 5000)))
  }
}
