import Diagnostics
import Documents
import Quantities

/// Reads a table of measured collectives.
///
/// Columns are found by name, in any order; `id`, `hardware`, `num_gpus`, `collective`, `size_bytes`,
/// `metric` and `value` must be there, others may be missing, and unknown ones are passed over.
///
/// - Parameters:
///   - text: comma-separated values with a header, RFC 4180.
///   - file: named in errors.
/// - Throws: everything wrong in the table, each with its line.
/// - Complexity: O(bytes).
public func readCollectiveMeasurements(
  _ text: String, file: String
) throws(Diagnostics) -> [CollectiveMeasurement] {
  let table = try parseCommaSeparatedTable(text, file: file)
  var findings = Diagnostics()
  let columns = ["id", "hardware", "num_gpus", "collective", "size_bytes", "metric", "value"]
  for column in columns where table.position(of: column) == nil {
    findings.report(.missingKey(column), at: SourceLocation(file: file, line: 1, column: 1))
  }
  try findings.throwIfAny()
  var measurements: [CollectiveMeasurement] = []
  for row in table.rows {
    var fields = MeasuredFields(table: table, row: row)
    if let measurement = CollectiveMeasurement(&fields) { measurements.append(measurement) }
    findings.list += fields.findings.list
  }
  try findings.throwIfAny()
  return measurements
}

/// Whether a table holds collectives: its header has the columns `collective` and `size_bytes`.
public func holdsCollectives(_ text: String) -> Bool {
  let header = text.prefix { !$0.isNewline }.split(separator: ",")
  return header.contains("collective") && header.contains("size_bytes")
}

extension CollectiveMeasurement {
  fileprivate init?(_ fields: inout MeasuredFields) {
    for column in ["id", "hardware", "collective", "metric"] { fields.requireText(column) }
    let devices = fields.required("num_gpus", fields.count("num_gpus"))
    let value = fields.required("value", fields.number("value"))
    let nodes = fields.count("num_nodes")
    let size = fields.number("size_bytes")
    guard let devices, let value, fields.findings.isEmpty else { return nil }
    self.init(
      id: fields.text("id"), source: fields.text("source"), hardware: fields.text("hardware"),
      deviceCount: devices, nodeCount: nodes, intraLink: fields.text("intra_link"),
      interLink: fields.text("inter_link"), library: fields.text("library"),
      libraryVersion: fields.text("library_version"),
      collective: fields.text("collective"), algorithm: fields.text("algorithm"),
      size: size.map { ByteCount(rounding: $0) }, metric: fields.text("metric"), value: value,
      metricDefinition: fields.text("metric_definition"), provenance: fields.text("provenance"),
      notes: fields.text("notes"), location: fields.location)
  }
}
