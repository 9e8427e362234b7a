import Catalogues
import Collectives
import ComputeModels
import Glibc
import Hardware
import Quantities

/// A constant of devices that measured runs can teach: how one kind of work goes in training, what sets a generation of
/// devices apart, and what sets one device apart from its generation.
public struct CalibrationConstant: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Shares of the peak that large products reach, of 16-bit formats and tf32, of 8-bit and of 4-bit ones.
    case products16 = "matrix_efficiency 16-bit"
    case products8 = "matrix_efficiency 8-bit"
    case products4 = "matrix_efficiency 4-bit"
    /// Fused attention beside such a product.
    case attention = "attention_factor"
    /// Convolutions beside such a product.
    case convolution = "convolution_factor"
    /// Share of the memory bandwidth.
    case memory = "memory_efficiency"
    /// Time to start a kernel.
    case launch = "kernel_overhead"
    /// What products keep of their share where a device has half the power for its peak that others of its generation have.
    case halvedPower = "products at half the power"
  }

  /// What shares a factor, widest first.
  public enum Level: String, Sendable, CaseIterable {
    case all, generation, device
  }

  public var kind: Kind
  public var level: Level
  /// The generation's name, or the device's.
  public var scope: String

  /// The constants of a kind that bear on a device.
  static func bearing(_ kind: Kind, on device: Accelerator) -> [CalibrationConstant] {
    let ofAll = CalibrationConstant(kind: kind, level: .all, scope: "all")
    // One law for all devices: it is there to tell the next one's share from its power.
    if kind == .halvedPower { return [ofAll] }
    return [
      ofAll,
      CalibrationConstant(kind: kind, level: .generation, scope: device.generation),
      CalibrationConstant(kind: kind, level: .device, scope: device.name),
    ]
  }

  /// The weight of the square of the factor's logarithm: how surely it is 1 before any measurement, 0.0064 over its
  /// variance. What long runs take from products on all devices is hardly known; generations differ by a fifth and
  /// devices of one by a tenth. Attention and memory were measured alone.
  var priorWeight: Double {
    switch level {
    case .all: kind.isHardlyKnown || kind == .halvedPower ? 0.02 : 5
    case .generation: kind.isHardlyKnown ? 0.2 : 1
    case .device: kind.isHardlyKnown ? 0.6 : 3
    }
  }
}

extension CalibrationConstant.Kind {
  /// Factor by which a constant is changed to see what it does.
  static let step = 1.1

  /// Whether nothing but measurements tells the constant.
  fileprivate var isHardlyKnown: Bool { !formats.isEmpty || self == .launch }

  /// Whether steps tell it: what launches take is hidden in them.
  var isSeenInRuns: Bool { self != .launch }

  /// Whether kernels of one device tell it.
  var isSeenInTraces: Bool { self != .halvedPower }

  private var formats: [DataType] {
    switch self {
    case .products16: [.fp16, .bf16, .tf32]
    case .products8: [.fp8]
    case .products4: [.fp4]
    case .attention, .convolution, .memory, .launch, .halvedPower: []
    }
  }

  /// The device with this constant so many times as large; shares stay below one.
  func scale(_ device: inout Accelerator, by factor: Double) {
    switch self {
    case .products16, .products8, .products4:
      for format in formats where device.densePeak[format] != nil {
        let share = device.calibration.matrixEfficiency[format] ?? device.calibration.defaultMatrixEfficiency
        device.calibration.matrixEfficiency[format] = min(1, share * factor)
      }
    case .attention: device.calibration.attentionFactor = min(2, device.calibration.attentionFactor * factor)
    case .convolution:
      device.calibration.convolutionFactor = min(2, device.calibration.convolutionFactor * factor)
    case .memory: device.calibration.memoryEfficiency = min(1, device.calibration.memoryEfficiency * factor)
    case .launch:
      device.calibration.kernelOverhead = SimDuration(
        seconds: device.calibration.kernelOverhead.seconds * factor)
    case .halvedPower:
      for kind in [Self.products16, .products8, .products4] {
        kind.scale(&device, by: pow(factor, device.powerHalvings))
      }
    }
  }
}

extension Accelerator {
  /// Devices that are built alike: NVIDIA's by the generation that its library tells apart, others by vendor.
  var generation: String {
    NCCLGeneration(of: self).map { "\($0)" } ?? (vendor.isEmpty ? name : vendor)
  }
}
