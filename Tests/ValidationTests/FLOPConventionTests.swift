import Analysis
import Catalogues
import ModelGraphs
import TestSupport
import Testing

@testable import Validation

@Suite("What sources count as FLOPs") struct FLOPConventionTests {
  /// A model with one product of 1,000 weights and one attention: enough to tell the conventions apart.
  private let shape = MeasuredShape(
    parameters: 5000, layers: 2, hidden: 8, heads: 2, vocabulary: 100)

  private let model = Model(
    name: "two operators",
    layers: [
      ModelLayer(
        name: "block", kind: .transformerBlock,
        operators: [
          ModelOperator("product", .linear(rows: 16, inputs: 10, outputs: 100), parameters: 1000),
          ModelOperator(
            "attention",
            .attention(
              AttentionShape(
                queries: 16, keys: 16, heads: 1, keyValueHeads: 1, headWidth: 4, isCausal: true))),
        ])
    ], sampleName: "sequence", tokensPerSample: 16)

  private func flops(_ convention: FLOPConvention) -> Double? {
    convention.sampleFLOPs(shape, sequence: 16, model: model)
  }

  @Test func `PaLM counts parameters six times and attention in full`() {
    // 6 · 5,000 · 16 + 12 · 2 · 8 · 16² = 480,000 + 49,152.
    #expect(flops(.palm) == 529_152)
  }

  @Test func `Megatron's formula with and without recomputation`() {
    // 72 B s l h² (1 + s / 6h + V / 12 l h), B = 1, s = 16, l = 2, h = 8, V = 100:
    // 147,456 · (1 + 1/3 + 100/192) = 147,456 + 49,152 + 76,800.
    #expect(flops(.megatron(passes: 3)) == 273_408)
    // 96 B s l h² (1 + s / 6h + V / 16 l h) = 196,608 · (1 + 1/3 + 100/256) = 196,608 + 65,536 + 76,800.
    #expect(flops(.megatron(passes: 4)) == 338_944)
    // 147,456 · (1 + s / 3h + V / 12 l h) = 147,456 + 98,304 + 76,800.
    #expect(flops(.megatronSelective) == 322_560)
  }

  @Test func `products with attention in full and its causal half`() throws {
    // Forward: the product 2 · 16 · 1,000 = 32,000; scores and values over all pairs 4 · 16² · 4 = 4,096, over half
    // of them 2,048. Three times the sums.
    #expect(agree(try #require(flops(.products(attention: .full))), 108_288))
    #expect(agree(try #require(flops(.products(attention: .half))), 102_144))
    #expect(flops(.weights(passes: 3)) == 96_000)
    #expect(flops(.weights(passes: 2)) == 64_000)
  }

  @Test func `a missing dimension leaves a formula without an answer`() {
    #expect(FLOPConvention.megatron(passes: 3).sampleFLOPs(MeasuredShape(), sequence: 1, model: model) == nil)
    #expect(FLOPConvention.palm.sampleFLOPs(MeasuredShape(), sequence: 1, model: model) == nil)
  }

  @Test func `printed FLOP rates are the convention's FLOPs times the source's own token rate`() throws {
    let path = packageRoot(#filePath) + "/Validation/training/throughput.csv"
    let rows = try readMeasurements(try #require(textOfFile(path)), file: path)
    let rates = Dictionary(
      rows.filter { ["step_time_s", "tokens_per_s_per_gpu"].contains($0.metric) }.map { ($0.key, $0) },
      uniquingKeysWith: { first, _ in first })
    let mapping = ScenarioMapping()
    var checked = 0
    var far: [String] = []
    for row in rows where ["mfu", "hfu", "model_tflops_per_gpu", "hw_tflops_per_gpu"].contains(row.metric) {
      guard let rate = rates[row.key], let scenario = try? mapping.scenario(row),
        let metric = try? RunMetric(row, device: try mapping.device(row)),
        let model = try? Validation.model(of: scenario, catalogue: .bundled), let length = row.sequenceLength,
        let global = row.globalBatch
      else { continue }
      let tokens = rate.value * Double(row.deviceCount)
      let samples = rate.metric == "step_time_s" ? Double(global) / rate.value : tokens / Double(length)
      let asked = Prediction(rate: samples)
      let implied = try #require(metric.value(asked, row, model: model) as Double?)
      checked += 1
      if (row.value / implied - 1).magnitude > 0.045 {
        far.append("\(row.source) \(row.model) \(row.value / implied)")
      }
    }
    #expect(checked > 500)
    // What is known to count otherwise; see `FLOPConvention.of`.
    let known = far.count { line in Self.otherwise.contains { line.contains($0) } }
    #expect(known == far.count, "\(far.joined(separator: "\n"))")
  }

  private static let otherwise = ["fms-fsdp", "gpt-oss", "llama4-maverick"]
}

extension Measurement {
  /// The run that a row is of.
  fileprivate var key: String { "\(source)|\(configuration)" }
}

extension Prediction {
  /// A rate alone.
  fileprivate init(rate: Double) {
    let none = PredictedMemory(
      allocated: .zero, reserved: .zero, context: .zero, states: .zero, activations: .zero)
    self.init(
      samplesPerSecond: rate, stepSeconds: 1, exposedCommunicationSeconds: 0, peakMemory: .zero, memory: none,
      fits: true,
      intervals: PredictionIntervals(
        stepTime: .init(low: 1, high: 1), memory: .init(low: 1, high: 1), rowCount: 0))
  }
}
