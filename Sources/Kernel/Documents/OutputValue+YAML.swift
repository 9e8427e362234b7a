extension OutputValue {
  /// YAML text in block style; the same value always gives the same bytes and reads back equal.
  ///
  /// Texts are quoted only where a reader of YAML 1.1 or 1.2 could take them for something else.
  ///
  /// - Precondition: every real is finite.
  public func yaml() -> String {
    var text = ""
    switch self {
    case .object(let fields) where !fields.isEmpty: appendFields(fields, to: &text, level: 0)
    case .list(let items) where !items.isEmpty: appendItems(items, to: &text, level: 0)
    default: text += flowText + "\n"
    }
    return text
  }

  private func appendFields(_ fields: [Field], to text: inout String, level: Int) {
    for (index, field) in fields.enumerated() {
      if index > 0 { text += indent(level) }
      let key = yamlScalar(field.key)
      // A key of more than 1,024 letters is not found by its colon.
      text += key.utf8.count < 1000 ? "\(key):" : "? \(key)\n\(indent(level)):"
      field.value.appendAfterMark(to: &text, level: level)
    }
  }

  private func appendItems(_ items: [OutputValue], to text: inout String, level: Int) {
    for (index, item) in items.enumerated() {
      if index > 0 { text += indent(level) }
      text += "-"
      switch item {
      case .object(let fields) where !fields.isEmpty:
        text += " "
        appendFields(fields, to: &text, level: level + 1)
      case .list(let nested) where !nested.isEmpty:
        text += " "
        appendItems(nested, to: &text, level: level + 1)
      default: text += " \(item.flowText)\n"
      }
    }
  }

  /// What follows `key:`.
  private func appendAfterMark(to text: inout String, level: Int) {
    switch self {
    case .object(let fields) where !fields.isEmpty:
      text += "\n" + indent(level + 1)
      appendFields(fields, to: &text, level: level + 1)
    case .list(let items) where !items.isEmpty:
      text += "\n" + indent(level + 1)
      appendItems(items, to: &text, level: level + 1)
    default: text += " \(flowText)\n"
    }
  }

  private func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }

  /// A scalar, `[]` or `{}`.
  private var flowText: String {
    if case .string(let value) = self { return yamlScalar(value) }
    return json(indented: false)
  }
}

/// A text as a plain scalar where every reader takes it for text, else quoted.
private func yamlScalar(_ value: String) -> String {
  if isSafelyPlain(value) { return value }
  var quoted = ""
  appendQuoted(value, to: &quoted)
  return quoted
}

/// Words that YAML 1.1 readers take for booleans.
private let booleanWords: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

private func isSafelyPlain(_ value: String) -> Bool {
  guard let first = value.unicodeScalars.first, let last = value.unicodeScalars.last else { return false }
  guard first.properties.isAlphabetic || "./".unicodeScalars.contains(first), last != " " else {
    return false
  }
  let isPlainLetter = { (scalar: Unicode.Scalar) in
    scalar.properties.isAlphabetic
      || (scalar.isASCII && "0123456789 ._/+-(),;=@%".unicodeScalars.contains(scalar))
  }
  guard value.unicodeScalars.allSatisfy(isPlainLetter), !booleanWords.contains(value.lowercased()) else {
    return false
  }
  // A leading point could begin a number, `.inf` or the end mark `...`.
  return first != "." || value.hasPrefix("./") || value.hasPrefix("../")
}
