/// What an unquoted scalar means: the YAML 1.2 core schema in decimal.
///
/// `true`, `null` (three spellings each), `~` and nothing; integers that `Int64` holds; reals such as
/// `0.5`, `.5`, `5.` and `1e3`, and integers beyond `Int64` as the nearest real. All else is text:
/// `yes` and `no`, numbers with leading zeros (`007`) or underscores (`1_000`), hexadecimal and octal
/// forms, and reals beyond the range of `Double`.
func resolvePlainScalar(_ text: String) -> DocumentNode.Content {
  switch text {
  case "", "~", "null", "Null", "NULL": return .null
  case "true", "True", "TRUE": return .bool(true)
  case "false", "False", "FALSE": return .bool(false)
  default: break
  }
  guard let form = numberForm(of: text) else { return .string(text) }
  if form == .integer, let integer = Int64(text) { return .integer(integer) }
  if let real = Double(text), real.isFinite { return .real(real) }
  return .string(text)
}

private enum NumberForm { case integer, real }

/// `[-+]? (0 | [1-9][0-9]*)? (\. [0-9]*)? ([eE] [-+]? [0-9]+)?` with a digit before the exponent.
private func numberForm(of text: String) -> NumberForm? {
  var rest = Array(text.utf8)[...]
  func takeDigits() -> ArraySlice<UInt8> {
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    return digits
  }
  func take(_ letters: String) -> Bool {
    guard let first = rest.first, letters.utf8.contains(first) else { return false }
    rest.removeFirst()
    return true
  }
  _ = take("+-")
  let whole = takeDigits()
  if whole.count > 1, whole.first == 48 { return nil }
  if rest.isEmpty { return whole.isEmpty ? nil : .integer }
  if take("."), takeDigits().isEmpty, whole.isEmpty { return nil }
  if take("eE") {
    if whole.isEmpty && !text.utf8.contains(46) { return nil }
    _ = take("+-")
    if takeDigits().isEmpty { return nil }
  }
  return rest.isEmpty ? .real : nil
}
