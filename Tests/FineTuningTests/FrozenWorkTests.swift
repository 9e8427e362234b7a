import ComputeModels
import FineTuning
import ModelGraphs
import Testing

@Suite("Work of a frozen base") struct FrozenWorkTests {
  @Test func `LoRA does two thirds of the FLOPs of full training in the limit`() throws {
    // 2P forward, 2P to the inputs, no 2P to the weights. One token and rank 1 leave attention and adapters
    // out; the embedding is no product, and the first block's inputs need no gradient.
    let model = llama31of8B.model(sequenceLength: 1)
    let tuned = try apply(.lora(LowRank(rank: 1)), to: model)
    let ratio = model.trainingFLOPsPerSample / tuned.trainingFLOPsPerSample
    #expect((ratio - 1.5).magnitude < 0.005)
    let products = 2.0 * Double(8_030_261_248 - 128256 * 4096 - 65 * 4096)
    #expect((model.trainingFLOPsPerSample / (3 * products) - 1).magnitude < 1e-3)
  }

  @Test func `frozen operators have no weight gradients and adapters have`() throws {
    let tuned = try apply(.lora(LowRank(rank: 2)), to: small.model(sequenceLength: 4))
    for item in tuned.layers.flatMap(\.operators) {
      let kernels = item.kernels(.weightGradient, batch: 1, precision: .bf16)
      #expect(kernels.isEmpty == !item.isTrainable || item.parameterCount == 0, "\(item.name)")
      #expect(item.isTrainable == item.name.contains("_proj."), "\(item.name)")
    }
  }

  @Test func `below the first trained layer nothing runs backward and nothing is kept`() throws {
    let model = llama(layers: 4, hidden: 8, heads: 2, width: 12, vocabulary: 100).model(sequenceLength: 4)
    let tuned = try apply(.freeze(LayerFreeze(trainableLayers: 1)), to: model)
    for layer in tuned.layers[..<4] {
      #expect(layer.savedBytes(batch: 2, precision: .bf16) == 0)
      for item in layer.operators {
        #expect(item.kernels(.inputGradient, batch: 2, precision: .bf16).isEmpty)
        #expect(item.kernels(.weightGradient, batch: 2, precision: .bf16).isEmpty)
      }
    }
    let trained = tuned.layer("block.3")
    #expect(
      trained.savedBytes(batch: 2, precision: .bf16)
        == model.layer("block.3").savedBytes(batch: 2, precision: .bf16))
    // The first norm takes its weights' gradient, 2 of 5 passes over 32 elements, and passes nothing on.
    let norm = trained.operators[0].kernels(.inputGradient, batch: 1, precision: .bf16)
    #expect(norm.map(\.bytes) == [2 * 32 * 2])
  }

  @Test func `the first block's adapters pass no gradient to the embedding`() throws {
    let tuned = try apply(.lora(LowRank(rank: 2)), to: small.model(sequenceLength: 4))
    let first = tuned.layer("block.0")
    for name in ["attention_norm", "qkv", "qkv.q_proj.down", "qkv.k_proj.down", "qkv.v_proj.down"] {
      #expect(first.item(name)?.needsInputGradient == false, "\(name)")
      #expect(tuned.layer("block.1").item(name)?.needsInputGradient == true, "\(name)")
    }
    #expect(first.item("qkv.q_proj.up")?.needsInputGradient == true)
    #expect(first.item("projection")?.needsInputGradient == true)
  }

  @Test func `adapters are divided as tensor parallelism divides their product`() throws {
    let block = try apply(.lora(LowRank(rank: 2)), to: small.model(sequenceLength: 4)).layer("block.1")
    let splits = [
      "qkv.q_proj.down": TensorSplit.tokens, "qkv.q_proj.up": .columns, "qkv.q_proj.sum": .channels,
      "projection.o_proj.down": .rows, "projection.o_proj.up": .tokens, "projection.o_proj.sum": .tokens,
    ]
    for (name, split) in splits { #expect(block.item(name)?.split == split, "\(name)") }
  }

  @Test func `a frozen norm reads its input once less for its own gradient`() throws {
    let tuned = try apply(.lora(LowRank(rank: 2)), to: small.model(sequenceLength: 4))
    // 4 tokens of 8: dy and x read, dx written, in 2 bytes.
    let kernels = tuned.layer("block.1").operators[0].kernels(.inputGradient, batch: 1, precision: .bf16)
    #expect(kernels.map(\.bytes) == [3 * 32 * 2])
  }

  @Test func `DoRA computes norms once a micro-batch, whatever its samples`() throws {
    let block = try apply(.dora(LowRank(rank: 2)), to: small.model(sequenceLength: 4)).layer("block.1")
    let norm = try #require(block.item("projection.o_proj.norm"))
    for batch in [1, 7] {
      // Five passes over 8 · 8 weights in 2 bytes; held constant backward.
      #expect(norm.kernels(.forward, batch: batch, precision: .bf16).map(\.bytes) == [640])
      #expect(norm.workspaceBytes(.forward, batch: batch, precision: .bf16) == 320)
      #expect(norm.kernels(.inputGradient, batch: batch, precision: .bf16).isEmpty)
    }
  }
}
