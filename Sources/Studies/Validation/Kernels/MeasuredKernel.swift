import Catalogues
import ComputeModels
import Hardware

/// A measured kernel as the model sees it.
struct MeasuredKernel: Sendable {
  var kernel: LoneKernel
  var chip: KernelChip
  var scope: KernelScope
  /// What was measured, in µs.
  var microseconds: Double

  /// - Throws: why the row cannot be predicted.
  init(_ measurement: KernelMeasurement, _ catalogue: Catalogue) throws(SkipReason) {
    let device = try catalogue.device(in: measurement.hardware)
    guard let format = MeasuredFormat(measurement.dataType) else { throw .dataType(measurement.dataType) }
    guard let chip = KernelChip(device, computingIn: format.type) else {
      throw .peak(measurement.dataType, device.name)
    }
    self.chip = chip
    let method = KernelMethod(definition: measurement.metricDefinition)
    scope = KernelScope(device, format: format.type, kernel: measurement.kernel, method: method.rawValue)
    kernel = try LoneKernel(measurement, format, method)
    switch measurement.metric {
    case "time_us": microseconds = measurement.value
    case "tflops":
      guard let m = measurement.m, let n = measurement.n, let k = measurement.k else {
        throw .collectiveMetric(measurement.metric)
      }
      microseconds = 2 * Double(m) * Double(n) * Double(k) / (measurement.value * 1e6)
    default: throw .collectiveMetric(measurement.metric)
    }
  }

  /// Predicted time in µs.
  func predicted(by factors: KernelFactors) -> Double {
    kernel.microseconds(on: chip, by: factors.constants(for: scope))
  }
}

extension LoneKernel {
  /// - Throws: `kernel` where no model has it, `kernelShape` where a dimension is missing.
  fileprivate init(
    _ measurement: KernelMeasurement, _ format: MeasuredFormat, _ method: KernelMethod
  ) throws(SkipReason) {
    let library = KernelLibrary(measurement.library)
    switch measurement.kernel {
    case "gemm":
      guard let m = measurement.m, let n = measurement.n, let k = measurement.k else {
        throw .kernelShape("m, n and k")
      }
      let product = MatrixKernel(
        m: m, n: n, k: k, elementBytes: format.elementBytes, weightsInTurn: method.weightsInTurn,
        splitsDepth: !(library.isLayered && format.type == .fp4),
        quantizationCount: library.quantizationCount(format))
      self = method == .search ? .bestProduct(product) : .product(product)
    case "attention_prefill_fwd":
      let shape = try AttentionShape(measurement)
      guard let length = measurement.queryLength, measurement.keyLength ?? length == length else {
        throw .kernelShape("as many queries as keys")
      }
      self = .prefill(
        PrefillKernel(
          sequenceCount: shape.batch, length: length, headCount: shape.heads, keyHeadCount: shape.keyHeads,
          headWidth: shape.width, isCausal: measurement.isCausal, isPrepared: library.isLayered))
    case "attention_decode":
      let shape = try AttentionShape(measurement)
      guard let length = measurement.keyLength, measurement.queryLength ?? 1 == 1 else {
        throw .kernelShape("one query and the length of the cache")
      }
      self = .decode(
        DecodeKernel(
          sequenceCount: shape.batch, cachedLength: length, headCount: shape.heads,
          keyHeadCount: shape.keyHeads, headWidth: shape.width, readsKeysTwice: library.readsKeysTwice,
          dividesCache: library.isLayered))
    case "add": self = try layerKernel(measurement, "hidden", passes: 3, isByRows: false)
    case "input_layernorm": self = try layerKernel(measurement, "hidden", passes: 2, isByRows: true)
    case "mlp_act": self = try layerKernel(measurement, "ffn", passes: 3, isByRows: true)
    default: throw .kernel(measurement.kernel)
    }
  }
}

/// A layer of as many tokens as the batch; its width stands in the notes and only the feed-forward one is split.
private func layerKernel(
  _ measurement: KernelMeasurement, _ word: String, passes: Int, isByRows: Bool
) throws(SkipReason) -> LoneKernel {
  guard let tokens = measurement.batch, let whole = measurement.noted(word) else {
    throw .kernelShape("tokens and width")
  }
  let width = word == "ffn" ? max(1, whole / (measurement.tensorDegree ?? 1)) : whole
  return .layer(LayerKernel(tokenCount: tokens, width: width, passes: passes, isByRows: isByRows))
}

/// The dimensions that all attention has.
private struct AttentionShape {
  var batch: Int
  var heads: Int
  var keyHeads: Int
  var width: Int

  init(_ measurement: KernelMeasurement) throws(SkipReason) {
    guard let batch = measurement.batch, let heads = measurement.headCount,
      let width = measurement.headWidth, heads % (measurement.keyHeadCount ?? heads) == 0
    else { throw .kernelShape("batch, heads and their width") }
    self.batch = batch
    self.heads = heads
    keyHeads = measurement.keyHeadCount ?? heads
    self.width = width
  }
}
