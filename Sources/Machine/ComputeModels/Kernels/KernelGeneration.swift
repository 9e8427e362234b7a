import Hardware

/// GPUs that are built alike, as far as one kernel feels it.
public enum KernelGeneration: String, Sendable, CaseIterable {
  case volta, ampere
  /// GA102 and its like: twice the fp32 lanes of GA100, little cache, GDDR6.
  case ampereGraphics = "ampere graphics"
  case ada, hopper, blackwell
  /// Any other device; the numbers below are then those of no device in particular.
  case other

  /// The generation that the catalogue's name tells.
  public init(of device: Accelerator) {
    let names: [(KernelGeneration, [String])] = [
      (.volta, ["V100"]), (.ampere, ["A100", "A800", "A30"]),
      (.ampereGraphics, ["A10", "A40", "RTX-30", "RTX-A6000"]),
      (.ada, ["L4", "RTX-40", "RTX-5000-Ada", "RTX-6000-Ada"]),
      (.hopper, ["H100", "H200", "H800", "H20", "GH200"]),
      (.blackwell, ["B100", "B200", "B300", "GB200", "GB300"]),
    ]
    self = names.first { $0.1.contains { device.name.hasPrefix($0) } }?.0 ?? .other
  }

  /// Bytes of the last-level cache of the generation's largest chip.
  ///
  /// - Source: NVIDIA's architecture white papers of V100, A100, GA102, AD102, H100 and Blackwell.
  public var cacheBytes: Double {
    let mebibytes: Double =
      switch self {
      case .volta, .ampereGraphics: 6
      case .ampere: 40
      case .ada: 96
      case .hopper: 50
      case .blackwell: 126
      case .other: 32
      }
    return mebibytes * 1_048_576
  }

  /// Boost clock in GHz, by the same papers.
  var clock: Double {
    switch self {
    case .volta: 1.53
    case .ampere: 1.41
    case .ampereGraphics: 1.74
    case .ada: 2.52
    case .hopper: 1.755
    case .blackwell: 1.85
    case .other: 1.7
    }
  }

  /// fp32 instructions that a multiprocessor starts per clock.
  var lanes: Double { self == .volta || self == .ampere ? 64 : 128 }

  /// Query rows of one block of fused attention: two warps' products before Hopper, two groups of warps since.
  var attentionRows: Double { hasAsynchronousProducts ? 128 : 64 }

  /// Share of the softmax that the products of another block do not hide. Tensor units that run beside the
  /// issuing warps hide some of it.
  ///
  /// - Source: Shah et al. 2024, arXiv:2407.08608 (overlap of softmax and products on Hopper).
  var shownSoftmax: Double { hasAsynchronousProducts ? 0.6 : 1 }

  /// Whether the tensor units run beside the warps that ask for products.
  var hasAsynchronousProducts: Bool { self == .hopper || self == .blackwell }
}

/// What one kernel sees of a device.
public struct KernelChip: Sendable, Equatable {
  public var generation: KernelGeneration
  public var multiprocessorCount: Double
  /// Dense peak of the format the kernel computes in, FLOP per µs.
  public var peak: Double
  /// Device memory, bytes per µs.
  public var bandwidth: Double
  /// See `Accelerator.powerHalvings`.
  var powerHalvings: Double
  /// Operand bytes that the format's units ask for per second, beside the device's hungriest format.
  var operandPressure: Double

  /// - Returns: nil where the device has no peak for the format.
  public init?(_ device: Accelerator, computingIn format: DataType) {
    let stated = device.densePeak[format] ?? (format == .bf16 ? device.densePeak[.fp16] : nil)
    guard let peak = stated else { return nil }
    generation = KernelGeneration(of: device)
    multiprocessorCount = Double(device.multiprocessorCount)
    self.peak = peak.perSecond / 1e6
    bandwidth = device.memoryBandwidth.bytesPerSecond / 1e6
    powerHalvings = device.powerHalvings(in: generation)
    operandPressure = device.operandPressure(of: format)
  }
}
