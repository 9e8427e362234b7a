/// Tables of the report for the reference page.
extension MeasuredRunReport {
  /// Errors by source and kind of figure, and what was skipped, as the body of a Markdown page; in whole per
  /// cent, so that it changes only where predictions do.
  public var markdown: String {
    var lines = ["| class | figures | median | P90 | left out | P90 |", "|---|--:|--:|--:|--:|--:|"]
    lines += classes.map { "| " + $0.markdownCells.joined(separator: " | ") + " |" }
    lines += [
      "",
      "| source | figures | rows | mapped | predicted | median | P90 | bias |",
      "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    lines += groups.map { "| " + $0.markdownCells.joined(separator: " | ") + " |" }
    if !skips.isEmpty { lines += ["", "| skipped because | rows |", "|---|--:|"] }
    lines += skips.map { "| \($0.reason) | \($0.count) |" }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension AccuracySummary {
  /// Class, figures, median, P90, and both with the row's source left out; of whether runs fit, the share told rightly.
  var markdownCells: [String] {
    if let fitCount {
      let share = percent(Double(fitCount.right) / Double(fitCount.predicted), signed: false)
      return [name.rawValue, "\(fitCount.predicted)", "right: \(share)", "", "", ""]
    }
    func cells(_ errors: ErrorSummary?) -> [String] {
      errors.map { [percent($0.median, signed: false), percent($0.percentile90, signed: false)] } ?? ["", ""]
    }
    return [name.rawValue, "\(errors?.count ?? 0)"] + cells(errors) + cells(leftOut)
  }
}

extension MeasuredRunGroup {
  /// Source, kind, rows, mapped, predicted, median, P90 and bias; of whether runs fit, the share told rightly.
  var markdownCells: [String] {
    let cells = [source, kind, "\(rowCount)", "\(mappedCount)"]
    if let fitCount {
      let share = Double(fitCount.right) / Double(fitCount.predicted)
      return cells + ["\(fitCount.predicted)", "right: \(percent(share, signed: false))", "", ""]
    }
    guard let errors else { return cells + ["0", "", "", ""] }
    return cells + [
      "\(errors.count)", percent(errors.median, signed: false), percent(errors.percentile90, signed: false),
      percent(errors.bias, signed: true),
    ]
  }
}
