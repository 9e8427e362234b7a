import Analysis
import Hardware
import ModelGraphs
import Quantities

/// A figure that a source publishes of a run, as the simulator can give it.
enum RunMetric: Sendable, Hashable {
  case stepSeconds
  case samplesPerSecond
  case tokensPerSecond
  case tokensPerSecondPerDevice
  /// FLOP/s of a device in the source's own count, in units of 10¹².
  case teraflops(FLOPConvention)
  /// The same over a peak, in FLOP/s.
  case utilization(FLOPConvention, peak: Double)
  /// Memory in units of `unit` bytes.
  case peakMemory(MemoryMeasure, unit: Double)
  case stateMemory(unit: Double)
  case activationMemory(unit: Double)
  /// 1 where the run fits, 0 where it does not.
  case fits

  /// What kind of error the metric has.
  enum Kind: String, Sendable, CaseIterable {
    case speed, memory, fit
  }

  var kind: Kind {
    switch self {
    case .peakMemory, .stateMemory, .activationMemory: .memory
    case .fits: .fit
    default: .speed
    }
  }

  /// - Throws: a metric that is not predicted.
  init(_ measurement: Measurement, device: Accelerator) throws(SkipReason) {
    switch measurement.metric {
    case "step_time_s": self = .stepSeconds
    case "samples_per_s": self = .samplesPerSecond
    case "tokens_per_s": self = .tokensPerSecond
    case "tokens_per_s_per_gpu": self = .tokensPerSecondPerDevice
    case "model_tflops_per_gpu", "hw_tflops_per_gpu":
      guard let convention = FLOPConvention.of(measurement) else { throw .figure(measurement.metric) }
      self = .teraflops(convention)
    case "mfu", "hfu":
      guard let convention = FLOPConvention.of(measurement),
        let peak = RunMetric.peak(measurement, device)
      else { throw .figure(measurement.metric) }
      self = .utilization(convention, peak: peak)
    case "peak_memory_per_gpu":
      self = .peakMemory(MemoryMeasure(definition: measurement.definition), unit: RunMetric.unit(measurement))
    case "param_optimizer_memory": self = .stateMemory(unit: RunMetric.unit(measurement))
    case "activation_memory": self = .activationMemory(unit: RunMetric.unit(measurement))
    case "fits_in_memory": self = .fits
    default: throw .figure(measurement.metric)
    }
  }

  /// The predicted figure, in the metric's unit.
  ///
  /// - Parameter model: at the run's sequence length.
  /// - Returns: nil where a dimension that the count needs is not stated.
  func value(_ prediction: Prediction, _ measurement: Measurement, model: Model) -> Double? {
    let length = measurement.sequenceLength ?? model.tokensPerSample
    let devices = Double(measurement.deviceCount)
    let tokens = prediction.samplesPerSecond * Double(length)
    switch self {
    case .stepSeconds: return prediction.stepSeconds
    case .samplesPerSecond: return prediction.samplesPerSecond
    case .tokensPerSecond: return tokens
    case .tokensPerSecondPerDevice: return tokens / devices
    case .teraflops(let convention):
      return convention.sampleFLOPs(measurement.shape, sequence: length, model: model).map {
        $0 * prediction.samplesPerSecond / devices / 1e12
      }
    case .utilization(let convention, let peak):
      return convention.sampleFLOPs(measurement.shape, sequence: length, model: model).map {
        $0 * prediction.samplesPerSecond / devices / peak
      }
    case .peakMemory(let measure, let unit): return Double(measure.bytes(of: prediction.memory).bytes) / unit
    case .stateMemory(let unit): return Double(prediction.memory.states.bytes) / unit
    case .activationMemory(let unit): return Double(prediction.memory.activations.bytes) / unit
    case .fits: return prediction.fits ? 1 : 0
    }
  }

  /// How far a prediction lies from the measurement: above 0 is too fast, or too much memory.
  func error(predicted: Double, measured: Double) -> Double {
    self == .stepSeconds ? measured / predicted - 1 : predicted / measured - 1
  }

  /// Between which figures eight in ten measurements of runs alike lie; nil for whether a run fits.
  func range(_ predicted: Double, _ intervals: PredictionIntervals) -> (low: Double, high: Double)? {
    switch kind {
    case .fit: return nil
    case .memory: return (predicted * intervals.memory.low, predicted * intervals.memory.high)
    case .speed:
      // A longer step is a lower rate.
      let factors = intervals.stepTime
      return self == .stepSeconds
        ? (predicted * factors.low, predicted * factors.high)
        : (predicted / factors.high, predicted / factors.low)
    }
  }

  /// GB is 10⁹ bytes, GiB 2³⁰.
  private static func unit(_ measurement: Measurement) -> Double { measurement.unit == "GiB" ? 0x1p30 : 1e9 }

  /// The peak that a utilisation is of: as its definition says, else the vendor's dense one in the run's format.
  private static func peak(_ measurement: Measurement, _ device: Accelerator) -> Double? {
    let isEight = measurement.dataType.lowercased().contains("fp8")
    // dgxc-benchmarking divides by its own figures for GB200.
    if measurement.definition.contains("GB200 bf16 2450, fp8 4900"), device.name.hasPrefix("GB200") {
      return isEight ? 4900e12 : 2450e12
    }
    return device.densePeak[isEight ? .fp8 : .bf16]?.perSecond
  }
}
