/// A table as comma-separated values after RFC 4180: CRLF line ends, fields quoted only where they hold
/// a comma, a quote or a line break.
///
/// - Parameters:
///   - columns: the header.
///   - rows: scalars, one for each column; `null` becomes an empty field.
/// - Precondition: every row has as many values as there are columns, none of them a list or an object.
public func commaSeparatedText(columns: [String], rows: [[OutputValue]]) -> String {
  var text = ""
  appendRow(columns.map { .string($0) }, to: &text)
  for row in rows {
    precondition(row.count == columns.count, "a row has as many values as the table has columns")
    appendRow(row, to: &text)
  }
  return text
}

private func appendRow(_ values: [OutputValue], to text: inout String) {
  for (index, value) in values.enumerated() {
    if index > 0 { text += "," }
    switch value {
    case .null: break
    case .string(let field): text += quotedField(field)
    case .bool, .integer, .real: text += value.json(indented: false)
    case .list, .object: preconditionFailure("a field of a table is a scalar")
    }
  }
  text += "\r\n"
}

private func quotedField(_ field: String) -> String {
  guard field.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return field }
  var quoted = "\""
  for scalar in field.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}
