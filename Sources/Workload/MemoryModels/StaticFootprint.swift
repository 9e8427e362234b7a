import Hardware
import ModelGraphs
import Quantities

/// Bytes a data-parallel rank holds throughout a step.
public struct StaticFootprint: Sendable, Equatable {
  public var weights: ByteCount
  public var gradients: ByteCount
  /// Optimizer states and master weights.
  public var optimizer: ByteCount
  /// Gradient buckets that the reduction works on.
  public var buffers: ByteCount
  /// Device context and communication library.
  public var overhead: ByteCount

  public init(
    weights: ByteCount, gradients: ByteCount, optimizer: ByteCount, buffers: ByteCount, overhead: ByteCount
  ) {
    self.weights = weights
    self.gradients = gradients
    self.optimizer = optimizer
    self.buffers = buffers
    self.overhead = overhead
  }

  public var total: ByteCount { weights + gradients + optimizer + buffers + overhead }
}

/// The footprint of a model of P parameters replicated on every rank.
///
///     weights P·w + cast copies    gradients P·g    optimizer states + P·master
///
/// Cast copies are those that 8- and 4-bit products keep of their weights, see `weightCopyBytes`.
/// Where ranks reduce gradients, buckets hold a second copy of them. Overhead is the device context
/// (0.5 GB on GPUs) and, with more than one rank, 0.35 GB for the communication library.
///
/// - Source: overhead from AIConfigurator's table for 2–8 H100 and CUDA 12 contexts of 0.3–0.6 GB.
public func staticFootprint(
  model: Model, precision: PrecisionPolicy, optimizer: Optimizer, offload: OffloadPolicy,
  rankCount: Int, deviceKind: DeviceKind
) -> StaticFootprint {
  let parameters = Double(model.parameterCount)
  let gradients = ByteCount(rounding: parameters * precision.gradient.byteWidth)
  let context: ByteCount = deviceKind == .gpu ? .gigabytes(0.5) : .gigabytes(0.1)
  return StaticFootprint(
    weights: ByteCount(
      rounding: parameters * precision.weight.byteWidth + model.weightCopyBytes(precision)),
    gradients: gradients,
    optimizer: offload.optimizer == .none
      ? ByteCount(rounding: optimizer.memoryBytes(of: model.parameterTensors, precision: precision)) : .zero,
    buffers: rankCount > 1 ? gradients : .zero,
    overhead: rankCount > 1 ? context + .gigabytes(0.35) : context)
}
