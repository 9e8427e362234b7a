import Analysis
import Catalogues
import Hardware
import ModelGraphs
import Quantities
import TestSupport
import Testing

@testable import Validation

@Suite("Published figures") struct RunMetricTests {
  private static let columns =
    "id,hardware,num_gpus,model,layers,hidden,heads,vocab,seq_len,dtype,metric,value,unit,metric_definition"

  private func measurement(_ metric: String, _ value: String, unit: String = "", definition: String = "")
    throws
    -> Measurement
  {
    try readMeasurements(
      "\(Self.columns)\nr,H100,16,toy,2,8,2,100,16,bf16,\(metric),\(value),\(unit),\(definition)\n",
      file: "m.csv")[0]
  }

  private func value(_ measurement: Measurement) throws -> Double? {
    let device = try Catalogue.bundled.accelerator(named: "H100").accelerator
    let model = Model(name: "toy", layers: [], sampleName: "sequence", tokensPerSample: 16)
    return try RunMetric(measurement, device: device).value(prediction, measurement, model: model)
  }

  /// Four sequences of 16 tokens a second on 16 devices.
  private let prediction = Prediction(
    samplesPerSecond: 4, stepSeconds: 2, exposedCommunicationSeconds: 0, peakMemory: .gibibytes(8),
    memory: PredictedMemory(
      allocated: .gibibytes(5), reserved: .gibibytes(6), context: .gibibytes(2), states: .gibibytes(3),
      activations: .gibibytes(1)), fits: true,
    intervals: PredictionIntervals(
      stepTime: .init(low: 0.8, high: 1.25), memory: .init(low: 0.5, high: 2), rowCount: 7))

  @Test func `ranges go with what a figure counts`() throws {
    let intervals = prediction.intervals
    #expect(RunMetric.stepSeconds.range(2, intervals)! == (1.6, 2.5))
    #expect(RunMetric.samplesPerSecond.range(4, intervals)! == (3.2, 5))
    #expect(RunMetric.stateMemory(unit: 1).range(6, intervals)! == (3, 12))
    #expect(RunMetric.fits.range(1, intervals) == nil)
  }

  @Test func `rates of samples and tokens`() throws {
    #expect(try value(measurement("step_time_s", "1")) == 2)
    #expect(try value(measurement("samples_per_s", "1")) == 4)
    #expect(try value(measurement("tokens_per_s", "1")) == 64)
    #expect(try value(measurement("tokens_per_s_per_gpu", "1")) == 4)
  }

  @Test func `memory by how it was measured and in the unit that was printed`() throws {
    func memory(_ unit: String, _ definition: String) throws -> Double? {
      try value(measurement("peak_memory_per_gpu", "1", unit: unit, definition: definition))
    }
    #expect(try memory("GiB", "max_memory_allocated") == 5)
    #expect(try memory("GiB", "max reserved memory (torch CUDA allocator)") == 6)
    // What nvidia-smi sees holds the context too: 8 GiB = 8.59 GB.
    #expect(try memory("GiB", "nvidia-smi") == 8)
    #expect(try memory("GB", "nvidia-smi") == 8.589934592)
    #expect(try value(measurement("param_optimizer_memory", "1", unit: "GiB")) == 3)
    #expect(try value(measurement("activation_memory", "1", unit: "GiB")) == 1)
    #expect(try value(measurement("fits_in_memory", "0")) == 1)
  }

  @Test func `a utilisation is of the peak that its source divides by`() throws {
    var row = try measurement("mfu", "0.5")
    row.source = "Korthikanti et al. 2022"
    // 72 L s h² (1 + s / 6h + V / 12 L h) = 273,408 (see the conventions), × 4 / 16 devices / 989.4 TFLOP/s.
    #expect(agree(try #require(try value(row)), 273_408 * 4 / 16 / 989.4e12))
    row.source = "a page that says nothing"
    #expect(throws: SkipReason.figure("mfu")) { try value(row) }
  }

  @Test func `errors are above nought where a prediction is too fast or too large`() {
    // Two seconds predicted for three measured: half as fast again.
    #expect(RunMetric.stepSeconds.error(predicted: 2, measured: 3) == 0.5)
    #expect(RunMetric.samplesPerSecond.error(predicted: 3, measured: 2) == 0.5)
    #expect(RunMetric.stateMemory(unit: 1).error(predicted: 3, measured: 2) == 0.5)
  }

  @Test func `whether a run fits is nought or one`() throws {
    #expect(try measurement("fits_in_memory", "0").value == 0)
    #expect {
      try measurement("fits_in_memory", "2")
    } throws: {
      "\($0)" == "m.csv:2:1: value: 2 is out of range: 0 or 1"
    }
  }
}
