import ModelGraphs
import Testing

@Suite("Tensors of an operator") struct TensorTests {
  private static let attention = AttentionShape(
    queries: 8, keys: 8, heads: 4, keyValueHeads: 2, headWidth: 16, isCausal: true)

  private static let operators: [ModelOperator] = [
    ModelOperator("product", .linear(rows: 8, inputs: 32, outputs: 64), parameters: 2048),
    ModelOperator("attention", .attention(attention)),
    ModelOperator("experts", .expertLinear(rows: 8, inputs: 32, outputs: 64, experts: 4, active: 2)),
    ModelOperator("loss", .crossEntropy(rows: 8, classes: 100)),
    ModelOperator(
      "norm", .streaming(StreamingShape(forwardElements: 512, backwardElements: 768, savedElements: 256))),
    ModelOperator(
      "gate",
      .streaming(
        StreamingShape(forwardElements: 300, backwardElements: 500, savedElements: 200, savedBytes: 7))),
  ]

  @Test(arguments: operators, [PrecisionPolicy.fp32, .bf16, .fp8])
  func `add up to what is kept and worked with`(item: ModelOperator, precision: PrecisionPolicy) {
    #expect(item.savedTensors(precision).reduce(0, +) == item.savedBytes(batch: 1, precision: precision))
    for pass in [Pass.forward, .inputGradient] {
      #expect(
        item.workspaceTensors(pass, precision: precision).reduce(0, +)
          == item.workspaceBytes(pass, batch: 1, precision: precision))
    }
  }

  @Test func `of attention are queries, keys, values and sums`() {
    let item = ModelOperator("attention", .attention(Self.attention))
    // 8 rows of 4 heads and of twice 2 heads, 16 wide, 2 bytes; 32 sums of 4 bytes.
    #expect(item.savedTensors(.bf16) == [1024, 512, 512, 128])
    #expect(item.keepingInputsOfAttention.savedTensors(.bf16) == [1024, 512, 512])
    #expect(item.workspaceTensors(.inputGradient, precision: .bf16) == [1024, 1024, 512, 512])
  }

  @Test func `of a loss depend on its kernels`() {
    func loss(_ copies: Int) -> ModelOperator {
      var item = ModelOperator("loss", .crossEntropy(rows: 8, classes: 100))
      item.lossCopies = copies
      return item
    }
    #expect(
      loss(0).savedTensors(.bf16).isEmpty && loss(0).workspaceTensors(.forward, precision: .bf16).isEmpty)
    #expect(loss(1).savedTensors(.bf16) == [3200])
    #expect(loss(1).workspaceTensors(.inputGradient, precision: .bf16) == [1600])
    #expect(loss(2).savedTensors(.bf16) == [3200, 3200])
    #expect(loss(2).workspaceTensors(.inputGradient, precision: .bf16) == [1600, 3200])
  }

  @Test func `of logits that a loss makes piece by piece are as large as its input`() {
    var product = ModelOperator("logits", .linear(rows: 8, inputs: 32, outputs: 1000), parameters: 32_000)
    #expect(product.workspaceTensors(.forward, precision: .bf16) == [16_000])
    product.lossCopies = 0
    #expect(product.workspaceTensors(.forward, precision: .bf16) == [512])
  }
}
