import Documents

extension ValidationReport {
  /// The report as a document: summaries, then every row.
  public var document: OutputValue {
    [
      "overall": overall.document, "by_source": .list(bySource.map(\.document)),
      "by_device": .list(byDevice.map(\.document)),
      "by_framework": .list(byFramework.map(\.document)),
      "by_device_count": .list(byDeviceCount.map(\.document)), "rows": .list(rows.map(\.document)),
    ]
  }

  /// Every row as comma-separated values.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: ValidationRow.columns,
      rows: rows.map { row in ValidationRow.columns.map { row.document[$0] ?? .null } })
  }
}

extension ValidationGroup {
  var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("name", .string(name)), .init("rows", .count(rowCount)),
      .init("predicted", .count(errors?.count ?? 0)),
    ]
    if let errors {
      fields += [
        .init("median_absolute_error", .real(errors.median)),
        .init("mean_absolute_error", .real(errors.mean)),
        .init("p90_absolute_error", .real(errors.percentile90)), .init("median_error", .real(errors.bias)),
      ]
    }
    return .object(fields)
  }
}

extension ValidationRow {
  static let columns = [
    "id", "source", "framework", "model", "device", "devices", "measured_samples_per_second",
    "predicted_samples_per_second", "error", "step_seconds", "exposed_communication_seconds",
    "peak_memory_bytes", "fits", "provenance", "skipped",
  ]

  var document: OutputValue {
    .object([
      .init("id", .string(measurement.id)), .init("source", .string(measurement.source)),
      .init("framework", .string(measurement.framework)), .init("model", .string(measurement.model)),
      .init("device", device.map { .string($0) } ?? .null), .init("devices", .count(measurement.deviceCount)),
      .init("measured_samples_per_second", .real(measurement.value)),
      .init("predicted_samples_per_second", prediction.map { .real($0.samplesPerSecond) } ?? .null),
      .init("error", error.map { .real($0) } ?? .null),
      .init("step_seconds", prediction.map { .real($0.stepSeconds) } ?? .null),
      .init(
        "exposed_communication_seconds", prediction.map { .real($0.exposedCommunicationSeconds) } ?? .null),
      .init("peak_memory_bytes", prediction.map { .integer($0.peakMemory.bytes) } ?? .null),
      .init("fits", prediction.map { .bool($0.fits) } ?? .null),
      .init("provenance", .string(measurement.provenance)),
      .init("skipped", skipReason.map { .string($0.description) } ?? .null),
    ])
  }
}
