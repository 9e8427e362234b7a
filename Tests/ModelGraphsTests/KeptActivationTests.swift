import ModelGraphs
import Testing

/// Elements that the backward pass keeps of one layer, counted as a framework with fused attention
/// keeps them: a product its input, attention its queries, keys and values.
private func kept(_ layer: ModelLayer) -> (elements: Int, bytes: Int) {
  var elements = 0
  var bytes = 0
  for item in layer.operators {
    switch item.shape {
    case .linear(let rows, let inputs, _): elements += item.savedInputElements ?? rows * inputs
    case .expertLinear(let rows, let inputs, _, _, let active):
      elements += item.savedInputElements ?? rows * inputs * active
    case .attention(let shape):
      let keysAndValues = shape.keys * shape.keyValueHeads * (shape.headWidth + shape.valueWidth)
      elements += item.savedInputElements ?? shape.queries * shape.heads * shape.headWidth + keysAndValues
    case .streaming(let shape):
      elements += shape.savedElements
      bytes += shape.savedBytes
    default: break
    }
  }
  return (elements, bytes)
}

@Suite("Kept activations") struct KeptActivationTests {
  // Gate and up are 2 · 4h elements a token: 16h bytes in bf16, 8h in 8 bits; each cast passes over both.
  @Test func `gated activations keep a byte an element where asked`() throws {
    let (h, s) = (256, 128)
    let model = TransformerArchitecture(
      layerCount: 1, hidden: h, attention: AttentionArchitecture(heads: 4, headWidth: 64),
      feedForward: FeedForwardArchitecture(width: 4 * h, isGated: true, activation: .silu),
      embedding: EmbeddingArchitecture(vocabulary: 1000, position: .rope),
      head: HeadArchitecture(isTied: true)
    ).model(sequenceLength: s)
    let narrow = model.keepingActivationInputsInFP8
    func activation(_ model: Model) throws -> ModelOperator {
      try #require(model.layers[1].operators.first { $0.name == "mlp_activation" })
    }
    let (before, after) = (try activation(model), try activation(narrow))
    for precision in [PrecisionPolicy.bf16, .fp8] {
      #expect(before.savedBytes(batch: 2, precision: precision) == Double(2 * s * 16 * h))
      #expect(after.savedBytes(batch: 2, precision: precision) == Double(2 * s * 8 * h))
      #expect(after.savedTensors(precision) == [Double(s * 8 * h)])
      // Backward the wide copy is there again.
      #expect(
        after.workspaceBytes(.inputGradient, batch: 2, precision: precision)
          == before.workspaceBytes(.inputGradient, batch: 2, precision: precision) + Double(2 * s * 16 * h))
      #expect(
        after.workspaceTensors(.inputGradient, precision: precision).reduce(0, +) * 2
          == after.workspaceBytes(.inputGradient, batch: 2, precision: precision))
      for pass in [Pass.forward, .inputGradient] {
        let casts = Double(2 * s * 8 * h * 3)
        #expect(
          after.kernels(pass, batch: 2, precision: precision)[0].bytes
            == before.kernels(pass, batch: 2, precision: precision)[0].bytes + casts)
      }
    }
    #expect(after.outputElements == before.outputElements)
    let others = zip(model.layers[1].operators, narrow.layers[1].operators).filter {
      $0.0.name != "mlp_activation"
    }
    #expect(others.allSatisfy { $0 == $1 })
  }

  @Test func `a GPT layer keeps 34 s b h bytes`() {
    let h = 1024
    let s = 512
    let model = TransformerArchitecture(
      layerCount: 1, hidden: h,
      attention: AttentionArchitecture(heads: 16, headWidth: 64, hasInputBias: true, hasOutputBias: true),
      feedForward: FeedForwardArchitecture(width: 4 * h, isGated: false, activation: .gelu, hasBias: true),
      norm: NormArchitecture(.layerNorm),
      embedding: EmbeddingArchitecture(vocabulary: 1000, position: .learned, positionCount: s),
      head: HeadArchitecture(isTied: true), hasDropout: true
    ).model(sequenceLength: s)
    let layer = kept(model.layers[1])
    // Two-byte elements, in units of s·h: norms 2, QKV input 1, Q K V 3, projection input 1,
    // first product's input 1, GELU input 4, second product's input 4: 16 elements = 32 bytes.
    // Two dropout masks of a byte each: 2 bytes. In all 34.
    #expect(layer.elements == 16 * s * h)
    #expect(layer.bytes == 2 * s * h)
    #expect(2 * layer.elements + layer.bytes == 34 * s * h)
  }

  @Test func `a Llama layer keeps its gated products and grouped keys`() {
    // Llama-3-8B for one token: h = 4096, a = 32, g = 8, d = 128, f = 14336.
    // bytes = 8h + 2(a + 2g)d + 2ad + 6f = 32768 + 12288 + 8192 + 86016 = 139264, besides the
    // softmax statistics of 4a = 128 bytes that the attention kernel keeps.
    let model = TransformerArchitecture(
      layerCount: 1, hidden: 4096,
      attention: AttentionArchitecture(heads: 32, keyValueHeads: 8, headWidth: 128),
      feedForward: FeedForwardArchitecture(width: 14336, isGated: true, activation: .silu),
      embedding: EmbeddingArchitecture(vocabulary: 128256, position: .rope)
    ).model(sequenceLength: 1)
    let layer = kept(model.layers[1])
    #expect(2 * layer.elements == 139_264)
    #expect(layer.bytes == 0)
  }

  @Test func `an expert layer keeps its dispatched copies and router logits`() {
    // One token, h = 8, 4 experts, 2 active of width 16, gated; attention as above with a = 2, d = 4.
    let model = TransformerArchitecture(
      layerCount: 1, hidden: 8, attention: AttentionArchitecture(heads: 2, headWidth: 4),
      feedForward: FeedForwardArchitecture(width: 16, isGated: true, activation: .silu),
      experts: ExpertArchitecture(count: 4, active: 2, width: 16),
      embedding: EmbeddingArchitecture(vocabulary: 10, position: .rope)
    ).model(sequenceLength: 1)
    let layer = kept(model.layers[1])
    // Norms 16, QKV input 8, Q K V 24, projection input 8, router input 8, copies in 16,
    // gate and up 2·2·16 = 64, product 32, copies out 16: 192 elements; logits 4·4 bytes.
    #expect(layer.elements == 192)
    #expect(layer.bytes == 16)
  }

  @Test func `parallel branches keep their shared input once`() {
    func layer(_ placement: NormArchitecture.Placement) -> ModelLayer {
      TransformerArchitecture(
        layerCount: 1, hidden: 8, attention: AttentionArchitecture(heads: 2, headWidth: 4),
        feedForward: FeedForwardArchitecture(width: 32, isGated: false, activation: .gelu),
        norm: NormArchitecture(.layerNorm, placement),
        embedding: EmbeddingArchitecture(vocabulary: 10, position: .rope)
      ).model(sequenceLength: 1).layers[1]
    }
    // Serial: norms 16 + QKV input 8 + QKV 24 + projection 8 + MLP input 8 + 32 + 32 = 128.
    // Parallel saves one norm input and one product input; with two norms only the norm input.
    #expect(kept(layer(.pre)).elements == 128)
    #expect(kept(layer(.parallel)).elements == 112)
    #expect(kept(layer(.parallelPair)).elements == 120)
  }
}

@Suite("Operators as eager frameworks run them") struct EagerOperatorTests {
  private func eager(_ role: StreamingShape.Role, saved: Int) -> StreamingShape {
    var shape = StreamingShape(forwardElements: 300, backwardElements: 500, savedElements: saved)
    shape.role = role
    shape.runEagerly()
    return shape
  }

  /// φ(g) · u of 100 outputs: the activation reads g and writes φ(g), which the product reads with u.
  @Test func `keep what each of their kernels reads in its backward pass`() {
    let gate = eager(.gatedActivation, saved: 200)
    #expect(gate.savedElements == 300)
    #expect(gate.forwardElements == 500)
    #expect(gate.backwardElements == 900)
    // x in fp32 beside the normalised x in 16 bits.
    #expect(eager(.rootMeanSquareNorm, saved: 100).savedElements == 300)
    #expect(eager(.rotary, saved: 0).savedElements == 0)
    #expect(eager(.other, saved: 100).savedElements == 100)
  }
}
