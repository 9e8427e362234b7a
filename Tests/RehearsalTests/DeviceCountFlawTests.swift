import Rehearsal
import TestSupport
import Testing

/// Four wide blocks, so that gradients are many and a step is long enough to hide some of them.
private let weakScenario = """
  name: weak
  model: {layers: 4, hidden: 2048, heads: 16, gated: true, position: rope, vocabulary: 32000, context: 1024}
  cluster: {accelerator: H100, nodes: 1, accelerators_per_node: 8}
  training: {sequence_length: 1024, micro_batch: 2, precision: bf16, steps: 1}
  """

/// Node counts from two to 512, with the neighbours of those where others' tables changed rows.
private let nodeCounts = [2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 128, 255, 256, 257, 511, 512]

@Suite("Device counts") struct DeviceCountFlawTests {
  private func rate(_ nodes: Int, _ plan: [String]) throws -> Double {
    try simulated(weakScenario, ["cluster.nodes=\(nodes)"] + plan).throughput.tokensPerSecondPerAccelerator
  }

  @Test(arguments: [["plan.zero=3"], ["plan.zero=0"], ["plan.tensor=4", "plan.zero=1"]])
  func `change the rate of a device little by little, and never raise it`(plan: [String]) throws {
    let rates = try nodeCounts.map { try rate($0, plan) }
    for (place, (before, after)) in zip(rates, rates.dropFirst()).enumerated() {
      let (fewer, more) = (nodeCounts[place], nodeCounts[place + 1])
      #expect(after <= before * 1.001, "\(fewer) → \(more): \(before) → \(after)")
      // A ring of n has n latencies, so one more may cost 1/n; a tree grows by a level at powers of two, two more
      // latencies for every bucket.
      if more == fewer + 1 {
        #expect(after >= before * (1 - 1 / Double(fewer) - 0.03), "\(fewer) → \(more): \(before) → \(after)")
      }
      #expect(after * Double(more) > 0.97 * before * Double(fewer))
    }
  }

  @Test func `never gain by leaving the node`() throws {
    let plan = ["plan.zero=0"]
    #expect(try rate(2, plan + withoutInterference) <= rate(1, plan + withoutInterference))
    // Collectives between nodes are said to take less of a device than those inside one, whose links they use too.
    let (inside, across) = (try rate(1, plan), try rate(2, plan))
    withKnownIssue { #expect(across <= inside) }
  }

  @Test(arguments: [["plan.zero=3"], ["plan.zero=0"]])
  func `of one device a node have no step at 256 either`(plan: [String]) throws {
    let one = plan + ["cluster.accelerators_per_node=1"]
    let rates = try [254, 255, 256, 257, 258, 3072, 4096].map { try rate($0, one) }
    for (fewer, more) in zip(rates, rates.dropFirst()) { #expect(more <= fewer * 1.001, "\(rates)") }
    #expect(rates[4] > 0.99 * rates[0], "\(rates)")
  }

  @Test func `leave the arithmetic of a device as it is`() throws {
    let results = try [1, 8, 64, 512].map {
      try simulated(weakScenario, ["cluster.nodes=\($0)", "plan.zero=1"] + withoutInterference)
    }
    for result in results.dropFirst() {
      #expect(agree(result.step.forward, results[0].step.forward))
      #expect(agree(result.step.backward, results[0].step.backward))
      #expect(result.throughput.mfu < results[0].throughput.mfu)
    }
  }

  @Test func `at a fixed batch never cost fewer device-seconds than one device`() throws {
    let fixed = ["training.global_batch=64", "training.gradient_accumulation=auto"]
    func deviceSeconds(_ devices: Int) throws -> Double {
      let result = try simulated(weakScenario, fixed + ["cluster.accelerators_per_node=\(devices)"])
      #expect(result.job.globalBatch == 64)
      return result.step.time * Double(devices)
    }
    let costs = try [1, 2, 4, 8].map { try deviceSeconds($0) }
    for (fewer, more) in zip(costs, costs.dropFirst()) { #expect(more >= fewer, "\(costs)") }
  }
}

@Suite("One answer") struct OneAnswerTests {
  @Test(arguments: ["llama-3.2-1b", "bloom-560m", "qwen1.5-moe-a2.7b", "gpt2"])
  func `rates of a job are one figure in several units, whoever the model is`(name: String) throws {
    let report = try run(weakScenario, ["model=\(name)", "cluster.nodes=2"])
    let (result, rate) = (report.result, report.result.throughput)
    // 16 ranks of two sequences of 1024 tokens.
    #expect(agree(rate.tokensPerSecond, 16 * 2 * 1024 / result.step.time))
    #expect(agree(rate.samplesPerSecond * 1024, rate.tokensPerSecond))
    #expect(agree(rate.tokensPerSecondPerAccelerator * 16, rate.tokensPerSecond))
    let flops = result.job.plan.model.trainingFLOPsPerSample
    #expect(agree(rate.mfu, 2 * flops / result.step.time / 989.4e12))
    #expect(agree(rate.modelTeraflopsPerAccelerator, 989.4 * rate.mfu))
    // And the scaling study, the report and the totals say the same.
    let study = scalingStudy(result.job, nodeCounts: [2], mode: .weak, threads: 1)
    #expect(study.points[0].stepSeconds == result.step.time)
    #expect(agree(result.totalSeconds, result.step.time))
  }

  @Test func `a model is its dimensions, whatever it is called`() throws {
    let named = try simulated(weakScenario, ["model=llama-3.2-1b"])
    let described = try simulated(
      weakScenario,
      [
        "model={layers: 16, hidden: 2048, heads: 32, kv_heads: 8, ffn: 8192, gated: true, position: rope, "
          + "vocabulary: 128256, tied_embeddings: true, context: 131072}"
      ])
    #expect(described.job.plan.model.parameterCount == 1_235_814_400)
    #expect(named.step == described.step)
    #expect(named.throughput == described.throughput)
    #expect(named.memory.peak == described.memory.peak)
  }
}
