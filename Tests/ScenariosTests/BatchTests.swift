import Scenarios
import Testing

@Suite("Batch sizes") struct BatchTests {
  @Test(arguments: [
    // 2 nodes × 8 = 16 ranks; m · 16 · a = g
    ("micro_batch: 2, global_batch: 128", 2, 128, 4), ("micro_batch: 2, gradient_accumulation: 4", 2, 128, 4),
    ("global_batch: 128, gradient_accumulation: 4", 2, 128, 4), ("global_batch: 128", 1, 128, 8),
    ("micro_batch: 3", 3, 48, 1), ("gradient_accumulation: 3", 1, 48, 3), ("steps: 1", 1, 16, 1),
    ("micro_batch: 2, global_batch: 128, gradient_accumulation: 4", 2, 128, 4),
  ])
  func `any two give the third`(keys: String, micro: Int, global: Int, accumulation: Int) throws {
    let training = try read("model: m\ncluster: {nodes: 2}\ntraining: {\(keys)}").training
    #expect(training.microBatch == micro)
    #expect(training.globalBatch == global)
    #expect(training.gradientAccumulation == accumulation)
  }

  @Test(arguments: [
    (
      "global_batch: 100, micro_batch: 3",
      "100 is not a multiple of micro_batch 3 × 16 ranks = 48\n  mend: use 96 or 144"
    ),
    (
      "global_batch: 100, gradient_accumulation: 2",
      "100 is not a multiple of gradient_accumulation 2 × 16 ranks = 32\n  mend: use 96 or 128"
    ),
    ("global_batch: 8", "8 is not a multiple of 16 ranks\n  mend: use 16"),
    (
      "global_batch: 100, micro_batch: 2, gradient_accumulation: 4",
      "micro_batch 2 × gradient_accumulation 4 × 16 ranks = 128, not 100"
        + "\n  mend: write 128, or leave one of the three to auto"
    ),
  ])
  func `contradictions are refused with numbers`(keys: String, complaint: String) {
    #expect(
      complaints("model: m\ncluster: {nodes: 2}\ntraining: {\(keys)}")
        == "s.yaml:3:26: training.global_batch: \(complaint)")
  }

  @Test func `a global batch beyond counting is refused`() {
    #expect(
      complaints("model: m\ncluster: {nodes: 1000}\ntraining: {micro_batch: 1e7, gradient_accumulation: 1e6}")
        == """
        s.yaml:3:25: training.micro_batch: the global batch of micro_batch 10000000 × gradient_accumulation 1000000 \
        × 8000 ranks is out of range: 1 to 1000000000
          mend: use smaller batches
        """)
  }

  @Test func `weak scaling keeps the work of a rank, strong scaling that of a step`() throws {
    let scenario = try read("model: m\ntraining: {global_batch: 96, micro_batch: 4}")
    #expect(scenario.training.gradientAccumulation == 3)
    let weak = try scenario.scaled(toNodes: 4, .weak)
    #expect(
      weak.training.globalBatch == 384 && weak.training.gradientAccumulation == 3 && weak.plan.data == 32)
    let strong = try scenario.scaled(toNodes: 4, .strong)
    #expect(strong.training.globalBatch == 96 && strong.training.microBatch == 3)
    #expect(strong.training.gradientAccumulation == 1)
    #expect(try scenario.scaled(toNodes: 1, .strong) == scenario)
    #expect(throws: (any Error).self) { try scenario.scaled(toNodes: 5, .strong) }
    #expect(try strong.document() == read(strong.document().yaml()).document())
  }
}
