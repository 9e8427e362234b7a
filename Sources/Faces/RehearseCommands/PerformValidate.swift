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
  let filter = RowFilter(
    source: invocation.text(ifGiven: "source"), metric: invocation.text(ifGiven: "metric"),
    run: invocation.text(ifGiven: "run"))
  var collectives = CollectiveReport(rows: [])
  var kernels = KernelReport(rows: [])
  var runs = MeasuredRunReport(rows: [])
  for path in paths {
    let text = try readTextFile(path)
    if holdsCollectives(text) {
      collectives.rows +=
        try invocation.flag("leave-out")
        ? validateCollectivesLeavingOut(text, file: path, catalogue: catalogue).kept(by: filter).rows
        : validateCollectives(text, file: path, catalogue: catalogue).kept(by: filter).rows
      continue
    }
    if holdsKernels(text) {
      kernels.rows += try kernelReport(text, path, catalogue, invocation).kept(by: filter).rows
      continue
    }
    guard holdsRuns(text) else {
      // Folders hold other tables too: records of errors, of other programs.
      if isFolder(corpus) { continue }
      throw InputError(
        reason: "\(path) has neither the columns of training runs nor those of collectives or kernels")
    }
    runs.rows += try withProgressBar("validate \(fileName(of: path))") { bar in
      let total = Double(max(1, text.split(separator: "\n").count - 1))
      return try validateRuns(text, file: path, catalogue: catalogue, filter: filter, threads: threads) {
        bar.report(fraction: min(1, Double($0) / total))
      }.rows
    }
  }
  if filter != .all, collectives.rows.isEmpty, kernels.rows.isEmpty, runs.rows.isEmpty {
    throw InputError(reason: "no row of \(corpus) has that source, figure and run")
  }
  let report = Corpora(collectives: collectives, kernels: kernels, runs: runs)
  let worst = invocation.integer("worst")
  if let folder = invocation.text(ifGiven: "out") { try write(report, worst: worst, to: folder) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(report.text(worst: worst, on: TextStream.standardOutput.screen))
  case .json: try printed(report.document.json())
  case .csv: try printed(report.tables.map(\.text).joined(separator: "\n"))
  }
  guard let recorded = invocation.text(ifGiven: "against") else { return .done }
  let worsened = try runs.worsened(since: try readTextFile(recorded), file: recorded)
  for line in worsened { _ = try TextStream.standardError.write("worse than \(recorded): \(line)\n") }
  return worsened.isEmpty ? .done : .negative
}

/// What was measured, by kind of row; a kind without rows is left out of every output.
private struct Corpora {
  var collectives: CollectiveReport
  var kernels: KernelReport
  var runs: MeasuredRunReport

  /// File name and text of every table.
  var tables: [(name: String, text: String)] {
    (collectives.rows.isEmpty ? [] : [("collectives.csv", collectives.commaSeparated)])
      + (kernels.rows.isEmpty ? [] : [("kernels.csv", kernels.commaSeparated)])
      + (runs.rows.isEmpty ? [] : [("runs.csv", runs.commaSeparated), ("errors.csv", runs.errorTable)])
  }

  var document: OutputValue {
    .object(
      (collectives.rows.isEmpty ? [] : [.init("collectives", collectives.document)])
        + (kernels.rows.isEmpty ? [] : [.init("kernels", kernels.document)])
        + (runs.rows.isEmpty ? [] : [.init("runs", runs.document)]))
  }

  func text(worst: Int, on screen: Screen) -> String {
    var parts: [String] = []
    if !kernels.rows.isEmpty { parts.append(kernels.text(on: screen)) }
    if !runs.rows.isEmpty { parts.append(runs.text(worst: worst, on: screen)) }
    if !collectives.rows.isEmpty { parts.append(collectives.text(on: screen)) }
    return parts.joined(separator: "\n")
  }
}

private func write(_ report: Corpora, worst: Int, to folder: String) throws {
  try createFolder(folder)
  try writeFile(report.document.json() + "\n", to: joinedPath(folder, "validation.json"))
  for table in report.tables { try writeFile(table.text, to: joinedPath(folder, table.name)) }
  try report.runs.writeWorst(worst, to: folder)
  let charts = report.runs.charts
  if charts.isEmpty { return }
  let outcome = ChartRenderer().write(charts, to: folder)
  if let note = outcome.note { _ = try TextStream.standardError.write(note + "\n") }
}

extension CollectiveReport {
  /// Errors of predicted times by source and collective, small and large messages apart.
  fileprivate func text(on screen: Screen) -> String {
    var text = ""
    for (title, groups) in sections {
      var table = TextTable([
        .text(title == "rows" ? "Collectives" : title.capitalizedWord), .text("Bytes"), .number("Rows"),
        .number("Median"), .number("Mean"), .number("P90"), .number("Bias"),
      ])
      for (size, group) in groups { table.add([group.name, size.rawValue] + group.figures) }
      text += table.text(on: screen) + "\n"
    }
    for skip in skips { text += "skipped \(skip.count): \(skip.reason)\n" }
    return text
  }
}

extension ValidationGroup {
  /// Predicted rows and errors, as cells.
  fileprivate var figures: [String] {
    guard let errors else { return ["0 of \(rowCount)", "", "", "", ""] }
    let figures = [errors.median, errors.mean, errors.percentile90].map { Readable.percent($0) }
    let bias = (errors.bias > 0 ? "+" : "") + Readable.percent(errors.bias)
    return ["\(errors.count) of \(rowCount)"] + figures + [bias]
  }
}

extension String {
  fileprivate var capitalizedWord: String { prefix(1).uppercased() + dropFirst() }
}
