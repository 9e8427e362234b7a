import Diagnostics

/// A table read from comma-separated values: columns by name, fields as text, lines remembered.
public struct CommaSeparatedTable: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    /// Line of the file on which the record begins, from 1.
    public var line: Int
    /// One text for each column.
    public var fields: [String]
  }

  public var file: String
  public var columns: [String]
  public var rows: [Row]

  /// Position of a column, `nil` where the table has none of that name.
  public func position(of column: String) -> Int? { columns.firstIndex(of: column) }
}

/// Reads comma-separated values after RFC 4180, the first record being the header.
///
/// Lines may end in LF or CRLF. A quoted field may hold commas, line breaks and doubled quotes. Empty
/// lines between records are passed over; a byte order mark is too.
///
/// - Throws: a quote that is never closed or stands inside a bare field, a record with more or fewer
///   fields than the header, a column named twice or not at all; all of them, each with its line.
/// - Complexity: O(bytes).
public func parseCommaSeparatedTable(
  _ text: String, file: String
) throws(Diagnostics) -> CommaSeparatedTable {
  var reader = CommaSeparatedReader(bytes: Array(text.utf8), file: file)
  return try reader.table()
}

private struct CommaSeparatedReader {
  let bytes: [UInt8]
  let file: String
  var position = 0
  var line = 1
  var findings = Diagnostics()

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func table() throws(Diagnostics) -> CommaSeparatedTable {
    guard let header = nextRecord() else {
      report("the table has no header", line: 1)
      throw findings
    }
    var seen: Set<String> = []
    for (index, name) in header.fields.enumerated() {
      if name.isEmpty { report("column \(index + 1) has no name", line: header.line) }
      if !seen.insert(name).inserted {
        findings.report(.duplicateKey(name), at: SourceLocation(file: file, line: header.line, column: 1))
      }
    }
    var rows: [CommaSeparatedTable.Row] = []
    while let record = nextRecord() {
      if record.fields.count == header.fields.count {
        rows.append(record)
      } else {
        report(
          "the record has \(record.fields.count) fields, the header \(header.fields.count)", line: record.line
        )
      }
    }
    try findings.throwIfAny()
    return CommaSeparatedTable(file: file, columns: header.fields, rows: rows)
  }

  /// The record at the position, `nil` at the end of the text.
  private mutating func nextRecord() -> CommaSeparatedTable.Row? {
    while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D { advance() }
    guard position < bytes.count else { return nil }
    var record = CommaSeparatedTable.Row(line: line, fields: [])
    while true {
      record.fields.append(nextField())
      guard position < bytes.count else { return record }
      let separator = bytes[position]
      advance()
      if separator != 0x2C { return record }
    }
  }

  /// The field at the position; leaves the position at its comma, its line's end or the text's end.
  private mutating func nextField() -> String {
    var field: [UInt8] = []
    var complaint: String?
    if position < bytes.count, bytes[position] == 0x22 {
      readQuoted(into: &field)
      if position < bytes.count, !isFieldEnd { complaint = "text follows a closing quote" }
    }
    while position < bytes.count, !isFieldEnd {
      if bytes[position] == 0x22, complaint == nil { complaint = "a quote stands inside a bare field" }
      field.append(bytes[position])
      advance()
    }
    if let complaint { report(complaint, line: line) }
    return String(decoding: field, as: UTF8.self)
  }

  private mutating func readQuoted(into field: inout [UInt8]) {
    let start = line
    advance()
    while position < bytes.count {
      let byte = bytes[position]
      advance()
      if byte != 0x22 {
        field.append(byte)
      } else if position < bytes.count, bytes[position] == 0x22 {
        field.append(0x22)
        advance()
      } else {
        return
      }
    }
    report("a quoted field is never closed", line: start)
  }

  private var isFieldEnd: Bool {
    switch bytes[position] {
    case 0x2C, 0x0A: true
    case 0x0D: position + 1 == bytes.count || bytes[position + 1] == 0x0A
    default: false
    }
  }

  /// One byte on; a line break moves to the next line.
  private mutating func advance() {
    if bytes[position] == 0x0A { line += 1 }
    position += 1
  }

  private mutating func report(_ reason: String, line: Int) {
    findings.report(.malformed(reason: reason), at: SourceLocation(file: file, line: line, column: 1))
  }
}
