import Quantities

/// Rates that NCCL gives the links of a node, one way.
///
/// They are what its searches for rings and trees count with: below the nominal rates, above what protocols
/// reach.
///
/// - Source: NVIDIA, nccl, `src/graph/topo.h` and `topo.cc`, 2.27.
enum NCCLRates {
  /// What NCCL takes for links whose rate is beyond counting, such as between ports of one chip.
  static let local = Bandwidth.gigabytesPerSecond(5000)
  /// Of an interface whose speed is absent or not above zero, in Mb/s.
  static let defaultNetSpeed = 10_000

  /// Usable rate of PCIe: lanes × what a lane carries, in steps of 100 Mb/s.
  ///
  ///     GB/s = width · rate / 80,   rate = 15, 30, 60, 120, 240, 480 for 2.5 to 64 GT/s
  ///
  /// - Parameter speed: as the kernel writes it, such as `16.0 GT/s PCIe`; one that it does not know, or that is
  ///   empty, counts as 8 GT/s. Nil for anything else.
  static func pcie(speed: String, width: Int) -> Bandwidth? {
    guard let lane = laneRate(speed) else { return nil }
    // A width that the kernel does not know is written as 0.
    return .gigabytesPerSecond(Double((width == 0 ? 16 : width) * lane) / 80)
  }

  private static func laneRate(_ speed: String) -> Int? {
    if speed.isEmpty || speed.hasPrefix("Unknown") { return 60 }
    let words = speed.split(separator: " ")
    guard words.count == 2 || (words.count == 3 && words[2] == "PCIe"), words[1] == "GT/s" else { return nil }
    switch Double(words[0]) {
    case 2.5: return 15
    case 5: return 30
    case 8: return 60
    case 16: return 120
    case 32: return 240
    case 64: return 480
    default: return nil
    }
  }

  /// One NVLink of a GPU of a compute capability, times ten: 70, 80, 90, 100.
  static func nvlink(computeCapability sm: Int) -> Bandwidth {
    switch sm {
    case 100...: .gigabytesPerSecond(40.1)
    case 90...: .gigabytesPerSecond(20.6)
    case 86: .gigabytesPerSecond(12)
    case 60..<70: .gigabytesPerSecond(18)
    default: .gigabytesPerSecond(20)
    }
  }

  /// From one processor to another of the node.
  static func interProcessor(_ processor: NCCLProcessor) -> Bandwidth {
    switch processor {
    case .power: .gigabytesPerSecond(32)
    case .arm, .zhaoxin: .gigabytesPerSecond(6)
    case .yongfeng: .gigabytesPerSecond(9)
    case .intel(let family, let model):
      if family == 6 && (model >= 0xCF || (0xAD...0xAF).contains(model)) {
        .gigabytesPerSecond(40)
      } else if family == 6 && model >= 0x8F {
        .gigabytesPerSecond(22)
      } else if family == 6 && model >= 0x55 {
        .gigabytesPerSecond(10)
      } else {
        .gigabytesPerSecond(6)
      }
    case .amd(let family):
      // 0xBF, 0xAF and 0x8F are how older versions wrote the families.
      switch family {
      case 26, 0xBF: .gigabytesPerSecond(32)
      case 25, 0xAF: .gigabytesPerSecond(24)
      default: .gigabytesPerSecond(16)
      }
    case .other: local
    }
  }
}

/// Processors as NCCL tells them apart.
enum NCCLProcessor: Equatable {
  case power, arm, zhaoxin, yongfeng, other
  case intel(family: Int, model: Int)
  case amd(family: Int)
}
