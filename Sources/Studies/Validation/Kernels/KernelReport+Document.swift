import Documents

extension KernelReport {
  /// The report as a document: summaries, then every row.
  public var document: OutputValue {
    .object(
      sections.map { title, groups in
        .init(title == "kernels" ? "overall" : "by_\(title)", .list(groups.map(\.document)))
      } + [.init("rows", .list(rows.map(\.document)))])
  }

  /// Every row as comma-separated values.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: KernelRow.columns,
      rows: rows.map { row in KernelRow.columns.map { row.document[$0] ?? .null } })
  }

  /// Errors by source, kernel and device, and what was skipped, as the body of a Markdown page.
  public var markdown: String {
    var lines: [String] = []
    for (title, groups) in sections {
      lines += [
        "| \(title) | rows | predicted | median | P90 | bias | left out: median | P90 | bias |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
      ]
      lines += groups.map { "| " + $0.markdownCells.joined(separator: " | ") + " |" }
      lines.append("")
    }
    if !skips.isEmpty {
      lines += ["| skipped because | rows |", "|---|--:|"] + skips.map { "| \($0.reason) | \($0.count) |" }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension KernelGroup {
  fileprivate var document: OutputValue {
    var fields: [OutputValue.Field] = [.init("name", .string(name)), .init("rows", .count(rowCount))]
    for (key, errors) in [("fitted", fitted), ("left_out", leftOut)] {
      guard let errors else { continue }
      fields.append(
        .init(
          key,
          [
            "predicted": .count(errors.count), "median": .real(errors.median), "mean": .real(errors.mean),
            "percentile_90": .real(errors.percentile90), "bias": .real(errors.bias),
          ]))
    }
    return .object(fields)
  }

  fileprivate var markdownCells: [String] {
    func cells(_ errors: ErrorSummary?) -> [String] {
      guard let errors else { return ["–", "–", "–"] }
      return [errors.median, errors.percentile90].map { percent($0, signed: false) }
        + [percent(errors.bias, signed: true)]
    }
    return [name, "\(rowCount)", "\(fitted?.count ?? 0)"] + cells(fitted) + cells(leftOut)
  }
}

extension KernelRow {
  static let columns = [
    "id", "source", "device", "format", "kernel", "method", "measured_seconds", "predicted_seconds", "error",
    "left_out_error", "provenance", "skipped",
  ]

  var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("id", .string(measurement.id)), .init("source", .string(measurement.source)),
      .init("kernel", .string(measurement.kernel)), .init("provenance", .string(measurement.provenance)),
    ]
    if let reason = skipReason { fields.append(.init("skipped", .string(reason.description))) }
    if let outcome {
      fields += [
        .init("device", .string(outcome.device)), .init("format", .string(outcome.format)),
        .init("method", .string(outcome.method.rawValue)),
        .init("measured_seconds", .real(outcome.measuredMicroseconds / 1e6)),
        .init("predicted_seconds", .real(outcome.predictedMicroseconds / 1e6)),
      ]
    }
    if let error { fields.append(.init("error", .real(error))) }
    if let leftOutError { fields.append(.init("left_out_error", .real(leftOutError))) }
    return .object(fields)
  }
}
