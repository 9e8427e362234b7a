import FineTuning
import ModelGraphs
import Testing

@Suite("Parameters of adapters") struct AdapterCountTests {
  private func trainable(_ method: FineTuningMethod, _ architecture: TransformerArchitecture) throws -> Int64
  {
    try apply(method, to: architecture.model(sequenceLength: 16)).trainableParameterCount
  }

  @Test func `all linears of Llama-3.1-8B at rank 16 have 41,943,040`() throws {
    // q 4096+4096, k and v 4096+1024, o 4096+4096, gate, up and down 4096+14336: 81,920 · 16 · 32.
    #expect(try trainable(.lora(LowRank(rank: 16)), llama31of8B) == 41_943_040)
  }

  @Test func `queries and values of Llama-3.1-8B at rank 16 have 6,815,744`() throws {
    // (8192 + 5120) · 16 · 32.
    let adapters = LowRank(rank: 16, targets: .named(["q_proj", "v_proj"]))
    #expect(try trainable(.lora(adapters), llama31of8B) == 6_815_744)
  }

  @Test func `queries and values of Llama-2-7B at rank 8 have the 4,194,304 that LitGPT reports`() throws {
    // 2 · (4096 + 4096) · 8 · 32.
    #expect(
      try trainable(.lora(LowRank(rank: 8, targets: .named(["q_proj", "v_proj"]))), llama2of7B) == 4_194_304)
  }

  @Test func `one adapter on the fused product reads the input once`() throws {
    // 16 · (4096 + 4096 + 2 · 1024) · 32.
    let adapters = LowRank(rank: 16, targets: .named(["qkv"]))
    #expect(try trainable(.lora(adapters), llama31of8B) == 5_242_880)
  }

  @Test func `DoRA adds a magnitude for each output`() throws {
    // 4096 + 1024 + 1024 + 4096 + 14336 + 14336 + 4096 = 43,008 a layer, times 32.
    #expect(try trainable(.dora(LowRank(rank: 16)), llama31of8B) == 41_943_040 + 1_376_256)
  }

  @Test func `every expert has its own adapter`() throws {
    var architecture = small
    architecture.experts = ExpertArchitecture(count: 4, active: 2, width: 12)
    // gate and up 8+12, down 12+8: 60 · r for each of 4 experts and 2 blocks, r = 2.
    let adapters = LowRank(rank: 2, targets: .named(["gate_proj", "up_proj", "down_proj"]))
    #expect(try trainable(.lora(adapters), architecture) == 960)
  }

  @Test func `the base keeps its parameters`() throws {
    let model = llama31of8B.model(sequenceLength: 16)
    for method: FineTuningMethod in [.lora(LowRank(rank: 16)), .pissa(LowRank(rank: 16))] {
      let tuned = try apply(method, to: model)
      #expect(tuned.parameterCount == 8_030_261_248 + 41_943_040)
    }
    #expect(try apply(.full, to: model) == model)
    #expect(model.trainableParameterCount == 8_030_261_248)
  }

  @Test func `names of other families and of the field's shorthand find the same products`() throws {
    let all = try trainable(.lora(LowRank(rank: 4, targets: LowRank.Targets(["all-linear"]))), small)
    let named = ["query", "key", "value", "o_proj", "wi_0", "wi_1", "wo"]
    #expect(try trainable(.lora(LowRank(rank: 4, targets: .named(named))), small) == all)
  }

  @Test func `freezing counts the last blocks, or the first, and the ends where they train`() throws {
    // A block of the small model: norms 2 · 8, qkv 8 · 16, projection 64, 3 · 8 · 12 = 496.
    #expect(try trainable(.freeze(LayerFreeze(trainableLayers: 1)), small) == 496)
    #expect(try trainable(.freeze(LayerFreeze(trainableLayers: 1, side: .first)), small) == 496)
    // Embedding 800, final norm 8, head 800.
    #expect(
      try trainable(.freeze(LayerFreeze(trainableLayers: 2, trainsEmbeddings: true)), small)
        == small.parameterCount)
  }
}
