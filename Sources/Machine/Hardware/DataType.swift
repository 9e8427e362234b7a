/// Number formats that accelerators compute and store in.
public enum DataType: String, Sendable, Hashable, CaseIterable {
  case fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4

  /// Bytes one stored element takes; tf32 is stored as fp32.
  public var byteWidth: Double {
    switch self {
    case .fp64: 8
    case .fp32, .tf32: 4
    case .bf16, .fp16: 2
    case .fp8, .int8: 1
    case .fp4: 0.5
    }
  }
}
