extension OutputValue {
  /// JSON text; the same value always gives the same bytes.
  ///
  /// Reals print as the shortest decimal that reads back to the same `Double`, whole ones with `.0`.
  ///
  /// - Parameter indented: two blanks a level; otherwise one line without blanks.
  /// - Precondition: every real is finite.
  public func json(indented: Bool = true) -> String {
    var text = ""
    appendJSON(to: &text, indented: indented, level: 0)
    return text
  }

  private func appendJSON(to text: inout String, indented: Bool, level: Int) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .real(let value):
      precondition(value.isFinite, "a document holds finite numbers only")
      text += value == 0 ? "0.0" : value.description
    case .string(let value): appendQuoted(value, to: &text)
    case .list(let items):
      appendItems(items.count, "[", "]", to: &text, indented: indented, level: level) { index, text in
        items[index].appendJSON(to: &text, indented: indented, level: level + 1)
      }
    case .object(let fields):
      appendItems(fields.count, "{", "}", to: &text, indented: indented, level: level) { index, text in
        appendQuoted(fields[index].key, to: &text)
        text += indented ? ": " : ":"
        fields[index].value.appendJSON(to: &text, indented: indented, level: level + 1)
      }
    }
  }

  private func appendItems(
    _ count: Int, _ open: String, _ close: String, to text: inout String, indented: Bool, level: Int,
    item: (Int, inout String) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += "," }
      if indented { text += "\n" + String(repeating: "  ", count: level + 1) }
      item(index, &text)
    }
    if indented, count > 0 { text += "\n" + String(repeating: "  ", count: level) }
    text += close
  }
}

/// Appends a string literal that JSON and YAML both read: quotes, backslashes and the characters that
/// YAML may not hold or would fold (controls, line separators, byte order marks) escaped, the rest as UTF-8.
package func appendQuoted(_ value: String, to text: inout String) {
  text += "\""
  for scalar in value.unicodeScalars {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    default:
      if needsEscape(scalar) {
        text += "\\u" + hexadecimal(scalar.value, width: 4)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
  text += "\""
}

/// Whether a character is written as `\uXXXX`; all of these lie in the basic plane.
func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
  default: false
  }
}
