import MemoryModels
import ModelGraphs
import StepGraphs
import Testing

@Suite("Outputs that stay under recomputation of all but products") struct KeptProductTests {
  private func linear(_ name: String, _ outputs: Int) -> ModelOperator {
    ModelOperator(name, .linear(rows: 4, inputs: 8, outputs: outputs), parameters: Int64(8 * outputs))
  }

  private var attention: ModelOperator {
    ModelOperator(
      "attention",
      .attention(
        AttentionShape(queries: 4, keys: 4, heads: 4, keyValueHeads: 1, headWidth: 8, isCausal: true)))
  }

  private var gate: ModelOperator {
    var shape = StreamingShape(forwardElements: 300, backwardElements: 500, savedElements: 200)
    shape.role = .gatedActivation
    return ModelOperator("gate", .streaming(shape))
  }

  private var norm: ModelOperator {
    ModelOperator(
      "norm", .streaming(StreamingShape(forwardElements: 64, backwardElements: 96, savedElements: 32)))
  }

  // Products of a Llama block: query 1, key 2, value 3, projection 4, gate 5, input 6, output 7. The odd ones stay.
  @Test func `are queries, values, attention, gate and output of a Llama block`() {
    let block = [
      norm, linear("qkv", 48), norm, attention, linear("projection", 32), norm, linear("mlp_in", 200), gate,
      linear("mlp_out", 32),
    ]
    #expect(keptShares(of: block) == [0, 40.0 / 48, 0, 1, 0, 0, 0.5, 0, 1])
  }

  @Test func `are every second product where each stands alone`() {
    #expect(keptShares(of: [linear("a", 10), linear("b", 10), linear("c", 10)]) == [1, 0, 1])
    #expect(keptShares(of: [norm]) == [0])
    #expect(keptShares(of: []).isEmpty)
  }

  @Test func `work that ends early leaves out the last product and what follows it`() {
    var residual = norm
    residual.shape = .streaming(StreamingShape(forwardElements: 96, backwardElements: 64, savedElements: 0))
    let block = [norm, linear("a", 10), gate, linear("b", 32), residual]
    #expect(recomputedShares(of: block, under: .full, stopsEarly: false) == [1, 1, 1, 1, 1])
    #expect(recomputedShares(of: block, under: .full, stopsEarly: true) == [1, 1, 1, 0, 0])
    // A norm at the end keeps its own input, which all before it make; its kernel finds the moments again.
    #expect(recomputedShares(of: block + [norm], under: .full, stopsEarly: true) == [1, 1, 1, 1, 1, 1])
    // Half of what the gate reads stays anyway; segments of several layers need all that a layer hands on.
    #expect(recomputedShares(of: block, under: .products, stopsEarly: true) == [1, 0.5, 1, 0, 0])
    #expect(recomputedShares(of: block, under: .every(2), stopsEarly: true) == [1, 1, 1, 1, 1])
    #expect(recomputedShares(of: block, under: .every(1), stopsEarly: true) == [1, 1, 1, 0, 0])
    #expect(recomputedShares(of: [residual], under: .full, stopsEarly: true) == [0])
    let layer = ModelLayer(name: "block", kind: .transformerBlock, operators: block)
    #expect(layer.recomputedFLOPs(under: .full, stopsEarly: true) == 2 * 4 * 8 * 10)
  }

  @Test func `save the work that made them`() {
    let block = ModelLayer(
      name: "block", kind: .transformerBlock, operators: [linear("a", 10), linear("b", 10), linear("c", 10)])
    let all = block.recomputedFLOPs(under: .full)
    #expect(all == 3 * 2 * 4 * 8 * 10)
    #expect(block.recomputedFLOPs(under: .products) == all / 3)
    #expect(block.recomputedFLOPs(under: .none) == 0)
    #expect(block.recomputedFLOPs(under: .selective) == 0)
    let head = ModelLayer(name: "head", kind: .head, operators: block.operators)
    #expect(head.recomputedFLOPs(under: .full) == 0)
  }
}
