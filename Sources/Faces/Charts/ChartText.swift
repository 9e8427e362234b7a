/// Labels come from documents that anyone may write: what cannot stand in a picture is taken out here.
enum ChartText {
  /// The label on one line: control characters and non-characters (not allowed in SVG) become blanks.
  static func clean(_ label: String) -> String {
    var text = ""
    for scalar in label.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isForbidden = scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
      let isLineBreak = scalar.value == 0x2028 || scalar.value == 0x2029
      text.unicodeScalars.append(isControl || isForbidden || isLineBreak ? " " : scalar)
    }
    return text
  }

  /// Cleaned labels of which no two are equal: a second "a" becomes "a (2)", so that bars of equal
  /// names stay apart.
  static func distinct(_ labels: [String]) -> [String] {
    var taken: Set<String> = []
    return labels.map { label in
      let base = clean(label)
      var candidate = base
      var number = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(base) (\(number))"
        number += 1
      }
      return candidate
    }
  }

  /// The label cut to a number of characters, its end replaced by an ellipsis.
  static func shortened(_ label: String, to limit: Int) -> String {
    label.count <= limit ? label : label.prefix(limit - 1) + "…"
  }

  /// A quantity with its unit; the quantity is cut where it is long, the unit never.
  static func axisTitle(_ quantity: String, _ unit: String) -> String {
    let unit = clean(unit)
    return shortened(clean(quantity), to: 34) + (unit.isEmpty ? "" : " (\(unit))")
  }

  /// A name as it stands after another word: "Step time" begins small, "MFU" does not.
  static func withinSentence(_ name: String) -> String {
    let initial = name.prefix(1)
    return name.dropFirst().first?.isLowercase == true ? initial.lowercased() + name.dropFirst() : name
  }

  /// Labels without what all of them begin with, where one is longer than `limit`; cut to that length.
  static func compact(_ labels: [String], limit: Int) -> [String] {
    guard let first = labels.first, labels.count > 1, labels.contains(where: { $0.count > limit }) else {
      return labels
    }
    var shared = first[...]
    for label in labels { while !label.hasPrefix(shared) { shared.removeLast() } }
    // A number is kept whole: node-10 and node-11 differ by 10 and 11.
    while shared.last?.isNumber == true { shared.removeLast() }
    return labels.map { shortened(String($0.dropFirst(shared.count)), to: limit) }
  }

  /// Cleaned text broken at blanks into as few lines of at most `limit` characters as it takes, of about
  /// equal length; three lines at most.
  static func lines(_ text: String, limit: Int) -> [String] {
    let words = clean(text).split(separator: " ").map(String.init)
    var lines = broken(words, limit: limit)
    if lines.count > 3 { return lines.prefix(2) + [shortened(lines[2] + " …", to: limit)] }
    var narrower = limit - 1
    while lines.count > 1, narrower > 0 {
      let candidate = broken(words, limit: narrower)
      guard candidate.count == lines.count, !words.contains(where: { $0.count > narrower }) else { break }
      lines = candidate
      narrower -= 1
    }
    return lines
  }

  private static func broken(_ words: [String], limit: Int) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + 1 + word.count <= limit {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(shortened(word, to: limit))
      }
    }
    return lines
  }
}
