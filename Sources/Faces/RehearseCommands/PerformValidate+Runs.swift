import Analysis
import Charts
import Documents
import Files
import Reporting
import Terminal
import Validation

extension MeasuredRunReport {
  /// Errors by source and kind of figure, the worst rows, and what was skipped.
  func text(worst: Int, on screen: Screen) -> String {
    var table = TextTable([
      .ends("Source"), "Figures", .number("Rows"), .number("Mapped"), .number("Predicted"), .number("Median"),
      .number("P90"), .number("Bias"),
    ])
    for group in groups + totals { table.add(group.cells) }
    var text = table.text(on: screen) + "\n" + classTable.text(on: screen) + "\n"
    for item in coverage {
      let share = Readable.percent(Double(item.inside) / Double(item.rows))
      text +=
        "\(Readable.percent(PredictionIntervals.level, decimals: 0)) intervals of \(item.kind) hold \(share) of "
        + "\(Readable.count(item.rows)) figures\n"
    }
    if !coverage.isEmpty { text += "\n" }
    var worstRows = TextTable([.number("Error"), "Figure", .ends("Run")])
    for row in self.worst(worst) {
      let verdict = row.predicted == 1 ? "said to fit" : "said not to"
      worstRows.add([row.error.map(signed) ?? verdict, row.measurement.metric, row.measurement.configuration])
    }
    text += worstRows.text(on: screen)
    for skip in skips { text += "skipped \(skip.count): \(skip.reason)\n" }
    return text
  }

  /// Errors by class, with those of sources left out where they were made.
  private var classTable: TextTable {
    let classes = classes
    let hasLeftOut = classes.contains { $0.leftOut != nil }
    var table = TextTable(
      ["Class", .number("Figures"), .number("Median"), .number("P90")]
        + (hasLeftOut ? [.number("Left out"), .number("P90")] : []))
    func cells(_ errors: ErrorSummary?) -> [String] {
      errors.map { [Readable.percent($0.median), Readable.percent($0.percentile90)] } ?? ["", ""]
    }
    for item in classes {
      var row = [item.name.rawValue]
      if let fits = item.fitCount {
        let share = Readable.percent(Double(fits.right) / Double(fits.predicted))
        row += ["\(fits.predicted)", "\(share) right", ""]
      } else {
        row += ["\(item.errors?.count ?? 0)"] + cells(item.errors)
      }
      table.add(row + (hasLeftOut ? cells(item.leftOut) : []))
    }
    return table
  }

  /// Steps and memory, predicted against measured, by source: those of most rows first, as a chart tells few apart.
  var charts: [(name: String, chart: any Chart)] {
    var counts: [String: Int] = [:]
    for row in rows where row.predicted != nil { counts[row.source, default: 0] += 1 }
    let rows = rows.sorted { (-(counts[$0.source] ?? 0), $0.source) < (-(counts[$1.source] ?? 0), $1.source) }
    let steps = rows.compactMap { row in
      row.steps.map {
        PredictionChart.Point(
          source: row.source, measured: $0.measured, predicted: $0.predicted)
      }
    }
    let memory = rows.filter(\.isOfMemory).compactMap { row in
      row.predicted.map {
        PredictionChart.Point(
          source: row.source, measured: row.measurement.value, predicted: $0)
      }
    }
    let charts = [
      ("predicted_measured_steps", "Step time", "s", steps),
      ("predicted_measured_memory", "Memory", "GB", memory),
    ]
    return charts.filter { !$0.3.isEmpty }.map { name, quantity, unit, points in
      (
        name,
        PredictionChart(
          title: "Predicted against measured \(quantity.lowercased())", quantity: quantity, unit: unit,
          points: points)
      )
    }
  }

  /// Writes the scenarios of the worst rows into `runs/`, ready for `rehearse run`.
  func writeWorst(_ count: Int, to folder: String) throws {
    if rows.isEmpty { return }
    let runs = joinedPath(folder, "runs")
    try createFolder(runs)
    for (place, row) in worst(count).enumerated() {
      guard let scenario = row.scenario else { continue }
      try writeFile(scenario.yaml(), to: joinedPath(runs, "\(place + 1)-\(row.measurement.id).yaml"))
    }
  }
}

extension MeasuredRunGroup {
  fileprivate var cells: [String] {
    let cells = [source, kind, "\(rowCount)", "\(mappedCount)"]
    if let fitCount { return cells + ["\(fitCount.predicted)", "\(fitCount.right) right", "", ""] }
    guard let errors else { return cells + ["0", "", "", ""] }
    return cells + [
      "\(errors.count)", Readable.percent(errors.median), Readable.percent(errors.percentile90),
      signed(errors.bias),
    ]
  }
}

private func signed(_ share: Double) -> String { (share > 0 ? "+" : "") + Readable.percent(share) }
