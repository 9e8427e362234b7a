extension CollectiveReport {
  /// Errors by source, fabric, collective and size, and what was skipped, as the body of a Markdown page.
  public var markdown: String { CollectiveReport.tables(sections) + skipTable }

  /// The same by source alone.
  public var markdownBySource: String { CollectiveReport.tables(Array(sections.prefix(2))) + skipTable }

  /// Titles and groups of the tables, sizes side by side: all rows, sources, fabrics, collectives.
  public var sections: [(title: String, groups: [(size: MessageClass, group: ValidationGroup)])] {
    let sizes = MessageClass.allCases
    return [
      ("rows", sizes.map { ($0, group($0)) }),
      ("source", sizes.flatMap { size in bySource(size).map { (size, $0) } }),
      ("fabric", sizes.flatMap { size in byFabric(size).map { (size, $0) } }),
      ("collective", sizes.flatMap { size in byCollective(size).map { (size, $0) } }),
    ]
  }

  private static func tables(
    _ sections: [(title: String, groups: [(size: MessageClass, group: ValidationGroup)])]
  ) -> String {
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
    return lines.joined(separator: "\n") + "\n"
  }

  private var skipTable: String {
    if skips.isEmpty { return "" }
    let lines =
      ["| skipped because | rows |", "|---|--:|"] + skips.map { "| \($0.reason) | \($0.count) |" }
    return lines.joined(separator: "\n") + "\n"
  }
}
