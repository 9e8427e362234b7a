import Diagnostics
import Documents

/// The fields of one row of measurements, with what is wrong in them.
struct MeasuredFields {
  let table: CommaSeparatedTable
  let row: CommaSeparatedTable.Row
  private(set) var findings = Diagnostics()

  init(table: CommaSeparatedTable, row: CommaSeparatedTable.Row) {
    self.table = table
    self.row = row
  }

  var location: SourceLocation { SourceLocation(file: table.file, line: row.line, column: 1) }

  /// Reports an empty field.
  mutating func requireText(_ column: String) {
    if text(column).isEmpty { report(.missingKey(column), column) }
  }

  func text(_ column: String) -> String { table.position(of: column).map { row.fields[$0] } ?? "" }

  /// A positive number, `nil` where the field is empty.
  mutating func number(_ column: String) -> Double? {
    let text = text(column)
    if text.isEmpty { return nil }
    guard let value = Double(text), value.isFinite else {
      report(.notANumber(text), column)
      return nil
    }
    guard value > 0, value < 1e15 else {
      report(.outOfRange(value: text, allowed: "more than 0 and less than 10^15"), column)
      return nil
    }
    return value
  }

  /// 0 or 1, `nil` where the field is empty.
  mutating func flag(_ column: String) -> Double? {
    let text = text(column)
    if text.isEmpty { return nil }
    if let value = Double(text), value == 0 || value == 1 { return value }
    report(.outOfRange(value: text, allowed: "0 or 1"), column)
    return nil
  }

  mutating func count(_ column: String, from lowest: Int = 1) -> Int? {
    let text = text(column)
    if text.isEmpty { return nil }
    guard let value = Int(text) else {
      report(.wrongType(expected: "a whole number", found: "'\(text)'"), column)
      return nil
    }
    guard (lowest...MeasuredFields.largestCount).contains(value) else {
      report(
        .outOfRange(value: text, allowed: "\(lowest) to \(MeasuredFields.largestCount)"), column)
      return nil
    }
    return value
  }

  static let largestCount = 100_000_000

  mutating func required<Value>(_ column: String, _ value: Value?) -> Value? {
    if value == nil, text(column).isEmpty { report(.missingKey(column), column) }
    return value
  }

  mutating func report(_ problem: Problem, _ column: String) {
    findings.report(
      problem, at: SourceLocation(file: table.file, line: row.line, column: 1, keyPath: column))
  }
}
