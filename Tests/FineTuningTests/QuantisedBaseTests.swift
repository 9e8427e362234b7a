import FineTuning
import ModelGraphs
import Testing

@Suite("Quantised base") struct QuantisedBaseTests {
  private let adapters = LowRank(rank: 1, targets: .named(["q_proj"]))

  /// Bytes of everything frozen.
  private func baseBytes(_ architecture: TransformerArchitecture, _ format: Quantisation) throws -> Double {
    let tuned = try apply(.qlora(adapters, format), to: architecture.model(sequenceLength: 1))
    return tuned.layers.flatMap(\.operators).filter { !$0.isTrainable }
      .reduce(0) { $0 + $1.weightBytes(.bf16) }
  }

  @Test func `Llama-2-7B takes 4.17 GB, with quantised scales 3.87 GB`() throws {
    // 32 · (4 · 4096² + 3 · 4096 · 11008) = 6,476,005,376 weights; 262,410,240 of tables and norms in 2 bytes.
    #expect(try baseBytes(llama2of7B, .nf4) == 6_476_005_376 * 0.5625 + 524_820_480)
    let double = try baseBytes(llama2of7B, .nf4Double)
    #expect((double / 3.8656e9 - 1).magnitude < 1e-4)
  }

  @Test func `quantised scales save 3 GB of a 65B model`() throws {
    // 80 · (4 · 8192² + 3 · 8192 · 22016) = 64,760,053,760 weights; the paper says about 3 GB for 65B.
    let once = try baseBytes(llama1of65B, .nf4)
    let twice = try baseBytes(llama1of65B, .nf4Double)
    #expect(once == 64_760_053_760 * 0.5625 + 2 * 525_606_912)
    #expect(((once - twice) / 3.02e9 - 1).magnitude < 1e-3)
  }

  @Test func `weights are written out before each product, forward and backward, whatever the batch`() throws
  {
    let block = try apply(.qlora(adapters, .nf4), to: small.model(sequenceLength: 4)).layer("block.1")
    let product = try #require(block.item("mlp_out"))
    for batch in [1, 5] {
      for pass in [Pass.forward, .inputGradient] {
        let kernels = product.kernels(pass, batch: batch, precision: .bf16)
        // 8 · 12 weights: 0.5625 bytes read, 2 written.
        #expect(kernels.count == 2)
        #expect(kernels[0].bytes == 96 * 2.5625)
        // One copy lives while the product runs.
        let plain = try apply(.lora(adapters), to: small.model(sequenceLength: 4)).layer("block.1").item(
          "mlp_out")
        let without = try #require(plain).workspaceBytes(pass, batch: batch, precision: .bf16)
        #expect(product.workspaceBytes(pass, batch: batch, precision: .bf16) == without + 96 * 2)
      }
    }
    #expect(product.kernels(.weightGradient, batch: 1, precision: .bf16).isEmpty)
  }

  @Test func `writing weights out is no model work`() throws {
    let model = small.model(sequenceLength: 4)
    #expect(
      try apply(.qlora(adapters, .nf4), to: model).trainingFLOPsPerSample
        == apply(.lora(adapters), to: model).trainingFLOPsPerSample)
  }

  @Test func `tables, norms and head stay as they are`() throws {
    let tuned = try apply(.qlora(adapters, .nf4Double), to: small.model(sequenceLength: 4))
    for item in tuned.layers.flatMap(\.operators) where item.parameterCount > 0 {
      let isBase = ["qkv", "projection", "mlp_in", "mlp_out"].contains(item.name)
      #expect((item.storedBytesPerParameter != nil) == isBase, "\(item.name)")
    }
  }
}
