import Hardware
import Quantities

/// How long a kernel takes and what holds it.
public struct KernelTime: Sendable, Equatable {
  public var duration: SimDuration
  public var limit: Limit
  public var provenance: Provenance

  /// The resource that sets the time.
  public enum Limit: String, Sendable { case arithmetic, memory, launch }
}

/// Time of one kernel alone on a device.
///
///     T = ((F / R)³ + (D / (B · e_B))³)^(1/3) + l · o
///
/// F FLOPs, D bytes, l launches, o the launch gap of the device, B its memory bandwidth and e_B the
/// share of it that streams reach: arithmetic and traffic overlap, less well where they are alike, as in products
/// alone (`MatrixKernel`). R is the rate that the kernel's shape reaches, see
/// `matrixRate`. A kernel without a peak for its format runs on the next wider one the device has.
///
/// - Complexity: O(tile shapes), a few dozen floating-point operations.
/// - Source: Williams, Waterman & Patterson 2009, doi:10.1145/1498765.1498785 (roofline).
public func kernelTime(_ kernel: Kernel, on device: Accelerator) -> KernelTime {
  let memoryRate = device.memoryBandwidth.bytesPerSecond * device.calibration.memoryEfficiency
  let memorySeconds = kernel.bytes / memoryRate
  let arithmeticSeconds = kernel.flops > 0 ? kernel.flops / arithmeticRate(kernel, on: device) : 0
  let launchSeconds = device.calibration.kernelOverhead.seconds * Double(kernel.launches)
  let body = cubicSum(arithmeticSeconds, memorySeconds)
  let limit: KernelTime.Limit =
    launchSeconds > body ? .launch : (arithmeticSeconds >= memorySeconds ? .arithmetic : .memory)
  return KernelTime(duration: SimDuration(seconds: body + launchSeconds), limit: limit, provenance: .model)
}

/// FLOP/s that the kernel's shape reaches on the device.
func arithmeticRate(_ kernel: Kernel, on device: Accelerator) -> Double {
  switch kernel.shape {
  case .matrixProduct(let m, let n, let k, let batch):
    return matrixRate(m: m, n: n, k: k, batch: batch, dataType: kernel.dataType, on: device)
  case .convolution(let m, let n, let k):
    return matrixRate(m: m, n: n, k: k, batch: 1, dataType: kernel.dataType, on: device)
      * device.calibration.convolutionFactor
  case .attention(let batch, let heads, let queries, _, let headWidth):
    return attentionRate(
      tiles: batch * heads * ceilingDivide(queries, 128), headWidth: headWidth, kernel, on: device)
  case .streaming:
    // Elementwise arithmetic runs on the vector units, beside the memory traffic.
    return device.peak(for: .fp32).perSecond
  }
}

/// The device's dense peak for a format, or for the narrowest wider one it has.
extension Accelerator {
  public func peak(for dataType: DataType) -> FLOPRate {
    for candidate in dataType.fallbacks {
      if let peak = densePeak[candidate] { return peak }
    }
    preconditionFailure("\(name) has no peak rate")
  }

  /// The format in which the device really computes when asked for `dataType`.
  public func effectiveType(for dataType: DataType) -> DataType? {
    dataType.fallbacks.first { densePeak[$0] != nil }
  }
}

extension DataType {
  /// The format itself, then the ones that can stand in for it, nearest first.
  var fallbacks: [DataType] {
    switch self {
    case .fp4: [.fp4, .fp8, .bf16, .fp16, .fp32, .fp64]
    case .fp8: [.fp8, .bf16, .fp16, .fp32, .fp64]
    case .int8: [.int8, .fp16, .bf16, .fp32, .fp64]
    case .bf16: [.bf16, .fp32, .fp64, .fp16]
    case .fp16: [.fp16, .fp32, .fp64, .bf16]
    case .tf32: [.tf32, .fp32, .fp64, .bf16, .fp16]
    case .fp32: [.fp32, .fp64, .bf16, .fp16]
    case .fp64: [.fp64, .fp32, .bf16, .fp16]
    }
  }
}

@inlinable func ceilingDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }
