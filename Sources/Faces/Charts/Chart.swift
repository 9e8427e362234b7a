import Documents

/// A picture as data: what it shows in plain numbers, and its Vega-Lite specification.
///
/// Conforming types hold numbers whose names carry the unit, and nothing of the simulator's types.
public protocol Chart: Sendable {
  /// The Vega-Lite v5 document, the same bytes for equal inputs; `nil` where there is nothing to draw.
  func specification(width: ChartWidth) -> OutputValue?
}

extension Chart {
  /// The specification at the width of one column.
  public func specification() -> OutputValue? { specification(width: .column) }
}

/// How wide a chart is printed; text is 8 pt or more at that width.
public enum ChartWidth: Sendable, CaseIterable {
  /// One column of a two-column paper, 84 mm (3.3 in).
  case column
  /// The width of a page's text, 173 mm (6.8 in).
  case page

  /// Pixels of the whole picture. Both widths give 97 pixels to the inch, so 11 px print as 8.2 pt.
  public var pixels: Int {
    switch self {
    case .column: 320
    case .page: 660
    }
  }
}
