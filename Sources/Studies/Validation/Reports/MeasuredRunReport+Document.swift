import Analysis
import Diagnostics
import Documents

extension MeasuredRunReport {
  /// The report as a document: errors by source and kind of figure, then every row with its scenario.
  public var document: OutputValue {
    [
      "groups": .list(groups.map(\.document)), "totals": .list(totals.map(\.document)),
      "classes": .list(classes.map(\.document)),
      "coverage": .list(
        coverage.map {
          [
            "kind": .string($0.kind), "rows": .count($0.rows), "level": .real(PredictionIntervals.level),
            "inside": .count($0.inside),
          ]
        }),
      "spreads": .list(spreads.map(\.document)), "rows": .list(rows.map(\.document)),
    ]
  }

  /// Every row as comma-separated values, without scenarios.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: MeasuredRunRow.columns,
      rows: rows.map { row in MeasuredRunRow.columns.map { row.document[$0] ?? .null } })
  }
}

extension MeasuredRunReport {
  /// Errors by source and kind of figure as comma-separated values: what `worsened(since:)` compares with.
  public var errorTable: String {
    let columns = ["source", "kind", "predicted", "median_absolute_error", "p90_absolute_error", "right"]
    return commaSeparatedText(
      columns: columns,
      rows: groups.filter { $0.errors != nil || $0.fitCount != nil }.map { group in
        columns.map { group.document[$0] ?? .null }
      })
  }

  /// Sources that are predicted worse than was recorded: a median that is more than a tenth larger, fewer rows, or
  /// fewer right verdicts.
  ///
  /// - Parameter recorded: an `errorTable` of before; sources that it does not have are not compared.
  /// - Throws: a table without these columns, or with cells that are no numbers.
  public func worsened(since recorded: String, file: String) throws(Diagnostics) -> [String] {
    let table = try parseCommaSeparatedTable(recorded, file: file)
    var findings = Diagnostics()
    func position(_ name: String) -> Int {
      if let place = table.position(of: name) { return place }
      findings.report(
        .missingKey(name), at: SourceLocation(file: file, line: 1),
        mend: "use the errors.csv that rehearse validate --out writes")
      return 0
    }
    let (source, kind, count) = (position("source"), position("kind"), position("predicted"))
    let (median, right) = (position("median_absolute_error"), position("right"))
    try findings.throwIfAny()
    var found: [String] = []
    for row in table.rows {
      let (name, what) = (row.fields[source], row.fields[kind])
      let now = groups.first { $0.source == name && $0.kind == what }
      let predicted = now?.errors?.count ?? now?.fitCount?.predicted ?? 0
      if let before = Int(row.fields[count]), predicted < before {
        found.append("\(name), \(what): \(predicted) rows are predicted, and were \(before)")
      }
      if let before = Double(row.fields[median]), let errors = now?.errors, errors.median > before * 1.1 {
        found.append("\(name), \(what): the median error is \(errors.median), and was \(before)")
      }
      if let before = Int(row.fields[right]), let verdicts = now?.fitCount, verdicts.right < before {
        found.append("\(name), \(what): \(verdicts.right) verdicts are right, and were \(before)")
      }
    }
    return found
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

extension AccuracySummary {
  var document: OutputValue {
    func figures(_ summary: ErrorSummary?) -> OutputValue {
      summary.map { ["median": .real($0.median), "p90": .real($0.percentile90), "bias": .real($0.bias)] }
        ?? .null
    }
    return [
      "class": .string(name.rawValue), "predicted": .count(errors?.count ?? fitCount?.predicted ?? 0),
      "errors": figures(errors), "left_out": figures(leftOut),
      "right": fitCount.map { .count($0.right) } ?? .null,
    ]
  }
}

extension MeasuredRunRow {
  static let columns = [
    "id", "run", "source", "framework", "model", "devices", "metric", "unit", "measured", "predicted",
    "low", "high", "error", "error_left_out", "provenance", "skipped",
  ]

  var document: OutputValue {
    [
      "id": .string(measurement.id), "run": .string(measurement.configuration),
      "source": .string(measurement.source), "framework": .string(measurement.framework),
      "model": .string(measurement.model), "devices": .count(measurement.deviceCount),
      "metric": .string(measurement.metric), "unit": .string(measurement.unit),
      "measured": .real(measurement.value), "predicted": predicted.map { .real($0) } ?? .null,
      "low": range.map { .real($0.low) } ?? .null, "high": range.map { .real($0.high) } ?? .null,
      "error": error.map { .real($0) } ?? .null,
      "error_left_out": leftOutError.map { .real($0) } ?? .null,
      "provenance": .string(measurement.provenance),
      "skipped": skipReason.map { .string($0.description) } ?? .null, "scenario": scenario ?? .null,
    ]
  }
}
