import Documents

extension MeasuredRunReport {
  /// The report as a document: errors by source and kind of figure, then every row with its scenario.
  public var document: OutputValue {
    ["groups": .list(groups.map(\.document)), "rows": .list(rows.map(\.document))]
  }

  /// Every row as comma-separated values, without scenarios.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: MeasuredRunRow.columns,
      rows: rows.map { row in MeasuredRunRow.columns.map { row.document[$0] ?? .null } })
  }
}

extension MeasuredRunGroup {
  var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("source", .string(source)), .init("kind", .string(kind)), .init("rows", .count(rowCount)),
      .init("mapped", .count(mappedCount)),
      .init("predicted", .count(errors?.count ?? fitCount?.predicted ?? 0)),
    ]
    if let errors {
      fields += [
        .init("median_absolute_error", .real(errors.median)),
        .init("p90_absolute_error", .real(errors.percentile90)), .init("median_error", .real(errors.bias)),
      ]
    }
    if let fitCount { fields.append(.init("right", .count(fitCount.right))) }
    return .object(fields)
  }
}

extension MeasuredRunRow {
  static let columns = [
    "id", "run", "source", "framework", "model", "devices", "metric", "unit", "measured", "predicted",
    "error",
    "provenance", "skipped",
  ]

  var document: OutputValue {
    [
      "id": .string(measurement.id), "run": .string(measurement.configuration),
      "source": .string(measurement.source), "framework": .string(measurement.framework),
      "model": .string(measurement.model), "devices": .count(measurement.deviceCount),
      "metric": .string(measurement.metric), "unit": .string(measurement.unit),
      "measured": .real(measurement.value), "predicted": predicted.map { .real($0) } ?? .null,
      "error": error.map { .real($0) } ?? .null, "provenance": .string(measurement.provenance),
      "skipped": skipReason.map { .string($0.description) } ?? .null, "scenario": scenario ?? .null,
    ]
  }
}
