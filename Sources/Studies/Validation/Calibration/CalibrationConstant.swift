import Catalogues
import Collectives
import Hardware

/// A constant of devices that measured runs can teach: how one kind of work goes on a generation of devices, and what
/// sets one device apart from its generation.
public struct CalibrationConstant: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Shares of the peak that large products reach, of 16-bit formats and tf32, of 8-bit and of 4-bit ones.
    case products16 = "matrix_efficiency 16-bit"
    case products8 = "matrix_efficiency 8-bit"
    case products4 = "matrix_efficiency 4-bit"
    /// Fused attention beside such a product.
    case attention = "attention_factor"
    /// Share of the memory bandwidth.
    case memory = "memory_efficiency"
  }

  public var kind: Kind
  /// The generation's name, or the device's.
  public var scope: String
  public var isOfDevice: Bool
}

extension CalibrationConstant.Kind {
  /// Factor by which a constant is changed to see what it does.
  static let step = 1.1

  private var formats: [DataType] {
    switch self {
    case .products16: [.fp16, .bf16, .tf32]
    case .products8: [.fp8]
    case .products4: [.fp4]
    case .attention, .memory: []
    }
  }

  /// How surely the catalogue's constant is known before any measurement: the weight of the square of its logarithm.
  /// Kernels were measured alone for attention and memory; what products reach in training was not.
  var priorWeight: Double {
    switch self {
    case .products16, .products8, .products4: 0.2
    case .attention, .memory: 1
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
    case .memory: device.calibration.memoryEfficiency = min(1, device.calibration.memoryEfficiency * factor)
    }
  }
}

extension Accelerator {
  /// Devices that are built alike: NVIDIA's by the generation that its library tells apart, others by vendor.
  var generation: String {
    NCCLGeneration(of: self).map { "\($0)" } ?? (vendor.isEmpty ? name : vendor)
  }
}
