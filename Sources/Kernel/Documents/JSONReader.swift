import Diagnostics

/// Reads JSON front to back without keeping it, for traces of hundreds of megabytes.
///
/// The caller asks for what it expects and skips the rest: `members` and `elements` walk a container and hand each
/// value to a closure that must read it or `skip` it. Nesting is bounded, so hostile input ends in an error.
///
/// - Complexity: O(bytes), in the memory of the text and one value.
/// - Source: RFC 8259.
public struct JSONReader {
  /// What a value begins as.
  public enum Kind: Sendable { case object, array, string, number, word }

  private let bytes: [UInt8]
  private let file: String
  private var position: Int
  private var depth = 0
  private static let deepest = 256

  /// - Parameter bytes: the whole text, UTF-8; a byte order mark is skipped.
  public init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Bytes before what is read next.
  public var offset: Int { position }

  /// Line and column, in bytes, of an offset; O(bytes) to find.
  public func location(of offset: Int) -> SourceLocation {
    var line = 1
    var column = 1
    for byte in bytes[..<min(offset, bytes.count)] {
      if byte == 0x0A { (line, column) = (line + 1, 1) } else { column += 1 }
    }
    return SourceLocation(file: file, line: line, column: column)
  }

  /// - Throws: where the text ends or something stands that begins no value.
  public mutating func peek() throws(Diagnostics) -> Kind {
    switch try next(or: "a value is expected") {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "I"):
      return .word
    default: throw malformed("a value is expected")
    }
  }

  /// Reads an object; every key once, in order, its value next.
  public mutating func members(
    _ body: (_ key: String, _ reader: inout JSONReader) throws(Diagnostics) -> Void
  ) throws(Diagnostics) {
    try open(UInt8(ascii: "{"), "an object is expected")
    if try closes(UInt8(ascii: "}")) { return }
    while true {
      let key = try string()
      try take(UInt8(ascii: ":"), "':' is expected after a key")
      try body(key, &self)
      if try ends(with: UInt8(ascii: "}"), "',' or '}' is expected") { return }
    }
  }

  /// Reads an array, each element next.
  public mutating func elements(
    _ body: (_ reader: inout JSONReader) throws(Diagnostics) -> Void
  ) throws(Diagnostics) {
    try open(UInt8(ascii: "["), "a list is expected")
    if try closes(UInt8(ascii: "]")) { return }
    while true {
      try body(&self)
      if try ends(with: UInt8(ascii: "]"), "',' or ']' is expected") { return }
    }
  }

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
  private mutating func number() throws(Diagnostics) -> Range<Int> {
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

  /// Passes over the next value, whatever it is.
  public mutating func skip() throws(Diagnostics) {
    switch try peek() {
    case .object: try members { _, reader throws(Diagnostics) in try reader.skip() }
    case .array: try elements { reader throws(Diagnostics) in try reader.skip() }
    case .string: try skipString()
    case .number: _ = try number()
    case .word: _ = try word()
    }
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

  /// - Throws: where something follows the value.
  public mutating func finish() throws(Diagnostics) {
    skipBlanks()
    if position < bytes.count { throw malformed("the text should end here") }
  }

  // MARK: Bytes

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func next(or reason: String) throws(Diagnostics) -> UInt8 {
    skipBlanks()
    guard position < bytes.count else { throw malformed("the text ends early: \(reason)") }
    return bytes[position]
  }

  private mutating func take(_ byte: UInt8, _ reason: String) throws(Diagnostics) {
    guard try next(or: reason) == byte else { throw malformed(reason) }
    position += 1
  }

  private mutating func open(_ byte: UInt8, _ reason: String) throws(Diagnostics) {
    try take(byte, reason)
    depth += 1
    if depth > Self.deepest {
      throw Diagnostics(
        Diagnostic(.tooLarge(what: "nesting depth", limit: Self.deepest), at: location(of: position)))
    }
  }

  private mutating func closes(_ byte: UInt8) throws(Diagnostics) -> Bool {
    guard try next(or: "a value is expected") == byte else { return false }
    position += 1
    depth -= 1
    return true
  }

  private mutating func ends(with byte: UInt8, _ reason: String) throws(Diagnostics) -> Bool {
    if try closes(byte) { return true }
    try take(UInt8(ascii: ","), reason)
    return false
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

  private mutating func skipString() throws(Diagnostics) {
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

  private func malformed(_ reason: String, at place: Int? = nil) -> Diagnostics {
    Diagnostics(Diagnostic(.malformed(reason: reason), at: location(of: place ?? position)))
  }
}

extension Int64 {
  fileprivate func timesTen(plus digit: Int64) -> Int64? {
    let (product, overflows) = multipliedReportingOverflow(by: 10)
    let (sum, exceeds) = product.addingReportingOverflow(digit)
    return overflows || exceeds ? nil : sum
  }
}
