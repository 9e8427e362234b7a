import Diagnostics
import Documents

/// Reads a table of published measurements.
///
/// Columns are found by name, in any order; `id`, `hardware`, `num_gpus`, `model`, `metric` and `value`
/// must be there, others may be missing, and unknown ones are passed over.
///
/// - Parameters:
///   - text: comma-separated values with a header, RFC 4180.
///   - file: named in errors.
/// - Throws: everything wrong in the table, each with its line.
/// - Complexity: O(bytes).
public func readMeasurements(_ text: String, file: String) throws(Diagnostics) -> [Measurement] {
  let table = try parseCommaSeparatedTable(text, file: file)
  var findings = Diagnostics()
  for column in MeasurementReader.requiredColumns where table.position(of: column) == nil {
    findings.report(.missingKey(column), at: SourceLocation(file: file, line: 1, column: 1))
  }
  try findings.throwIfAny()
  var measurements: [Measurement] = []
  for row in table.rows {
    var reader = MeasurementReader(table: table, row: row)
    if let measurement = reader.measurement() { measurements.append(measurement) }
    findings.list += reader.findings.list
  }
  try findings.throwIfAny()
  return measurements
}

private struct MeasurementReader {
  static let requiredColumns = ["id", "hardware", "num_gpus", "model", "metric", "value"]
  /// Columns of parallel degrees other than data; the model is not split where they are 1 or empty.
  static let splitColumns = ["tp", "pp", "cp", "ep"]

  let table: CommaSeparatedTable
  let row: CommaSeparatedTable.Row
  var findings = Diagnostics()

  init(table: CommaSeparatedTable, row: CommaSeparatedTable.Row) {
    self.table = table
    self.row = row
  }

  mutating func measurement() -> Measurement? {
    for column in ["id", "hardware", "model", "metric"] where text(column).isEmpty {
      report(.missingKey(column), column)
    }
    let splits = MeasurementReader.splitColumns.compactMap { column in
      count(column).flatMap { $0 > 1 ? "\(column) = \($0)" : nil }
    }
    let sharded = count("zero_stage", from: 0).flatMap { $0 > 0 ? "zero_stage = \($0)" : nil }
    let deviceCount = required("num_gpus", count("num_gpus"))
    let value = required("value", number("value"))
    let memory = number("accel_memory_gib")
    let perNode = count("gpus_per_node")
    let sequence = count("seq_len")
    let microBatch = count("micro_batch")
    let accumulation = count("grad_accum")
    let globalBatch = count("global_batch")
    guard let deviceCount, let value, findings.isEmpty else { return nil }
    return Measurement(
      id: text("id"), source: text("source"), hardware: text("hardware"), acceleratorMemoryGiB: memory,
      devicesPerNode: perNode, deviceCount: deviceCount, intraLink: text("intra_link"),
      interLink: text("inter_link"), model: text("model"), sequenceLength: sequence, microBatch: microBatch,
      accumulation: accumulation, globalBatch: globalBatch, dataType: text("dtype"),
      recompute: text("recompute"), task: text("task"), framework: text("framework"),
      metric: text("metric"), value: value, provenance: text("provenance"),
      splits: splits + [sharded].compactMap { $0 },
      location: SourceLocation(file: table.file, line: row.line, column: 1))
  }

  private func text(_ column: String) -> String { table.position(of: column).map { row.fields[$0] } ?? "" }

  /// A positive number, `nil` where the field is empty.
  private mutating func number(_ column: String) -> Double? {
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

  private mutating func count(_ column: String, from lowest: Int = 1) -> Int? {
    let text = text(column)
    if text.isEmpty { return nil }
    guard let value = Int(text) else {
      report(.wrongType(expected: "a whole number", found: "'\(text)'"), column)
      return nil
    }
    guard (lowest...MeasurementReader.largestCount).contains(value) else {
      report(
        .outOfRange(value: text, allowed: "\(lowest) to \(MeasurementReader.largestCount)"), column)
      return nil
    }
    return value
  }

  static let largestCount = 100_000_000

  private mutating func required<Value>(_ column: String, _ value: Value?) -> Value? {
    if value == nil, text(column).isEmpty { report(.missingKey(column), column) }
    return value
  }

  private mutating func report(_ problem: Problem, _ column: String) {
    findings.report(
      problem, at: SourceLocation(file: table.file, line: row.line, column: 1, keyPath: column))
  }
}
