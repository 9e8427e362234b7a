/// Tables of the report as plain text.
extension ValidationReport {
  /// Errors by source, device, framework and number of devices, the worst rows, and what was skipped.
  public var text: String {
    var lines = [TextTableLine.header("")]
    lines.append(TextTableLine(overall).text)
    for (title, groups) in sections {
      lines += ["", TextTableLine.header(title)] + groups.map { TextTableLine($0).text }
    }
    lines += ["", "worst rows"]
    for row in worst(8) {
      lines.append(
        "  \(percent(row.error ?? 0, signed: true, decimals: 1))  \(row.measurement.framework), "
          + "\(row.measurement.model), \(row.measurement.deviceCount) x \(row.measurement.hardware), "
          + "\(row.measurement.dataType)")
    }
    for skip in skips { lines.append("skipped \(skip.count): \(skip.reason)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same as a Markdown page body, in whole per cent: it changes only where predictions do.
  public var markdown: String {
    var lines: [String] = []
    for (title, groups) in [("rows", [overall])] + sections {
      lines += [
        "| \(title) | rows | predicted | median | mean | P90 | bias |", "|---|--:|--:|--:|--:|--:|--:|",
      ]
      lines +=
        groups.map { "| " + TextTableLine($0, decimals: 0).cells.joined(separator: " | ") + " |" } + [""]
    }
    lines += ["| worst rows | measured | error |", "|---|--:|--:|"]
    for row in worst(8) {
      let measurement = row.measurement
      lines.append(
        "| \(measurement.framework), \(measurement.model), \(measurement.deviceCount) × "
          + "\(row.device ?? ""), \(measurement.dataType) | \(Int(measurement.value.rounded())) | "
          + "\(percent(row.error ?? 0, signed: true, decimals: 0)) |")
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

/// A line of figures under aligned headings.
private struct TextTableLine {
  /// Name, rows, predicted, median, mean, P90, bias.
  var cells: [String]

  init(_ group: ValidationGroup, decimals: Int = 1) {
    cells = [group.name, "\(group.rowCount)", "\(group.errors?.count ?? 0)"]
    guard let errors = group.errors else {
      cells += ["", "", "", ""]
      return
    }
    for size in [errors.median, errors.mean, errors.percentile90] {
      cells.append(percent(size, signed: false, decimals: decimals))
    }
    cells.append(percent(errors.bias, signed: true, decimals: decimals))
  }

  static let headings = ["rows", "predicted", "median", "mean", "P90", "bias"]
  static let nameWidth = 68

  static func header(_ title: String) -> String { line(title, headings) }

  var text: String { TextTableLine.line(cells[0], Array(cells.dropFirst())) }

  private static func line(_ name: String, _ cells: [String]) -> String {
    var line = name + String(repeating: " ", count: max(0, nameWidth - name.count))
    for cell in cells { line += String(repeating: " ", count: max(1, 11 - cell.count)) + cell }
    return line
  }
}

/// A share as per cent with one decimal or none, with its sign where asked for.
private func percent(_ share: Double, signed: Bool, decimals: Int) -> String {
  let steps = Int((share.magnitude * (decimals == 0 ? 100 : 1000)).rounded())
  let sign = share < 0 && steps > 0 ? "-" : (signed ? "+" : "")
  return decimals == 0 ? "\(sign)\(steps) %" : "\(sign)\(steps / 10).\(steps % 10) %"
}
