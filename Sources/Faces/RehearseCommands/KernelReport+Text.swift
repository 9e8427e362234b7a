import Catalogues
import CommandLines
import Files
import Terminal
import Validation

/// The kernels of a table beside predictions, by the constants of `--kernel-constants` or the shipped ones.
func kernelReport(
  _ text: String, _ path: String, _ catalogue: Catalogue, _ invocation: Invocation
) throws -> KernelReport {
  let factors =
    try invocation.text(ifGiven: "kernel-constants").map { file in
      try readKernelFactors(try readTextFile(file), file: file)
    } ?? .measured
  return try invocation.flag("leave-out")
    ? validateKernelsLeavingOut(
      text, file: path, catalogue: catalogue, factors: factors, threads: threadCount(invocation, nil))
    : validateKernels(text, file: path, catalogue: catalogue, factors: factors)
}

extension KernelReport {
  /// Errors of predicted kernels by source, kernel and device, fitted and left out, and what was skipped.
  func text(on screen: Screen) -> String {
    let hasLeftOut = rows.contains { $0.leftOutError != nil }
    var text = ""
    for (title, groups) in sections {
      var table = TextTable(
        [.ends(title.prefix(1).uppercased() + title.dropFirst()), .number("Rows")]
          + ["Median", "P90", "Bias"].map { .number($0) }
          + (hasLeftOut ? ["Left out", "P90", "Bias"].map { .number($0) } : []))
      for group in groups {
        let predicted = group.fitted?.count ?? 0
        let count = predicted == group.rowCount ? "\(predicted)" : "\(predicted) of \(group.rowCount)"
        table.add([group.name, count] + figures(group.fitted) + (hasLeftOut ? figures(group.leftOut) : []))
      }
      text += table.text(on: screen) + "\n"
    }
    for skip in skips { text += "skipped \(skip.count): \(skip.reason)\n" }
    return text
  }
}

private func figures(_ errors: ErrorSummary?) -> [String] {
  guard let errors else { return ["", "", ""] }
  return [errors.median, errors.percentile90].map { Readable.percent($0) }
    + [(errors.bias > 0 ? "+" : "") + Readable.percent(errors.bias)]
}
