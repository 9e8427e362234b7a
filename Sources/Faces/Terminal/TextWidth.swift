/// The columns a text takes in a terminal: wide East Asian characters and emoji two, combining marks none.
///
/// - Source: the Wide ranges of Unicode TR11 that occur in practice, by block.
public func displayWidth(_ text: String) -> Int {
  text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  switch scalar.value {
  case 0x20..<0x7F: return 1
  case 0..<0x20, 0x7F..<0xA0, 0x300..<0x370, 0x200B..<0x2010, 0xFE00..<0xFE10: return 0
  case 0x1100..<0x1160, 0x2E80..<0xA4D0, 0xAC00..<0xD7A4, 0xF900..<0xFB00, 0xFE30..<0xFE70,
    0xFF00..<0xFF61, 0xFFE0..<0xFFE7, 0x1F300..<0x1F650, 0x1F680..<0x1F700, 0x1F900..<0x1FA00,
    0x20000..<0x3FFFE:
    return 2
  default: return 1
  }
}

/// The text cut to `width` columns, the cut marked by an ellipsis.
public func truncated(_ text: String, to width: Int, glyphs: Glyphs = .unicode) -> String {
  if displayWidth(text) <= width { return text }
  if width <= 0 { return "" }
  var kept = ""
  var room = width - 1
  for character in text {
    room -= displayWidth(character)
    if room < 0 { break }
    kept.append(character)
  }
  return kept + glyphs.ellipsis
}

/// The text in at most `width` columns, an ellipsis in place of its middle where it is longer.
public func truncatedInside(_ text: String, to width: Int, glyphs: Glyphs = .unicode) -> String {
  if displayWidth(text) <= width || width < 3 { return truncated(text, to: width, glyphs: glyphs) }
  var tail: [Character] = []
  var room = (width - 1) / 2
  for character in text.reversed() {
    room -= displayWidth(character)
    if room < 0 { break }
    tail.append(character)
  }
  let end = String(tail.reversed())
  return truncated(text, to: width - displayWidth(end), glyphs: glyphs) + end
}

/// Where a text stands in a wider field.
public enum Alignment: Sendable { case leading, trailing }

func padded(_ text: String, to width: Int, _ alignment: Alignment = .leading) -> String {
  let blanks = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return alignment == .leading ? text + blanks : blanks + text
}

/// The text broken at blanks into lines of at most `width` columns; a longer word has a line of its own.
///
/// Line breaks in the text are kept, and so are blanks at the start of a line.
public func wrapped(_ text: String, to width: Int) -> [String] {
  text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph in
    var lines: [String] = []
    var line = String(paragraph.prefix { $0 == " " })
    var isEmpty = true
    for word in paragraph.split(separator: " ") {
      if !isEmpty, displayWidth(line) + 1 + displayWidth(String(word)) > width {
        lines.append(line)
        line = String(word)
      } else {
        line += isEmpty ? String(word) : " " + word
      }
      isEmpty = false
    }
    return lines + [line]
  }
}
