/// Labelled horizontal bars: where the time of a step goes, or what fills a memory.
///
///     compute        ███████████████████████▌           71.2 %   1.234 s
///     communication  ██████                             18.3 %   317.0 ms
public struct BarChart: Sendable {
  public struct Bar: Sendable {
    var label: String
    var value: Double
    var text: String
    var ink: Ink?

    /// - Parameters:
    ///   - value: ≥ 0 and finite.
    ///   - text: the value as it is to be read, behind the bar.
    public init(_ label: String, _ value: Double, _ text: String, ink: Ink? = nil) {
      precondition(value >= 0 && value.isFinite, "a bar is as long as a finite value that is not negative")
      self.label = label
      self.value = value
      self.text = text
      self.ink = ink
    }
  }

  /// What a full bar stands for.
  public enum Scale: Sendable {
    /// The largest bar.
    case largest
    /// All bars together; each then shows its share.
    case sum
    /// A given value, a capacity for instance; each bar shows its share of it and stops at the full width.
    case whole(Double)
  }

  private var bars: [Bar]
  private var scale: Scale

  public init(_ bars: [Bar], scale: Scale = .sum) {
    self.bars = bars
    self.scale = scale
  }

  /// One line per bar, in the order given.
  public func text(on screen: Screen = .plain) -> String {
    let full = fullValue
    let labelWidth = min(bars.reduce(0) { max($0, displayWidth($1.label)) }, screen.width / 3)
    let shares = bars.map { showsShare ? Readable.percent(full > 0 ? $0.value / full : 0) : "" }
    let shareWidth = shares.reduce(0) { max($0, displayWidth($1)) }
    let textWidth = bars.reduce(0) { max($0, displayWidth($1.text)) }
    let columns = [labelWidth, shareWidth, textWidth].filter { $0 > 0 }
    let barWidth = max(5, screen.width - columns.reduce(0) { $0 + $1 + 2 })
    var text = ""
    for (bar, share) in zip(bars, shares) {
      let label = truncated(bar.label, to: labelWidth, glyphs: screen.glyphs)
      let filled = barText(full > 0 ? bar.value / full : 0, width: barWidth, glyphs: screen.glyphs)
      var line = padded(label, to: labelWidth) + "  " + screen.paint(filled, bar.ink)
      line += String(repeating: " ", count: barWidth - displayWidth(filled))
      if shareWidth > 0 { line += "  " + padded(share, to: shareWidth, .trailing) }
      if textWidth > 0 { line += "  " + padded(bar.text, to: textWidth, .trailing) }
      text += withoutTrailingBlanks(line) + "\n"
    }
    return text
  }

  private var showsShare: Bool {
    if case .largest = scale { return false }
    return true
  }

  private var fullValue: Double {
    switch scale {
    case .largest: bars.reduce(0) { max($0, $1.value) }
    case .sum: bars.reduce(0) { $0 + $1.value }
    case .whole(let value): value
    }
  }
}

/// A bar filled to a share of its width, to the nearest step of a cell; anything above nothing shows.
func barText(_ share: Double, width: Int, glyphs: Glyphs) -> String {
  let steps = glyphs.cells.count
  var filled = Int((min(1, max(0, share)) * Double(width * steps)).rounded())
  if share > 0 { filled = max(1, filled) }
  let whole = String(repeating: glyphs.cells[steps - 1], count: filled / steps)
  return filled % steps == 0 ? whole : whole + glyphs.cells[filled % steps - 1]
}
