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
    var reader = MeasurementReader(fields: MeasuredFields(table: table, row: row))
    if let measurement = reader.measurement() { measurements.append(measurement) }
    findings.list += reader.fields.findings.list
  }
  try findings.throwIfAny()
  return measurements
}

private struct MeasurementReader {
  static let requiredColumns = ["id", "hardware", "num_gpus", "model", "metric", "value"]
  /// Columns of parallel degrees other than data; the model is not split where they are 1 or empty.
  static let splitColumns = ["tp", "pp", "cp", "ep"]

  var fields: MeasuredFields

  mutating func measurement() -> Measurement? {
    for column in ["id", "hardware", "model", "metric"] { fields.requireText(column) }
    let splits = MeasurementReader.splitColumns.compactMap { column in
      fields.count(column).flatMap { $0 > 1 ? "\(column) = \($0)" : nil }
    }
    let sharded = fields.count("zero_stage", from: 0).flatMap { $0 > 0 ? "zero_stage = \($0)" : nil }
    let deviceCount = fields.required("num_gpus", fields.count("num_gpus"))
    let value = fields.required("value", fields.number("value"))
    let memory = fields.number("accel_memory_gib")
    let perNode = fields.count("gpus_per_node")
    let sequence = fields.count("seq_len")
    let microBatch = fields.count("micro_batch")
    let accumulation = fields.count("grad_accum")
    let globalBatch = fields.count("global_batch")
    guard let deviceCount, let value, fields.findings.isEmpty else { return nil }
    return Measurement(
      id: fields.text("id"), source: fields.text("source"), hardware: fields.text("hardware"),
      acceleratorMemoryGiB: memory,
      devicesPerNode: perNode, deviceCount: deviceCount, intraLink: fields.text("intra_link"),
      interLink: fields.text("inter_link"), model: fields.text("model"), sequenceLength: sequence,
      microBatch: microBatch,
      accumulation: accumulation, globalBatch: globalBatch, dataType: fields.text("dtype"),
      recompute: fields.text("recompute"), task: fields.text("task"), framework: fields.text("framework"),
      metric: fields.text("metric"), value: value, provenance: fields.text("provenance"),
      splits: splits + [sharded].compactMap { $0 },
      location: fields.location)
  }
}
