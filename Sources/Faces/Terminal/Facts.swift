/// Named values one above the other, the values aligned.
///
///     Step time    1.234 ms
///     Throughput   12,345 tokens/s
///
/// A value longer than the line goes on below its start.
///
/// - Parameters:
///   - facts: name and value, in order.
///   - indent: blanks before every line.
public func factBlock(
  _ facts: [(name: String, value: String)], indent: Int = 0, on screen: Screen = .plain
) -> String {
  let nameWidth = facts.reduce(0) { max($0, displayWidth($1.name)) }
  let start = indent + nameWidth + 3
  var text = ""
  for fact in facts {
    let lines = wrapped(fact.value, to: max(20, screen.width - start))
    let name = String(repeating: " ", count: indent) + padded(fact.name, to: nameWidth)
    for (index, line) in lines.enumerated() {
      let lead = index == 0 ? name + "   " : String(repeating: " ", count: start)
      text += withoutTrailingBlanks(lead + line) + "\n"
    }
  }
  return text
}

/// A heading with a rule below it.
public func heading(_ title: String, on screen: Screen = .plain) -> String {
  let rule = String(repeating: screen.glyphs.rule, count: displayWidth(title))
  return screen.paint(title, .bold) + "\n" + screen.paint(rule, .faint) + "\n"
}

func withoutTrailingBlanks(_ text: String) -> String {
  var result = Substring(text)
  while result.hasSuffix(" ") { result.removeLast() }
  return String(result)
}
