import FineTuning
import ModelGraphs
import Testing

@Suite("Methods a model cannot take") struct FineTuningErrorTests {
  private func problem(_ method: FineTuningMethod, _ model: Model = small.model(sequenceLength: 4)) -> String
  {
    do throws(FineTuningError) {
      _ = try apply(method, to: model)
      return "none"
    } catch { return error.description }
  }

  @Test func `unknown targets are named with those there are`() {
    #expect(
      problem(.lora(LowRank(rank: 4, targets: .named(["q_proj", "kv_b_proj", "fc"]))))
        == "the model has no product named kv_b_proj, fc: use q_proj, k_proj, v_proj, qkv, o_proj, gate_proj, up_proj, "
        + "mlp_in, down_proj or all-linear")
  }

  @Test func `ranks, dropouts and layers have their bounds`() {
    #expect(problem(.lora(LowRank(rank: 0))) == "rank 0 leaves nothing to train: use 1 or more")
    #expect(
      problem(.dora(LowRank(rank: 4, dropout: 1))) == "dropout 1.0 is no share: use 0 or more and less than 1"
    )
    #expect(
      problem(.freeze(LayerFreeze(trainableLayers: 3))) == "3 trainable layers of a model with 2: use 1 to 2")
    #expect(
      problem(.pissa(LowRank(rank: 6)))
        == "rank 6 is more than the 4 singular vectors of k_proj: use 4 or less, or leave it out")
  }

  @Test func `no target and no product are said so`() {
    #expect(
      problem(.lora(LowRank(rank: 4, targets: .named([]))))
        == "no target is named: use q_proj, k_proj, v_proj, qkv, o_proj, gate_proj, up_proj, mlp_in, down_proj or all-linear"
    )
    let sized = CustomArchitecture(parameters: 10, activations: 10).model(name: "sized")
    #expect(
      problem(.lora(LowRank(rank: 4)), sized)
        == "sized has no matrix product that an adapter could stand beside: use full or freeze")
  }

  @Test func `PiSSA's decomposition is counted apart`() throws {
    // o_proj 8 × 8 in two blocks: 2 · (6 · 512 + 20 · 512) = 26,624; down_proj 8 × 12: 2 · (6 · 12 · 64 + 20 · 512).
    let model = small.model(sequenceLength: 4)
    let adapters = LowRank(rank: 2, targets: .named(["o_proj", "down_proj"]))
    #expect(try initialisationFLOPs(.pissa(adapters), of: model) == 26_624 + 2 * (4_608 + 10_240))
    #expect(try initialisationFLOPs(.lora(adapters), of: model) == 0)
    #expect(try apply(.pissa(adapters), to: model) == apply(.lora(adapters), to: model))
  }
}
