import Diagnostics

/// Texts, numbers and words.
extension JSONReader {
  /// Reads a text, its escapes resolved.
  public mutating func string() throws(Diagnostics) -> String {
    try take(UInt8(ascii: "\""), "a text in quotes is expected")
    let start = position
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return isASCII
          ? ascii(start..<(position - 1)) : try text(of: bytes[start..<(position - 1)], at: start)
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      if byte < 0x20 { throw malformed("a control character stands in a text") }
      if byte >= 0x80 { isASCII = false }
      position += 1
    }
    throw malformed("the text ends within quotes")
  }

  /// Reads a number and returns it as it is written.
  public mutating func numberText() throws(Diagnostics) -> String { ascii(try number()) }

  /// Reads a number times a power of ten as a whole number, exactly; further decimals are cut off.
  ///
  /// - Parameter decimals: the power of ten.
  /// - Returns: nil for a number with an exponent, and one that 63 bits do not hold.
  public mutating func scaledNumber(decimals: Int = 0) throws(Diagnostics) -> Int64? {
    let range = try number()
    var (value, left): (Int64, Int) = (0, -1)
    for byte in bytes[range] where byte != UInt8(ascii: "-") {
      if byte == UInt8(ascii: ".") {
        left = decimals
        continue
      }
      if byte | 0x20 == UInt8(ascii: "e") { return nil }
      if left == 0 { continue }
      guard let next = value.timesTen(plus: Int64(byte - UInt8(ascii: "0"))) else { return nil }
      value = next
      left -= left > 0 ? 1 : 0
    }
    for _ in 0..<(left < 0 ? decimals : left) {
      guard let next = value.timesTen(plus: 0) else { return nil }
      value = next
    }
    return bytes[range.lowerBound] == UInt8(ascii: "-") ? -value : value
  }

  /// Passes over a number.
  ///
  /// - Returns: where it stands.
  mutating func number() throws(Diagnostics) -> Range<Int> {
    _ = try next(or: "a number is expected")
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[position - whole] != UInt8(ascii: "0") else {
      throw malformed("a number is expected")
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      if digits() == 0 { throw malformed("digits are expected after the point") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
        position += 1
      }
      if digits() == 0 { throw malformed("digits are expected in the exponent") }
    }
    return start..<position
  }

  /// Reads `true`, `false` or `null`, which is nil, as are `NaN` and `Infinity`, which Python writes.
  public mutating func word() throws(Diagnostics) -> Bool? {
    _ = try next(or: "a value is expected")
    for (text, value) in [("true", true), ("false", false), ("null", nil), ("NaN", nil), ("Infinity", nil)]
      as [(String, Bool?)]
    where bytes[position...].starts(with: text.utf8) {
      position += text.utf8.count
      return value
    }
    throw malformed("a value is expected")
  }

  private mutating func digits() -> Int {
    let start = position
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
      position += 1
    }
    return position - start
  }

  private func ascii(_ range: Range<Int>) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: $0[range], as: UTF8.self) }
  }

  mutating func skipString() throws(Diagnostics) {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] >= 0x80 || bytes[position] < 0x20 || bytes[position] == UInt8(ascii: "\\") {
        // Escapes and what is not ASCII are checked as if they were read.
        position = start
        _ = try string()
        return
      }
      position += 1
    }
    guard position < bytes.count else { throw malformed("the text ends within quotes") }
    position += 1
  }

  private func text(of slice: ArraySlice<UInt8>, at start: Int) throws(Diagnostics) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw malformed("the text is not UTF-8", at: start)
    }
    return text
  }

  private mutating func escapedString(from start: Int) throws(Diagnostics) -> String {
    var copy = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return try text(of: copy[...], at: start)
      case UInt8(ascii: "\\"): copy += Array(String(try escaped()).utf8)
      case ..<0x20:
        position -= 1
        throw malformed("a control character stands in a text")
      default: copy.append(byte)
      }
    }
    throw malformed("the text ends within quotes")
  }

  private mutating func escaped() throws(Diagnostics) -> Unicode.Scalar {
    guard position < bytes.count else { throw malformed("the text ends within quotes") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "u"):
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // The first half of a pair.
      guard unit < 0xDC00, bytes[position...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
        return "\u{FFFD}"
      }
      position += 2
      let second = try hexadecimal()
      guard (0xDC00...0xDFFF).contains(second) else { return "\u{FFFD}" }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    default:
      position -= 1
      throw malformed("'\\' is followed by no escape of JSON")
    }
  }

  private mutating func hexadecimal() throws(Diagnostics) -> UInt32 {
    let end = position + 4
    guard end <= bytes.count, bytes[position] != UInt8(ascii: "+"),
      let value = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw malformed("four hexadecimal digits are expected") }
    position = end
    return value
  }
}

extension Int64 {
  fileprivate func timesTen(plus digit: Int64) -> Int64? {
    let (product, overflows) = multipliedReportingOverflow(by: 10)
    let (sum, exceeds) = product.addingReportingOverflow(digit)
    return overflows || exceeds ? nil : sum
  }
}
