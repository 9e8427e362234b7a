import Hardware

/// The format that a kernel's words mean.
struct MeasuredFormat: Equatable {
  var type: DataType
  /// Bytes of an operand's element with its share of a block's scale.
  var elementBytes: Double

  /// - Returns: nil where the words name no format that matrix units take.
  init?(_ text: String) {
    let words = text.lowercased()
    if words.hasPrefix("nvfp4") {
      // 16 elements of 4 bits share a scale of 8.
      self.init(type: .fp4, elementBytes: 0.5625)
    } else if words.hasPrefix("fp8") {
      self.init(type: .fp8, elementBytes: 1)
    } else if words.hasPrefix("bf16") || words.hasPrefix("bfloat16") {
      self.init(type: .bf16, elementBytes: 2)
    } else if words.hasPrefix("fp16") || words.hasPrefix("float16") {
      self.init(type: .fp16, elementBytes: 2)
    } else {
      return nil
    }
  }

  private init(type: DataType, elementBytes: Double) {
    self.type = type
    self.elementBytes = elementBytes
  }
}
