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
  return measurements.withRecomputedShares
}

private struct MeasurementReader {
  static let requiredColumns = ["id", "hardware", "num_gpus", "model", "metric", "value"]

  var fields: MeasuredFields

  mutating func measurement() -> Measurement? {
    for column in ["id", "model", "metric"] { fields.requireText(column) }
    let layout = layout()
    // Figures of formulas and of whole models have no machine; the mapping says so of them.
    let deviceCount = fields.count("num_gpus") ?? 0
    // Whether a run fits is 0 or 1; everything else that is measured is more than nothing.
    let isFlag = fields.text("metric") == "fits_in_memory"
    let value = fields.required("value", isFlag ? fields.flag("value") : fields.number("value"))
    let memory = fields.number("accel_memory_gib")
    let perNode = fields.count("gpus_per_node")
    let shape = shape()
    let sequence = fields.count("seq_len")
    let microBatch = fields.count("micro_batch")
    let accumulation = fields.count("grad_accum")
    let globalBatch = fields.count("global_batch")
    guard let value, fields.findings.isEmpty else { return nil }
    return Measurement(
      id: fields.text("id"), configuration: fields.text("config_id"), source: fields.text("source"),
      locator: fields.text("source_locator"), hardware: fields.text("hardware"), acceleratorMemoryGiB: memory,
      devicesPerNode: perNode,
      deviceCount: deviceCount, interLink: fields.text("inter_link"),
      model: fields.text("model"), architecture: fields.text("arch"), shape: shape, layout: layout,
      sequenceLength: sequence,
      microBatch: microBatch, accumulation: accumulation, globalBatch: globalBatch,
      dataType: fields.text("dtype"), recompute: fields.text("recompute"),
      offload: fields.text("cpu_offload"), attention: fields.text("attention_kernel"),
      task: fields.text("task"), framework: fields.text("framework"), metric: fields.text("metric"),
      value: value, unit: fields.text("unit"), definition: fields.text("metric_definition"),
      notes: fields.text("notes"), provenance: fields.text("provenance"), location: fields.location)
  }

  private mutating func layout() -> MeasuredLayout {
    MeasuredLayout(
      tensor: fields.count("tp") ?? 1, pipeline: fields.count("pp") ?? 1, virtualStages: fields.count("vpp"),
      context: fields.count("cp") ?? 1, expert: fields.count("ep") ?? 1, data: fields.count("dp"),
      zeroStage: fields.count("zero_stage", from: 0), shardSize: fields.count("fsdp_shard"),
      sequenceParallel: ["yes": true, "no": false][fields.text("sequence_parallel")])
  }

  private mutating func shape() -> MeasuredShape {
    MeasuredShape(
      parameters: fields.number("params"), layers: fields.count("layers"), hidden: fields.count("hidden"),
      heads: fields.count("heads"), keyValueHeads: fields.count("kv_heads"),
      headWidth: fields.count("head_dim"), feedForward: fields.count("ffn"),
      vocabulary: fields.count("vocab"), experts: fields.count("experts"),
      expertsPerToken: fields.count("experts_topk"))
  }
}
