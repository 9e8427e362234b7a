import FineTuning
import ModelGraphs
import Testing

@Suite("Models beside the policy") struct CompanionModelTests {
  private let model = small.model(sequenceLength: 4)

  @Test func `a frozen one keeps its weights and trains none`() {
    #expect(model.frozen.parameterCount == model.parameterCount)
    #expect(model.frozen.trainableParameterCount == 0)
    #expect(model.frozen.forwardFLOPsPerSample == model.forwardFLOPsPerSample)
  }

  @Test func `one that scores makes a number where the policy makes a word`() {
    // The head's 8 · 100 weights give way to 8; its product of 4 rows does 2 · 4 · 8 instead of 2 · 4 · 8 · 100.
    let head = model.layer("head")
    let score = model.withScalarHead.layer("head")
    #expect(model.parameterCount - model.withScalarHead.parameterCount == 8 * 100 - 8)
    #expect(!score.operators.contains { $0.name == "loss" })
    let products = [head, score].map { layer in
      layer.operators.first { if case .linear = $0.shape { true } else { false } }?.modelFLOPs(.forward)
    }
    #expect(products == [6400, 64])
  }

  @Test func `one that scores and is frozen is the same either way round`() {
    #expect(model.withScalarHead.frozen == model.frozen.withScalarHead)
  }
}
