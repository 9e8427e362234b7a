import Reporting
import Terminal
import Validation

extension CollectiveReport {
  /// Errors of predicted times by source and collective, small and large messages apart.
  func text(on screen: Screen) -> String {
    var text = ""
    for (title, groups) in sections {
      var table = TextTable([
        .text(title == "rows" ? "Collectives" : title.prefix(1).uppercased() + title.dropFirst()),
        .text("Bytes"), .number("Rows"), .number("Median"), .number("Mean"), .number("P90"), .number("Bias"),
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
