/// Rows and columns as aligned text.
///
///     var table = TextTable(["Nodes", .number("Step time"), .number("Efficiency")])
///     table.add(["dgx-h100 × 4", Readable.seconds(time), Readable.percent(share)])
///     print(table.text(on: screen))
///
/// Where the rows are wider than the screen the widest text columns are cut, never the numbers.
public struct TextTable: Sendable {
  public struct Column: Sendable, ExpressibleByStringLiteral {
    var title: String
    var alignment: Alignment
    /// Whether long cells lose their middle rather than their end.
    var keepsEnds = false

    /// A column of text, which starts at the left and may be cut.
    public static func text(_ title: String) -> Column { Column(title: title, alignment: .leading) }
    /// A column of text whose beginnings are often the same: where it is cut, cells lose their middle.
    public static func ends(_ title: String) -> Column {
      var column = text(title)
      column.keepsEnds = true
      return column
    }
    /// A column of numbers, which ends at the right and is never cut.
    public static func number(_ title: String) -> Column { Column(title: title, alignment: .trailing) }
    public init(stringLiteral title: String) { self = .text(title) }

    private init(title: String, alignment: Alignment) {
      self.title = title
      self.alignment = alignment
    }
  }

  public struct Cell: Sendable {
    var text: String
    var ink: Ink?
    public init(_ text: String, _ ink: Ink? = nil) {
      self.text = text
      self.ink = ink
    }
  }

  private var columns: [Column]
  private var rows: [[Cell]] = []
  private static let gap = 2
  private static let narrowestCut = 6

  public init(_ columns: [Column]) { self.columns = columns }

  public var rowCount: Int { rows.count }

  /// Appends a row with a cell for every column.
  public mutating func add(_ row: [String]) { add(row.map { Cell($0) }) }

  /// Appends a row with a cell for every column.
  public mutating func add(_ row: [Cell]) {
    precondition(row.count == columns.count, "a row has one cell for each column")
    rows.append(row)
  }

  /// The title row, a rule and the rows, each line ended by a line break and none by blanks.
  ///
  /// - Complexity: O(characters).
  public func text(on screen: Screen = .plain) -> String {
    let widths = columnWidths(within: screen.width)
    let titles = line(columns.map { Cell($0.title, .bold) }, widths, screen)
    let rule = screen.paint(
      widths.map { String(repeating: screen.glyphs.rule, count: $0) }.joined(separator: "  "), .faint)
    return titles + rule + "\n" + rows.map { line($0, widths, screen) }.joined()
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ screen: Screen) -> String {
    var text = ""
    var blanks = 0
    for (index, cell) in cells.enumerated() {
      let cut =
        columns[index].keepsEnds
        ? truncatedInside(cell.text, to: widths[index], glyphs: screen.glyphs)
        : truncated(cell.text, to: widths[index], glyphs: screen.glyphs)
      let room = widths[index] - displayWidth(cut)
      let isTrailing = columns[index].alignment == .trailing
      if isTrailing { blanks += room }
      if !cut.isEmpty {
        text += String(repeating: " ", count: blanks) + screen.paint(cut, cell.ink)
        blanks = 0
      }
      blanks += Self.gap + (isTrailing ? 0 : room)
    }
    return text + "\n"
  }

  /// Natural widths, the widest text column made smaller until the row fits or nothing is left to cut.
  private func columnWidths(within width: Int) -> [Int] {
    var widths = columns.indices.map { index in
      rows.reduce(displayWidth(columns[index].title)) { max($0, displayWidth($1[index].text)) }
    }
    var excess = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1) - width
    let flexible = columns.indices.filter { columns[$0].alignment == .leading }
    while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }) {
      if widths[widest] <= Self.narrowestCut { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }
}
