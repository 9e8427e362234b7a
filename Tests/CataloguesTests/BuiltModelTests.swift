import Catalogues
import ModelGraphs
import Testing

/// Multiply-adds of one forward pass in products and convolutions.
private func multiplyAdds(_ model: Model) -> Int {
  model.layers.flatMap(\.operators).reduce(0) { sum, item in
    switch item.shape {
    case .linear(let rows, let inputs, let outputs): sum + rows * inputs * outputs
    case .expertLinear(let rows, let inputs, let outputs, _, let active):
      sum + rows * active * inputs * outputs
    case .convolution(let shape): sum + shape.weightElements * shape.outputHeight * shape.outputWidth
    default: sum
    }
  }
}

@Suite("Models of the catalogue") struct BuiltModelTests {
  @Test func `residual networks cost what is published`() throws {
    let large = try Catalogue.bundled.model(named: "resnet-50").model()
    // 4.089 GMAC = 8.18 GFLOP for one 224 × 224 image.
    #expect(large.parameterCount == 25_557_032)
    #expect(multiplyAdds(large) == 4_089_184_256)
    // The stem, its pool, 3 + 4 + 6 + 3 blocks, the last pool and the dense layer.
    #expect(large.layers.count == 2 + 16 + 2)
    #expect(large.layers.filter { $0.kind == .convolutionBlock }.count == 17)
    let withoutGradient = large.layers.flatMap(\.operators).filter { !$0.needsInputGradient }
    #expect(withoutGradient.map(\.name) == ["conv1"])
    let small = try Catalogue.bundled.model(named: "resnet-18").model()
    #expect(small.parameterCount == 11_689_512)
    #expect(multiplyAdds(small) == 1_814_073_344)
  }

  @Test func `a shortcut keeps no second copy of the block's input`() throws {
    let model = try Catalogue.bundled.model(named: "resnet-50").model()
    let shortcuts = model.layers.flatMap(\.operators).filter { $0.name.hasSuffix("downsample") }
    #expect(shortcuts.count == 4)
    #expect(shortcuts.allSatisfy { $0.savedInputElements == 0 })
  }

  @Test func `GPT-2 multiplies its matrices once a token`() throws {
    let model = try Catalogue.bundled.model(named: "gpt2").model(sequenceLength: 128)
    // Per token 12 layers · 12 h² with h = 768, and logits 768 · 50257.
    #expect(multiplyAdds(model) == 128 * (12 * 12 * 768 * 768 + 768 * 50257))
    #expect(model.layers.count == 14)
    #expect(model.tokensPerSample == 128 && model.sampleName == "sequence")
    #expect(model.layers.first?.kind == .embedding && model.layers.last?.kind == .head)
    // The tied output matrix is owned by the embedding.
    #expect(model.layers.last?.operators.first { $0.name == "logits" }?.parameterCount == 0)
  }

  @Test func `an encoder-decoder attends to its encoder in every decoder block`() throws {
    let model = try Catalogue.bundled.model(named: "t5-small").model(sequenceLength: 16)
    let cross = model.layers.filter { $0.operators.contains { $0.name == "cross_attention" } }
    #expect(cross.count == 6)
    #expect(model.tokensPerSample == 32)
    // The encoder's output is kept once, by the first decoder block.
    let kept = model.layers.flatMap(\.operators).filter { $0.name == "cross_kv" }.map(\.savedInputElements)
    #expect(kept == [nil, 0, 0, 0, 0, 0])
  }

  @Test func `a vision encoder sees its patches whatever the sequence`() throws {
    let model = try Catalogue.bundled.model(named: "vit-b-16").model(sequenceLength: 5)
    #expect(model.tokensPerSample == 197 && model.sampleName == "image")
  }

  @Test func `hybrids alternate mixers, attention and experts`() throws {
    let model = try Catalogue.bundled.model(named: "jamba-v0.1").model(sequenceLength: 4)
    let blocks = model.layers.dropFirst().dropLast()
    #expect(
      blocks.filter { $0.kind == .transformerBlock }.map(\.name) == [
        "block.4", "block.12", "block.20", "block.28",
      ])
    #expect(blocks.filter { $0.operators.contains { $0.name == "experts_in" } }.count == 16)
  }

  @Test func `parameters do not depend on the sequence`() {
    for entry in Catalogue.bundled.models {
      #expect(entry.model(sequenceLength: 64).parameterCount == entry.architecture.parameterCount)
    }
  }
}
