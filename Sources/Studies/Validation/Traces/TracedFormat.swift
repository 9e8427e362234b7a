import Hardware
import TraceFiles

/// How the elements of a traced tensor are stored.
enum TracedFormat {
  /// - Parameter text: PyTorch's name of the C++ type, such as `c10::BFloat16`.
  /// - Returns: nil for what is no format of floating-point numbers.
  static func dataType(_ text: String) -> DataType? {
    switch text.hasPrefix("c10::") ? String(text.dropFirst(5)) : text {
    case "BFloat16": .bf16
    case "Half": .fp16
    case "float", "Float": .fp32
    case "double", "Double": .fp64
    case let name where name.hasPrefix("Float8_e4m3") || name.hasPrefix("Float8_e5m2"): .fp8
    default: nil
    }
  }

  /// Bytes of an element; nil where the type is not known.
  static func width(_ text: String) -> Double? {
    if let type = dataType(text) { return type.byteWidth }
    switch text {
    case "bool", "unsigned char", "signed char": return 1
    case "short", "short int": return 2
    case "int": return 4
    case "long", "long int", "int64_t": return 8
    default: return nil
    }
  }
}

extension TracedOperator.Input {
  /// Elements of a tensor; nil for other values, and for more than any device holds.
  var elementCount: Double? {
    if dimensions.isEmpty { return nil }
    let count = dimensions.reduce(1.0) { $0 * Double($1) }
    return count > 0 && count < 1e13 ? count : nil
  }

  /// Bytes of a tensor.
  var bytes: Double? {
    guard let count = elementCount, let width = TracedFormat.width(type) else { return nil }
    return count * width
  }
}

extension TracedOperator {
  /// The input at a place, where it is a tensor of so many dimensions.
  func tensor(_ place: Int, ranked rank: Int) -> Input? {
    guard inputs.indices.contains(place), inputs[place].dimensions.count == rank,
      inputs[place].elementCount != nil
    else { return nil }
    return inputs[place]
  }

  /// The format in which products of an operand run. Of fp32 the kernel's name tells whether the matrix units took it.
  func productFormat(of operand: Input) -> DataType? {
    guard let type = TracedFormat.dataType(operand.type) else { return nil }
    guard type == .fp32 else { return type }
    let takesMatrixUnits = kernels.contains { kernel in
      let name = kernel.name.lowercased()
      return name.contains("tf32") || name.contains("s1688gemm") || name.contains("tensorop_s1688")
    }
    return takesMatrixUnits ? .tf32 : .fp32
  }
}
