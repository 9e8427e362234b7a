import Rehearsal
import TestSupport
import Testing

@Suite("What a model costs") struct ModelFlawTests {
  @Test func `ResNet-50 has its published parameters and multiply-adds`() throws {
    let model = try Catalogue.bundled.model(named: "resnet50").model()
    #expect(model.parameterCount == 25_557_032)
    // 4 089 184 256 multiply-adds for one image of 224 × 224: 8.18 GFLOP forward.
    #expect(model.forwardFLOPsPerSample == 2 * 4_089_184_256)
    // Backward twice that, but for the gradient of the images, which nobody needs: the first convolution,
    // 7 · 7 · 3 · 64 · 112 · 112 = 118 013 952 multiply-adds, has no gradient of its input.
    #expect(model.trainingFLOPsPerSample == 6 * 4_089_184_256 - 2 * 118_013_952)
  }

  @Test(arguments: [
    """
    model: resnet-50
    cluster: {nodes: 1, accelerators_per_node: 2}
    training: {micro_batch: 8, steps: 1}
    """,
    """
    hardware: {num_gpus_per_node: 2}
    model: {model_type: resnet}
    training: {batch_size_per_gpu: 8, num_nodes: 1, num_iterations: 1, mixed_precision: true}
    """,
  ])
  func `a simulated ResNet-50 does that work, in either dialect`(text: String) throws {
    let result = try simulated(text)
    #expect(result.job.plan.model.parameterCount == 25_557_032)
    let rate = 2 * 8 * (6 * 4_089_184_256.0 - 2 * 118_013_952) / result.step.time / 2 / 1e12
    #expect(agree(result.throughput.modelTeraflopsPerAccelerator, rate))
    // 2 bytes for every gradient, all reduced once.
    #expect(
      result.collectives.reduce(0) { $0 + $1.bytes.bytes * Int64($1.count) } == 2 * 25_557_032)
  }

  /// FLOPs of training one sequence with every query against every key, without recomputation:
  ///
  ///     F = 72 · s · L · h² · (1 + s/(6 h) + V/(12 L h))
  ///
  /// - Source: Narayanan et al. 2021, arXiv:2104.04473, appendix, less its fourth pass.
  private func published(_ layers: Double, _ width: Double, _ tokens: Double, _ vocabulary: Double) -> Double
  {
    72 * tokens * layers * width * width
      * (1 + tokens / (6 * width) + vocabulary / (12 * layers * width))
  }

  private func attentionFLOPs(_ model: Model) -> Double {
    model.layers.flatMap(\.operators).filter { $0.name == "attention" }.reduce(0) { sum, item in
      sum + Pass.allCases.reduce(0) { $0 + item.modelFLOPs($1) }
    }
  }

  @Test func `attention that sees both ways costs 12 L s² h`() throws {
    let text = """
      model: {layers: 12, hidden: 768, heads: 12, context: 1024, vocabulary: 50257, attention: bidirectional}
      training: {sequence_length: 1024, steps: 1}
      """
    // Scores and weighted values: 2 · 2 s² h a block forward, twice that backward.
    let model = try resolver.job(for: try scenario(text)).plan.model
    #expect(agree(attentionFLOPs(model), 12 * 12 * 1024 * 1024 * 768))
  }

  @Test func `GPT-2 costs what the published formula says, less the half that its mask skips`() throws {
    let model = try Catalogue.bundled.model(named: "gpt2").model(sequenceLength: 1024)
    // A causal mask leaves half of the 12 L s² h: the formula counts all of it.
    let skipped = 6.0 * 12 * 1024 * 1024 * 768
    #expect(agree(attentionFLOPs(model), skipped, relative: 1e-3))
    let full = model.trainingFLOPsPerSample + skipped
    let formula = published(12, 768, 1024, 50257)
    #expect(agree(full, formula, relative: 0.01), "\(full / formula)")
  }

  @Test func `the output head is counted, and only once though its weights are shared`() throws {
    let model = try Catalogue.bundled.model(named: "gpt2").model(sequenceLength: 1024)
    let head = try #require(model.layers.first { $0.kind == .head })
    let flops = head.operators.reduce(0) { sum, item in
      sum + Pass.allCases.reduce(0) { $0 + item.modelFLOPs($1) }
    }
    // 2 s h V forward, twice that backward.
    #expect(agree(flops, 6.0 * 1024 * 768 * 50257, relative: 1e-6))
    #expect(model.parameterCount == 124_439_808)
    // Looking rows up is no arithmetic.
    let table = try #require(model.layers.first { $0.kind == .embedding })
    #expect(
      table.operators.allSatisfy { item in
        Pass.allCases.allSatisfy { item.modelFLOPs($0) == 0 }
      })
  }

  @Test func `a device's peak is that of the format it computes in`() throws {
    let device = try Catalogue.bundled.accelerator(named: "A100").accelerator
    #expect(device.peak(for: .bf16) == .teraflops(312))
    #expect(device.peak(for: .fp32) == .teraflops(19.5))
    // So MFU of the same job is held against another peak, and never passes 1.
    let half = try simulated()
    let full = try simulated(baseScenario, ["training.precision=fp32"])
    #expect(full.step.compute > half.step.compute)
    #expect(
      agree(
        full.throughput.mfu * 19.5 * full.step.time, half.throughput.mfu * 312 * half.step.time))
  }
}
