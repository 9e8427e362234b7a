import Diagnostics
import Documents

/// Reads a table of measured kernels.
///
/// Columns are found by name, in any order; `id`, `hardware`, `kernel`, `dtype`, `metric` and `value` must be there,
/// others may be missing, and unknown ones are passed over.
///
/// - Parameters:
///   - text: comma-separated values with a header, RFC 4180.
///   - file: named in errors.
/// - Throws: everything wrong in the table, each with its line.
/// - Complexity: O(bytes).
public func readKernelMeasurements(_ text: String, file: String) throws(Diagnostics) -> [KernelMeasurement] {
  let table = try parseCommaSeparatedTable(text, file: file)
  var findings = Diagnostics()
  for column in ["id", "hardware", "kernel", "dtype", "metric", "value"]
  where table.position(of: column) == nil {
    findings.report(.missingKey(column), at: SourceLocation(file: file, line: 1, column: 1))
  }
  try findings.throwIfAny()
  var measurements: [KernelMeasurement] = []
  for row in table.rows {
    var fields = MeasuredFields(table: table, row: row)
    if let measurement = KernelMeasurement(&fields) { measurements.append(measurement) }
    findings.list += fields.findings.list
  }
  try findings.throwIfAny()
  return measurements
}

/// Whether a table holds kernels: its header has the columns `kernel`, `m`, `n` and `k`.
public func holdsKernels(_ text: String) -> Bool {
  let header = text.prefix { !$0.isNewline }.split(separator: ",")
  return ["kernel", "m", "n", "k"].allSatisfy { header.contains($0) }
}

extension KernelMeasurement {
  fileprivate init?(_ fields: inout MeasuredFields) {
    for column in ["id", "hardware", "kernel", "dtype", "metric"] { fields.requireText(column) }
    let value = fields.required("value", fields.number("value"))
    var counts: [String: Int] = [:]
    for column in ["m", "n", "k", "batch", "seq_q", "seq_kv", "heads", "kv_heads", "head_dim", "tp"] {
      counts[column] = fields.count(column)
    }
    guard let value, fields.findings.isEmpty else { return nil }
    self.init(
      id: fields.text("id"), source: fields.text("source"), hardware: fields.text("hardware"),
      kernel: fields.text("kernel"), library: fields.text("library"), dataType: fields.text("dtype"),
      m: counts["m"], n: counts["n"], k: counts["k"], batch: counts["batch"], queryLength: counts["seq_q"],
      keyLength: counts["seq_kv"], headCount: counts["heads"], keyHeadCount: counts["kv_heads"],
      headWidth: counts["head_dim"], isCausal: fields.text("causal") == "yes", tensorDegree: counts["tp"],
      metric: fields.text("metric"), value: value, metricDefinition: fields.text("metric_definition"),
      provenance: fields.text("provenance"), notes: fields.text("notes"), location: fields.location)
  }
}
