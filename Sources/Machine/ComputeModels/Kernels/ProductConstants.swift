import Hardware
import Synchronization

/// The measured constants of products by device and format, worked out once.
enum ProductConstants {
  private struct Key: Hashable {
    var device: String
    var format: DataType
  }

  private static let known = Mutex<[Key: KernelConstants]>([:])

  /// What products that run alone on a device say of tiles, waves and prologues in a format.
  ///
  /// - Complexity: O(constants · levels) the first time, O(1) after.
  static func measured(on device: Accelerator, in format: DataType) -> KernelConstants {
    let key = Key(device: device.name, format: format)
    if let constants = known.withLock({ $0[key] }) { return constants }
    let constants = KernelFactors.measured.constants(for: KernelScope(device, format: format, kernel: "gemm"))
    known.withLock { $0[key] = constants }
    return constants
  }
}
