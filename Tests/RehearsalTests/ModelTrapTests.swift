import Rehearsal
import TestSupport
import Testing

/// Parameters of a training job's model, published counts beside them.
private let published: [(name: String, parameters: Int64, active: Int64?)] = [
  ("llama-3.1-8b", 8_030_261_248, nil), ("llama-3.1-70b", 70_553_706_496, nil),
  ("gpt2", 124_439_808, nil), ("gemma-2-9b", 9_241_705_984, nil), ("opt-13b", 12_853_473_280, nil),
  ("falcon-7b", 6_921_720_704, nil), ("mixtral-8x7b", 46_702_792_704, 12_879_925_248),
  ("deepseek-v3", 671_026_419_200, 37_552_297_472), ("qwen3-30b-a3b", 30_532_122_624, 3_353_032_704),
]

/// Errors about models and devices that published simulators made.
@Suite("Traps of models") struct ModelTrapTests {
  @Test(arguments: published)
  func `the training path counts the published parameters`(
    name: String, parameters: Int64, active: Int64?
  ) throws {
    let job = try resolver.job(
      for: try scenario(planScenario, ["model=\(name)", "training.sequence_length=128"]))
    let model = job.plan.model
    #expect(model.parameterCount == parameters)
    let entry = try Catalogue.bundled.model(named: name)
    #expect(entry.architecture.activeParameterCount == active ?? parameters)
    // 6 FLOPs for each parameter that a token meets in a product, and attention; looking a row up is none.
    let perToken = model.trainingFLOPsPerSample / 128
    let met = Double(active ?? parameters)
    #expect(perToken > 5 * met && perToken < 6.7 * met, "\(perToken / met)")
  }

  // 10. Cycles: every time has its unit in its name.
  @Test func `a report knows seconds and no cycles`() throws {
    let text = try run(planScenario).document.json() + run(planScenario).summary()
    #expect(!text.lowercased().contains("cycle"))
    #expect(text.contains("_seconds"))
  }

  // 11. Options that are accepted and dropped.
  @Test func `what is not simulated is refused by name`() {
    let error = #expect(throws: Diagnostics.self) {
      try scenario(planScenario, ["cluster.collectives.gather=ring"])
    }
    #expect(
      error?.description == """
        --set:1:28: cluster.collectives.gather: the gather algorithm 'ring' is not simulated
          mend: use auto, binomial or direct
        """)
  }

  @Test func `a format that a device lacks is refused, not run on another`() {
    let error = #expect(throws: Diagnostics.self) {
      try resolver.job(for: try scenario(planScenario, ["cluster.accelerator=V100"]))
    }
    #expect(
      error?.description == """
        test.yaml:5:87: training.precision: V100-SXM2-32GB has no bf16 arithmetic
          mend: use fp32 or fp16
        """)
  }

  // 13. One flat efficiency for every device and every shape.
  @Test func `efficiency is of the device and the shapes, not one number`() throws {
    var shares: [Double] = []
    for device in ["V100", "A100", "H100", "B200"] {
      for hidden in [512, 4096] {
        let result = try simulated(
          planScenario,
          [
            "cluster.accelerator=\(device)", "training.precision=fp16", "model.heads=8",
            "model.hidden=\(hidden)", "model.layers=2",
          ])
        shares.append(result.throughput.mfu)
      }
    }
    #expect(Set(shares).count == shares.count)
    // Small products leave more of a larger device idle.
    for small in stride(from: 0, to: shares.count, by: 2) { #expect(shares[small] < shares[small + 1]) }
  }

  // 14. Attention read off a coarse grid.
  @Test func `attention takes its time at every length, between that of its neighbours`() throws {
    let device = try Catalogue.bundled.accelerator(named: "H100").accelerator
    func seconds(_ tokens: Int) throws -> Double {
      let model = try Catalogue.bundled.model(named: "llama-3.2-1b").model(sequenceLength: tokens)
      let attention = try #require(model.layers[1].operators.first { $0.name == "attention" })
      return attention.kernels(.forward, batch: 1, precision: .bf16)
        .reduce(0) { $0 + kernelTime($1, on: device).duration.seconds }
    }
    let lengths = Array(stride(from: 4096, through: 65536, by: 2048))
    let times = try lengths.map { try seconds($0) }
    // Quadratic work: T(s)/s² settles, with no steps at powers of two.
    let rates = zip(times, lengths).map { $0 / Double($1 * $1) }
    for (before, after) in zip(rates, rates.dropFirst()) { #expect(abs(after / before - 1) < 0.12) }
    for (before, after) in zip(times, times.dropFirst()) { #expect(after > before) }
    // On a line through the neighbours in s² there is no room for a log grid's 11 %.
    for index in 1..<(times.count - 1) {
      let (a, b) = (Double(lengths[index - 1]), Double(lengths[index + 1]))
      let weight = (Double(lengths[index] * lengths[index]) - a * a) / (b * b - a * a)
      let between = times[index - 1] + weight * (times[index + 1] - times[index - 1])
      #expect(agree(times[index], between, relative: 0.05), "\(lengths[index])")
    }
  }
}
