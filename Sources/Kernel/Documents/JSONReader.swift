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

  let bytes: [UInt8]
  private let file: String
  var position: Int
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

  mutating func next(or reason: String) throws(Diagnostics) -> UInt8 {
    skipBlanks()
    guard position < bytes.count else { throw malformed("the text ends early: \(reason)") }
    return bytes[position]
  }

  mutating func take(_ byte: UInt8, _ reason: String) throws(Diagnostics) {
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

  func malformed(_ reason: String, at place: Int? = nil) -> Diagnostics {
    Diagnostics(Diagnostic(.malformed(reason: reason), at: location(of: place ?? position)))
  }
}
