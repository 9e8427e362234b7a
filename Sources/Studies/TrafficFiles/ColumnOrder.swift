import Diagnostics
import Documents
import NetworkFiles

/// Which column of a table stands at which place of its lines: as the header says, else as the table has them.
struct ColumnOrder {
  let columns: [String]
  /// So many of them, the first, may not be left out or left empty.
  let requiredCount: Int
  /// What a line is, with its article.
  let rowName: String
  private var order: [String]

  init(_ columns: [String], requiredCount: Int, rowName: String) {
    self.columns = columns
    self.requiredCount = requiredCount
    self.rowName = rowName
    order = columns
  }

  private var required: ArraySlice<String> { columns[..<requiredCount] }

  /// Takes the order from a header.
  mutating func readHeader(_ fields: [DelimitedText.Field], _ findings: inout Diagnostics) {
    order = []
    for field in fields {
      if !columns.contains(field.text) {
        findings.report(
          .unknownName(kind: "column", name: field.text), at: field.location,
          mend: nearestName(to: field.text, in: columns).map { "did you mean '\($0)'?" }
            ?? "columns are \(columns.joined(separator: ", "))")
      }
      if order.contains(field.text) { findings.report(.duplicateKey(field.text), at: field.location) }
      order.append(field.text)
    }
    for column in required where !order.contains(column) {
      findings.report(.missingKey(column), at: fields[0].location)
    }
  }

  /// Whether a line has as many fields as it may; it may end early where the columns that may be empty come last.
  func accepts(_ fields: [DelimitedText.Field], _ findings: inout Diagnostics) -> Bool {
    let isPlain = required.allSatisfy { order.prefix(requiredCount).contains($0) }
    let least = isPlain ? requiredCount : order.count
    if (least...order.count).contains(fields.count) { return true }
    let wanted = least == order.count ? "\(least)" : "\(least) to \(order.count)"
    findings.report(
      .malformed(reason: "\(rowName) has \(wanted) fields, not \(fields.count)"), at: fields[0].location)
    return false
  }

  /// The field of a column; nil where the line ends before it, and for an empty one that may be empty.
  func field(_ column: String, of fields: [DelimitedText.Field]) -> DelimitedText.Field? {
    guard let position = order.firstIndex(of: column), position < fields.count else { return nil }
    return fields[position].text.isEmpty && !required.contains(column) ? nil : fields[position]
  }
}
