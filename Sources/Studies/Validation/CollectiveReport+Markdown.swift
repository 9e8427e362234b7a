extension CollectiveReport {
  /// Errors by source, fabric, collective and size, and what was skipped, as the body of a Markdown page.
  public var markdown: String {
    var lines: [String] = []
    for (title, groups) in sections {
      lines += [
        "| \(title) | bytes | rows | predicted | median | mean | P90 | bias |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
      ]
      for (size, group) in groups {
        var cells = group.markdownCells
        cells.insert(size.rawValue, at: 1)
        lines.append("| " + cells.joined(separator: " | ") + " |")
      }
      lines.append("")
    }
    if !skips.isEmpty { lines += ["| skipped because | rows |", "|---|--:|"] }
    lines += skips.map { "| \($0.reason) | \($0.count) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Titles and groups of the tables, sizes side by side.
  public var sections: [(title: String, groups: [(size: MessageClass, group: ValidationGroup)])] {
    let sizes = MessageClass.allCases
    return [
      ("rows", sizes.map { ($0, group($0)) }),
      ("source", sizes.flatMap { size in bySource(size).map { (size, $0) } }),
      ("fabric", sizes.flatMap { size in byFabric(size).map { (size, $0) } }),
      ("collective", sizes.flatMap { size in byCollective(size).map { (size, $0) } }),
    ]
  }
}
