import FineTuning
import ModelGraphs
import Testing

/// Bytes that block 1 of a model keeps for one sequence of 4 tokens, as 16-bit elements a token.
private func kept(_ method: FineTuningMethod, _ architecture: TransformerArchitecture = small) throws
  -> Double
{
  let tuned = try apply(method, to: architecture.model(sequenceLength: 4))
  return tuned.layer("block.1").savedBytes(batch: 1, precision: .bf16) / 2 / 4
}

@Suite("Inputs that a frozen base keeps") struct KeptInputTests {
  // A block: norm 8, attention's queries, keys and values 8 + 4 + 4 and its sums 2 · 4 bytes = 4 elements,
  // its output 8, norm 8, gate and up 24. Trained products keep 8 (qkv), 8 (mlp_in) and 12 (mlp_out) more.
  private let always = 8.0 + 16 + 4 + 8 + 8 + 24

  @Test func `full training keeps every product's input`() throws {
    #expect(try kept(.full) == always + 8 + 8 + 12)
  }

  @Test func `adapters that read the same input keep it once`() throws {
    // The block's input once for q and v, and r = 2 for each second matrix.
    let adapters = LowRank(rank: 2, targets: .named(["q_proj", "v_proj"]))
    #expect(try kept(.lora(adapters)) == always + 8 + 2 * 2)
  }

  @Test func `attention's output is kept for attention, with or without an adapter on it`() throws {
    // With an adapter on the output projection nothing but its r is new.
    #expect(try kept(.lora(LowRank(rank: 2, targets: .named(["o_proj"])))) == always + 2)
    // Adapters on up_proj keep the block's input to the feed-forward part.
    #expect(try kept(.lora(LowRank(rank: 2, targets: .named(["up_proj"])))) == always + 8 + 2)
  }

  @Test func `all targets keep what full training keeps, and r for each adapter`() throws {
    #expect(try kept(.lora(LowRank(rank: 2))) == always + 8 + 8 + 12 + 7 * 2)
  }

  @Test func `with dropout each adapter keeps its own copy and a mask`() throws {
    // q: 8 elements, 8 bytes of mask, r.
    let adapters = LowRank(rank: 2, targets: .named(["q_proj"]), dropout: 0.1)
    #expect(try kept(.lora(adapters)) == always + 8 + 4 + 2)
  }

  @Test func `quantised products may keep what no gradient asks for`() throws {
    // Block's input and the feed-forward part's once each, and the last product's 12; attention's output is kept anyway.
    func quantised(_ keeps: Bool) throws -> Double {
      let adapters = LowRank(rank: 2, targets: .named(["o_proj"]), keepsQuantisedInputs: keeps)
      return try kept(.qlora(adapters, .nf4))
    }
    #expect(try quantised(false) == always + 2)
    #expect(try quantised(true) == always + 2 + 8 + 8 + 12)
    // The head is in 16 bits and keeps no more than without.
    let ends = try [false, true].map { keeps in
      let adapters = LowRank(rank: 2, keepsQuantisedInputs: keeps)
      let tuned = try apply(.qlora(adapters, .nf4), to: small.model(sequenceLength: 4))
      return try #require(tuned.layers.last).savedBytes(batch: 1, precision: .bf16)
    }
    #expect(ends[0] == ends[1])
    // Frozen 16-bit products keep nothing all the same.
    #expect(
      try kept(.lora(LowRank(rank: 2, targets: .named(["o_proj"]), keepsQuantisedInputs: true))) == always + 2
    )
  }

  @Test func `DoRA keeps the sum that its magnitude scales`() throws {
    #expect(try kept(.dora(LowRank(rank: 2, targets: .named(["q_proj"])))) == always + 8 + 2 + 8)
  }

  @Test func `behind a ReLU the frozen product keeps what the ReLU reads`() throws {
    let relu = llama(
      layers: 2, hidden: 8, heads: 2, keyValueHeads: 1, width: 12, vocabulary: 100, activation: .relu,
      isGated: false)
    // The ReLU keeps nothing itself: 12 instead of gate and up.
    let adapters = LowRank(rank: 2, targets: .named(["q_proj"]))
    #expect(try kept(.lora(adapters), relu) == always - 24 + 12 + 8 + 2)
  }

  @Test func `latent attention's two first products share one kept input`() throws {
    var latent = small
    latent.attention = AttentionArchitecture(
      heads: 2, headWidth: 6,
      latent: LatentAttention(queryRank: 4, keyValueRank: 3, plainWidth: 4, ropeWidth: 2, valueWidth: 4))
    let one = try kept(.lora(LowRank(rank: 2, targets: .named(["kv_a_proj_with_mqa"]))), latent)
    let both = try kept(.lora(LowRank(rank: 2, targets: .named(["q_a_proj", "kv_a_proj_with_mqa"]))), latent)
    #expect(both == one + 2)
  }
}
