import ComputeModels
import Hardware
import TraceFiles

/// How often an operator without products passes over its tensors.
private enum StreamPattern {
  /// Reads every tensor that it is given, writes one of the size of the largest.
  case elementwise
  /// Reads the second, writes the first.
  case copy
  /// Writes the first.
  case fill
  /// Reads the first, writes little.
  case reduction
  /// Reads and writes the first, whatever else it is given.
  case rows

  init?(_ name: String) {
    switch name {
    case "aten::add", "aten::add_", "aten::sub", "aten::sub_", "aten::mul", "aten::mul_", "aten::div",
      "aten::div_", "aten::silu", "aten::silu_backward", "aten::gelu", "aten::gelu_backward", "aten::relu",
      "aten::relu_", "aten::clamp_min", "aten::threshold_backward", "aten::sigmoid",
      "aten::sigmoid_backward", "aten::tanh", "aten::tanh_backward", "aten::neg", "aten::exp", "aten::sqrt",
      "aten::rsqrt", "aten::pow", "aten::_softmax_backward_data", "aten::_log_softmax_backward_data":
      self = .elementwise
    case "aten::copy_": self = .copy
    case "aten::fill_", "aten::zero_": self = .fill
    case "aten::sum", "aten::mean": self = .reduction
    case "aten::_softmax", "aten::_log_softmax", "aten::native_layer_norm", "aten::_fused_rms_norm":
      self = .rows
    default: return nil
    }
  }
}

extension TracedOperator {
  /// Work that only moves bytes; nil where the operator is not known to, or its shapes were not recorded.
  var stream: Kernel? {
    guard let pattern = StreamPattern(name), let first = inputs.first?.bytes else { return nil }
    let moved: Double
    switch pattern {
    case .elementwise:
      let tensors = inputs.compactMap(\.bytes)
      moved = tensors.reduce(0, +) + (tensors.max() ?? 0)
    case .copy:
      guard inputs.count > 1, let source = inputs[1].bytes else { return nil }
      moved = first + source
    case .fill, .reduction: moved = first
    case .rows: moved = 2 * first
    }
    return TracedOperator.stream(of: moved)
  }

  /// A kernel that moves so many bytes.
  static func stream(of bytes: Double) -> Kernel {
    Kernel(shape: .streaming, flops: 0, bytes: bytes, dataType: .fp32)
  }
}
