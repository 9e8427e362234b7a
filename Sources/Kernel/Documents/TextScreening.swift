import Diagnostics

/// A text made fit for libyaml: valid UTF-8 without a byte order mark or control characters, and
/// JSON's surrogate pairs written as the one escape that YAML knows.
struct ScreenedText {
  var bytes: [UInt8] = []
  /// Places after which a line lost letters, in order, so that columns can be given as in the original.
  var shortenings: [Shortening] = []

  struct Shortening {
    var line: Int
    var column: Int
    var letters: Int
  }

  /// The column in the original text of a column in the screened one.
  func originalColumn(line: Int, column: Int) -> Int {
    var column = column
    for shortening in shortenings where shortening.line == line && shortening.column < column {
      column += shortening.letters
    }
    return column
  }
}

/// Refuses bytes that are not UTF-8 and characters that neither YAML nor JSON may hold.
///
/// - Throws: the first of them, with line and column.
/// - Complexity: O(bytes).
func screen(_ text: [UInt8], file: String) throws(Diagnostics) -> ScreenedText {
  var position = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  let start = position
  var line = 1
  var column = 1
  func refused(_ reason: String, mend: String? = nil) -> Diagnostics {
    let location = SourceLocation(file: file, line: line, column: column)
    return Diagnostics(Diagnostic(.malformed(reason: reason), at: location, mend: mend))
  }
  while position < text.count {
    let byte = text[position]
    if byte == 0x0A || (byte == 0x0D && (position + 1 == text.count || text[position + 1] != 0x0A)) {
      line += 1
      column = 1
      position += 1
    } else if byte < 0x80 {
      if (byte < 0x20 && byte != 0x09 && byte != 0x0D) || byte == 0x7F {
        throw refused("the control character \(codePointName(UInt32(byte))) may not stand in a document")
      }
      column += 1
      position += 1
    } else {
      guard let (scalar, length) = decodeUTF8(text, at: position) else {
        throw refused(
          "the byte 0x\(hexadecimal(UInt32(byte), width: 2)) is not UTF-8", mend: "save the file as UTF-8")
      }
      if (scalar < 0xA0 && scalar != 0x85) || scalar == 0xFEFF || scalar == 0xFFFE || scalar == 0xFFFF {
        throw refused("the control character \(codePointName(scalar)) may not stand in a document")
      }
      column += 1
      position += length
    }
  }
  return joinSurrogatePairs(start == 0 ? text : Array(text[start...]))
}

private func codePointName(_ scalar: UInt32) -> String { "U+\(hexadecimal(scalar, width: 4))" }

func hexadecimal(_ value: UInt32, width: Int) -> String {
  let digits = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// The scalar that starts at a byte with its high bit set, or `nil` where the bytes are not UTF-8.
private func decodeUTF8(_ text: [UInt8], at position: Int) -> (scalar: UInt32, length: Int)? {
  let lead = text[position]
  let (length, least): (Int, UInt32)
  switch lead {
  case 0xC2...0xDF: (length, least) = (2, 0x80)
  case 0xE0...0xEF: (length, least) = (3, 0x800)
  case 0xF0...0xF4: (length, least) = (4, 0x10000)
  default: return nil
  }
  guard position + length <= text.count else { return nil }
  var scalar = UInt32(lead) & (0x7F >> UInt32(length))
  for byte in text[(position + 1)..<(position + length)] {
    guard byte & 0xC0 == 0x80 else { return nil }
    scalar = scalar << 6 | UInt32(byte & 0x3F)
  }
  guard scalar >= least, scalar <= 0x10FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
  return (scalar, length)
}

/// Turns `"\ud83d\ude00"` into `"\U0001F600"` inside the strings of a JSON text.
///
/// YAML has no surrogate escapes, so a text that does not begin as JSON is left alone.
private func joinSurrogatePairs(_ text: [UInt8]) -> ScreenedText {
  let backslash = UInt8(ascii: "\\")
  let quote = UInt8(ascii: "\"")
  let opening = text.first { !" \t\r\n".utf8.contains($0) }
  guard let opening, "{[\"".utf8.contains(opening), text.contains(backslash) else {
    return ScreenedText(bytes: text)
  }
  var result = ScreenedText()
  result.bytes.reserveCapacity(text.count)
  var isInString = false
  var line = 1
  var column = 1
  var position = 0
  while position < text.count {
    let byte = text[position]
    if isInString, byte == backslash {
      if let scalar = surrogatePair(text, at: position) {
        result.bytes += Array("\\U\(hexadecimal(scalar, width: 8))".utf8)
        column += 10
        result.shortenings.append(.init(line: line, column: column - 1, letters: 2))
        position += 12
      } else {
        result.bytes += text[position..<min(position + 2, text.count)]
        column += 2
        position += 2
      }
      continue
    }
    if byte == quote { isInString.toggle() }
    result.bytes.append(byte)
    position += 1
    if byte == 0x0A {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }
  return result
}

private func surrogatePair(_ text: [UInt8], at position: Int) -> UInt32? {
  guard let high = unicodeEscape(text, at: position), (0xD800...0xDBFF).contains(high),
    let low = unicodeEscape(text, at: position + 6), (0xDC00...0xDFFF).contains(low)
  else { return nil }
  return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
}

/// The value of `\uXXXX` at a place.
private func unicodeEscape(_ text: [UInt8], at position: Int) -> UInt32? {
  guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
    text[position + 1] == UInt8(ascii: "u")
  else { return nil }
  let digits = text[(position + 2)..<(position + 6)]
  guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
  return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
}
