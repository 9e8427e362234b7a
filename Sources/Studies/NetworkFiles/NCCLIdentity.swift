import XMLDocuments

/// What a PCI function is, from its class.
enum PCIFunction {
  case bridge, gpu, nic, nvSwitch, processor

  /// - Parameter text: six hexadecimal digits after `0x`; whatever is not known counts as a bridge.
  init(class text: String) {
    self =
      if text.hasPrefix("0x068000") {
        .nvSwitch
      } else if text.hasPrefix("0x068001") {
        .processor
      } else if text.hasPrefix("0x03") {
        .gpu
      } else if text.hasPrefix("0x02") {
        .nic
      } else {
        .bridge
      }
  }
}

/// The digits of a PCI address such as `0000:07:00.0`, nil where it has others.
func busDigits(_ text: String) -> String? {
  let digits = text.filter { $0 != ":" && $0 != "." }
  guard !digits.isEmpty, digits.count <= 16, digits.allSatisfy(\.isHexDigit) else { return nil }
  return digits.lowercased()
}

/// A Broadcom PCIe switch that shows as two levels although all its ports run at full rate.
///
/// NCCL counts both levels as one switch, or it would see two where one is.
///
/// - Source: NVIDIA, nccl, `src/graph/topo.cc` (`getBcmGen`), 2.27.
enum BroadcomSwitch {
  case generation4, generation5

  /// - Parameter level: 0 for the upper switch, 1 for one below it.
  init?(_ element: MarkupElement, level: Int) {
    let fields = ["vendor", "device", "subsystem_vendor", "subsystem_device"].map {
      UInt64((element.text($0) ?? "").dropFirst(2), radix: 16) ?? 0
    }
    guard fields.allSatisfy({ $0 <= 0xFFFF }) else { return nil }
    let identity = fields.reduce(0) { $0 << 16 | $1 } & ~0xFFF
    switch identity {
    case 0x1000_C010_1000_A000: self = .generation4
    case 0x1000_C030_1000_0000 | UInt64(level) * 0x1000: self = .generation5
    default: return nil
    }
  }
}
