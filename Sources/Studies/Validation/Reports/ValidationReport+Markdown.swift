/// Tables of the report for the reference page.
extension ValidationReport {
  /// Errors by source, device, framework and number of devices, the worst rows, and what was skipped, as the
  /// body of a Markdown page; in whole per cent, so that it changes only where predictions do.
  public var markdown: String {
    var lines: [String] = []
    for (title, groups) in [("rows", [overall])] + sections {
      lines += [
        "| \(title) | rows | predicted | median | mean | P90 | bias |", "|---|--:|--:|--:|--:|--:|--:|",
      ]
      lines += groups.map { "| " + $0.markdownCells.joined(separator: " | ") + " |" } + [""]
    }
    lines += ["| worst rows | measured | error |", "|---|--:|--:|"]
    for row in worst(8) {
      let measurement = row.measurement
      lines.append(
        "| \(measurement.framework), \(measurement.model), \(measurement.deviceCount) × "
          + "\(row.device ?? ""), \(measurement.dataType) | \(Int(measurement.value.rounded())) | "
          + "\(percent(row.error ?? 0, signed: true)) |")
    }
    if !skips.isEmpty { lines += ["", "| skipped because | rows |", "|---|--:|"] }
    lines += skips.map { "| \($0.reason) | \($0.count) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  private var sections: [(String, [ValidationGroup])] {
    [
      ("source", bySource), ("device", byDevice), ("framework", byFramework), ("devices", byDeviceCount),
    ]
  }
}

extension ValidationGroup {
  /// The cells of a group: name, rows, predicted, median, mean, P90, bias.
  var markdownCells: [String] {
    var cells = [name, "\(rowCount)", "\(errors?.count ?? 0)"]
    guard let errors else { return cells + ["", "", "", ""] }
    cells += [errors.median, errors.mean, errors.percentile90].map { percent($0, signed: false) }
    cells.append(percent(errors.bias, signed: true))
    return cells
  }
}

/// A share in whole per cent, with its sign where asked for.
func percent(_ share: Double, signed: Bool) -> String {
  let whole = Int((share.magnitude * 100).rounded())
  let sign = share < 0 && whole > 0 ? "-" : (signed ? "+" : "")
  return "\(sign)\(whole) %"
}
