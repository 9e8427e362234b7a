/// How a kernel was timed, which decides what the time holds beside the kernel and what the cache holds before it.
public enum KernelMethod: String, Sendable, CaseIterable {
  /// Calls one after another over six weights in turn, between two events.
  case collector
  /// The kernel's time in a profile of whole layers.
  case profiler
  /// A driver program that starts one call after another on the same operands.
  case driver
  /// Calls between which the cache is overwritten.
  case flushed
  /// The best of many shapes.
  case search

  /// The method that a metric's definition names; an unknown one is taken for flushed calls, as any careful
  /// benchmark makes them.
  public init(definition: String) {
    if definition.hasPrefix("maximum") {
      self = .search
    } else if definition.hasPrefix("collector") {
      self = .collector
    } else if definition.contains("profile") {
      self = .profiler
    } else if definition.hasPrefix("average kernel time") {
      self = .driver
    } else {
      self = .flushed
    }
  }

  /// Weights of which calls take one after another; nil where the cache holds none of them.
  ///
  /// - Source: `collect_gemm.py` of NVIDIA's aiconfigurator; `gemm_bench.cu` of Baidu's DeepBench.
  var weightsInTurn: Double? {
    switch self {
    case .collector: 6
    case .driver: 1
    case .profiler, .flushed, .search: nil
    }
  }
}

/// What a library's calls do beside the kernel they are named after.
struct KernelLibrary: Equatable {
  /// TensorRT-LLM's layers bring operands to their format, rotate and store keys and values, and have no kernels
  /// that split the summed dimension of 4-bit products.
  var isLayered: Bool
  /// Whether a cache was made with one kind of page, so that values were read from those of keys: the collectors of
  /// TensorRT-LLM before 1.3 did so by mistake.
  ///
  /// - Source: `collector/trtllm/collect_attn.py` of NVIDIA's aiconfigurator (`SELFKONLY`); its issue 1379, and pull
  ///   request 1356, which measures both from 1.3 on.
  var readsKeysTwice: Bool

  /// - Parameter name: with its version: `trtllm 1.2.0rc5`.
  init(_ name: String) {
    isLayered = name.hasPrefix("trtllm")
    let version = name.split(separator: " ").dropFirst().first?.split(separator: ".").prefix(2).compactMap {
      Int($0)
    }
    readsKeysTwice = isLayered && version.map { $0.lexicographicallyPrecedes([1, 3]) } ?? false
  }

  /// Kernels that quantise an operand: largest value, then conversion; of 4-bit blocks in one.
  func quantizationCount(_ format: MeasuredFormat) -> Int {
    guard isLayered else { return 0 }
    switch format.type {
    case .fp8: return 2
    case .fp4: return 1
    default: return 0
    }
  }
}
