import Documents
import TestSupport

extension SeededGenerator {
  private static let awkwardTexts = [
    "", " ", "yes", "No", "null", "~", "true", "007", "1_000", "1e3", ".5", "-", "- a", "a: b", "a #b", "#",
    "&a", "*a",
    "!t", "|", ">", "'", "\"", "\\", "%x", "@x", "`x", "{", "}", "[", "]", ",", "?", ": ", "<<", "---", "...",
    "a\nb",
    "\ta", "a ", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "µs", "é", "日本", "😀", "\r\n", "0x1F",
    "1:30", "=",
    "2024-01-01", "./results", ".inf", "on", "y", "GiB/s", "a, b", "+1", "\u{FFFF}", "\u{1}",
  ]

  mutating func text() -> String {
    if Bool.random(using: &self) { return Self.awkwardTexts.randomElement(using: &self)! }
    let letters = Array("abcXYZ019 _-:#'\"\\/,.{}[]&*!?|>%@`~=+\t\n\r\u{E9}\u{4E2D}\u{1F600}\u{9F}\u{2029}")
    let length = Int.random(in: 0...12, using: &self)
    return String((0..<length).map { _ in letters.randomElement(using: &self)! })
  }

  mutating func real() -> Double {
    while true {
      let value =
        Bool.random(using: &self) ? Double(bitPattern: next()) : Double.random(in: -1000...1000, using: &self)
      if value.isFinite { return value }
    }
  }

  mutating func value(depth: Int) -> OutputValue {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 9), using: &self) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &self))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &self))
    case 3: return .real(real())
    case 4: return .string(text())
    case 5, 6:
      let count = Int.random(in: 0...4, using: &self)
      return .list((0..<count).map { _ in value(depth: depth - 1) })
    default:
      var fields: [OutputValue.Field] = []
      for _ in 0..<Int.random(in: 0...4, using: &self) {
        let key = text()
        if !fields.contains(where: { $0.key == key }) { fields.append(.init(key, value(depth: depth - 1))) }
      }
      return .object(fields)
    }
  }
}
