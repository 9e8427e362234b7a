import ComputeModels
import ModelGraphs
import Testing

@Suite("Attention without a fused kernel") struct SeparateAttentionTests {
  static let shape = AttentionShape(
    queries: 4, keys: 6, heads: 2, keyValueHeads: 2, headWidth: 3, isCausal: false, isFused: false)

  private func kernels(_ pass: Pass) -> [Kernel] {
    OperatorShape.attention(Self.shape).kernels(pass, batch: 5, precision: .fp16)
  }

  @Test func `forward is two products with the scores between`() {
    let kernels = kernels(.forward)
    #expect(
      kernels.map(\.shape) == [
        .matrixProduct(m: 4, n: 6, k: 3, batch: 10), .streaming, .matrixProduct(m: 4, n: 3, k: 6, batch: 10),
      ])
    // 2 · 10 · 4 · 6 · 3 a product.
    #expect(kernels[0].flops == 1440)
    #expect(kernels[2].flops == 1440)
    // Scores: 5 · 2 · 4 · 6 = 240, six passes of 2 bytes and a mask byte: 3,120. Copies of Q and O
    // 4 · 2 · 6 = 48 and K and V 6 · 2 · 6 = 72, for 5 samples of 2 bytes, read and written: 2,400.
    #expect(kernels[1].bytes == 3120 + 2400)
  }

  @Test func `backward is four products, twice the forward work`() {
    func products(_ pass: Pass) -> Double {
      kernels(pass).filter { $0.shape != .streaming }.reduce(0) { $0 + $1.flops }
    }
    #expect(products(.inputGradient) == 2 * products(.forward))
    #expect(kernels(.weightGradient).isEmpty)
  }

  @Test func `keeps probabilities twice and a mask`() {
    var fused = Self.shape
    fused.isFused = true
    func saved(_ shape: AttentionShape) -> Double {
      ModelOperator("a", .attention(shape)).savedBytes(batch: 5, precision: .fp16)
    }
    // 240 scores of 2 + 2 + 1 bytes in place of 5 · 4 · 2 statistics of 4 bytes.
    #expect(saved(Self.shape) - saved(fused) == 240 * 5 - 160)
  }

  @Test func `counts as much model work as the fused kernel`() {
    var fused = Self.shape
    fused.isFused = true
    for pass in Pass.allCases {
      #expect(
        ModelOperator("a", .attention(Self.shape)).modelFLOPs(pass)
          == ModelOperator("a", .attention(fused)).modelFLOPs(pass))
    }
  }
}
