import Charts
import CommandLines
import Documents
import Files
import Reporting
import Terminal
import Validation

func performValidate(_ invocation: Invocation) throws -> ExitStatus {
  let corpus = invocation.text("corpus")
  let paths = isFolder(corpus) ? try findFiles(under: corpus, endingIn: [".csv"], depth: 2) : [corpus]
  if paths.isEmpty { throw InputError(reason: "\(corpus) holds no CSV files") }
  let catalogue = try loadCatalogue(invocation)
  let threads = threadCount(invocation, nil)
  var rows: [ValidationRow] = []
  for path in paths {
    let text = try readTextFile(path)
    let total = Double(max(1, text.split(separator: "\n").count - 1))
    rows += try withProgressBar("validate \(fileName(of: path))") { bar in
      try validate(text, file: path, catalogue: catalogue, threads: threads) {
        bar.report(fraction: min(1, Double($0) / total))
      }.rows
    }
  }
  let report = ValidationReport(rows: rows)
  if let folder = invocation.text(ifGiven: "out") {
    try createFolder(folder)
    try writeFile(report.document.json() + "\n", to: joinedPath(folder, "validation.json"))
    try writeFile(report.commaSeparated, to: joinedPath(folder, "validation.csv"))
    let outcome = ChartRenderer().write([("predicted_measured", chart(report))], to: folder)
    if let note = outcome.note { _ = try TextStream.standardError.write(note + "\n") }
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(report.text(on: TextStream.standardOutput.screen))
  case .json: try printed(report.document.json())
  case .csv: try printed(report.commaSeparated)
  }
  return .done
}

private func chart(_ report: ValidationReport) -> PredictionChart {
  PredictionChart(
    title: "Predicted against measured throughput", quantity: "Throughput", unit: "samples/s",
    points: report.rows.compactMap { row in
      row.prediction.map {
        .init(
          source: row.measurement.framework, measured: row.measurement.value, predicted: $0.samplesPerSecond)
      }
    })
}

extension ValidationReport {
  /// Errors by source, device, framework and size, the worst rows, and what was skipped.
  fileprivate func text(on screen: Screen) -> String {
    var text = ""
    let sections = [
      ("", [overall]), ("Source", bySource), ("Device", byDevice), ("Framework", byFramework),
      ("Devices", byDeviceCount),
    ]
    for (title, groups) in sections {
      var table = TextTable([
        .text(title), .number("Rows"), .number("Median"), .number("Mean"), .number("P90"), .number("Bias"),
      ])
      for group in groups {
        guard let errors = group.errors else {
          table.add([group.name, "0 of \(group.rowCount)", "", "", "", ""])
          continue
        }
        let figures = [errors.median, errors.mean, errors.percentile90].map { Readable.percent($0) }
        let bias = (errors.bias > 0 ? "+" : "") + Readable.percent(errors.bias)
        table.add([group.name, "\(errors.count) of \(group.rowCount)"] + figures + [bias])
      }
      text += table.text(on: screen) + "\n"
    }
    var worstRows = TextTable([.number("Error"), "Framework", "Model", .number("GPUs"), "Format"])
    for row in worst(8) {
      let measurement = row.measurement
      let error = row.error ?? 0
      worstRows.add([
        (error > 0 ? "+" : "") + Readable.percent(error), measurement.framework, measurement.model,
        "\(measurement.deviceCount)", measurement.dataType,
      ])
    }
    text += worstRows.text(on: screen)
    for skip in skips { text += "skipped \(skip.count): \(skip.reason)\n" }
    return text
  }
}
