import Diagnostics
import Quantities

/// Lines of fields, each field with the place where it stands.
package struct DelimitedText {
  package struct Field {
    package var text: String
    package var location: SourceLocation

    package init(text: String, location: SourceLocation) {
      self.text = text
      self.location = location
    }
  }

  /// Lines that hold anything, but for those that start with `#`.
  package private(set) var lines: [[Field]] = []

  /// - Parameter separator: what stands between fields; nil for blanks.
  package init(_ text: String, file: String, separator: Character?) {
    var text = text[...]
    if text.first == "\u{FEFF}" { text.removeFirst() }
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      var fields: [Field] = []
      var current = ""
      var start = 1
      func close() {
        let blanks = current.prefix { $0.isWhitespace }.count
        let trimmed = current.trimmingSpaces
        if separator == nil && trimmed.isEmpty { return }
        fields.append(
          Field(
            text: trimmed, location: SourceLocation(file: file, line: number + 1, column: start + blanks)))
      }
      for (offset, character) in line.enumerated() {
        if character == separator || (separator == nil && character.isWhitespace) {
          close()
          current = ""
          start = offset + 2
        } else {
          current.append(character)
        }
      }
      close()
      guard let first = fields.first, !first.text.hasPrefix("#") else { continue }
      if fields.count == 1 && first.text.isEmpty { continue }
      lines.append(fields)
    }
  }
}

extension DelimitedText.Field {
  /// A quantity with its unit, in the base unit of the dimension, in a range.
  package func quantity(
    _ dimension: Dimension, zeroAllowed: Bool = false, _ findings: inout Diagnostics
  ) -> Double? {
    do {
      let value = try parseQuantity(text, as: dimension)
      if value > 0 || (zeroAllowed && value == 0), value < 1e18 { return value }
      let least = zeroAllowed ? "zero or more" : "more than zero"
      findings.report(.outOfRange(value: text, allowed: least), at: location)
    } catch {
      let problem: Problem =
        switch error {
        case .notANumber(let text): .notANumber(text)
        case .missingUnit(let text): .missingUnit(text)
        case .unknownUnit(let unit): .unknownUnit(unit)
        }
      findings.report(problem, at: location, mend: "write it like \(dimension.example)")
    }
    return nil
  }

  /// A plain number.
  package func number(_ range: ClosedRange<Double>, _ allowed: String, _ findings: inout Diagnostics)
    -> Double?
  {
    guard let value = Double(text) else {
      findings.report(.notANumber(text), at: location)
      return nil
    }
    if range.contains(value) { return value }
    findings.report(.outOfRange(value: text, allowed: allowed), at: location)
    return nil
  }
}
