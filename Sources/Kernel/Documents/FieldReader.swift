import Diagnostics
import Quantities

/// Collects what is wrong while a document is read, so that all of it is reported at once.
package final class Findings {
  package var diagnostics = Diagnostics()
  package init() {}
}

/// Reads the fields of one mapping and remembers which keys were asked for.
///
/// Every getter returns `nil` where the key is absent or its value is unusable; the latter is
/// reported. `finish()` reports the keys that nobody asked for, with the nearest known one.
package struct FieldReader {
  package let node: DocumentNode
  package let findings: Findings
  private var known: [String] = []

  package init(_ node: DocumentNode, _ findings: Findings) {
    self.node = node
    self.findings = findings
    if node.entries == nil { report(.wrongType(expected: "a mapping", found: node.kindName), node) }
  }

  package func report(_ problem: Problem, _ node: DocumentNode, mend: String? = nil) {
    findings.diagnostics.report(problem, at: node.location, mend: mend)
  }

  /// The value under `key`; `null` counts as absent.
  package mutating func value(_ key: String) -> DocumentNode? {
    known.append(key)
    guard let value = node[key] else { return nil }
    if case .null = value.content { return nil }
    return value
  }

  package mutating func text(_ key: String) -> String? {
    guard let value = value(key) else { return nil }
    return FieldReader.text(of: value, findings)
  }

  package static func text(of value: DocumentNode, _ findings: Findings) -> String? {
    switch value.content {
    case .string(let text): return text
    case .integer(let number): return String(number)
    default:
      findings.diagnostics.report(.wrongType(expected: "a text", found: value.kindName), at: value.location)
      return nil
    }
  }

  package mutating func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if case .bool(let flag) = value.content { return flag }
    report(.wrongType(expected: "true or false", found: value.kindName), value)
    return nil
  }

  package mutating func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .integer(let number) = value.content else {
      report(.wrongType(expected: "a whole number", found: value.kindName), value)
      return nil
    }
    guard let whole = Int(exactly: number), range.contains(whole) else {
      report(
        .outOfRange(value: String(number), allowed: "\(range.lowerBound) to \(range.upperBound)"), value)
      return nil
    }
    return whole
  }

  /// A plain number without a unit, such as an efficiency or a count given as 9.4e9.
  package mutating func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    guard let value = value(key) else { return nil }
    return FieldReader.number(of: value, range, findings)
  }

  package static func number(
    of value: DocumentNode, _ range: ClosedRange<Double>, _ findings: Findings
  ) -> Double? {
    let number: Double
    switch value.content {
    case .integer(let whole): number = Double(whole)
    case .real(let real): number = real
    default:
      findings.diagnostics.report(.wrongType(expected: "a number", found: value.kindName), at: value.location)
      return nil
    }
    guard range.contains(number) else {
      findings.diagnostics.report(
        .outOfRange(value: "\(number)", allowed: "\(range.lowerBound) to \(range.upperBound)"),
        at: value.location)
      return nil
    }
    return number
  }

  /// A quantity with its unit, positive, in the base unit of the dimension.
  package mutating func quantity(_ key: String, _ dimension: Dimension) -> Double? {
    guard let value = value(key) else { return nil }
    return FieldReader.quantity(of: value, dimension, findings)
  }

  package static func quantity(of value: DocumentNode, _ dimension: Dimension, _ findings: Findings)
    -> Double?
  {
    let text: String
    switch value.content {
    case .string(let string): text = string
    case .integer(let number): text = String(number)
    case .real(let number): text = String(number)
    default:
      findings.diagnostics.report(
        .wrongType(expected: "a quantity with its unit", found: value.kindName), at: value.location,
        mend: "write it like \(dimension.example)")
      return nil
    }
    do {
      let number = try parseQuantity(text, as: dimension)
      if number > 0, number < 1e18 { return number }
      findings.diagnostics.report(
        .outOfRange(value: text, allowed: "more than zero and at most 10^18 base units"), at: value.location)
    } catch {
      let problem: Problem =
        switch error {
        case .notANumber(let text): .notANumber(text)
        case .missingUnit(let text): .missingUnit(text)
        case .unknownUnit(let unit): .unknownUnit(unit)
        }
      findings.diagnostics.report(problem, at: value.location, mend: "write it like \(dimension.example)")
    }
    return nil
  }

  /// One of the raw values of an enumeration.
  package mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let value = value(key), let text = FieldReader.text(of: value, findings) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let names = Choice.allCases.map(\.rawValue)
    let mend = nearestName(to: text, in: names).map { "did you mean '\($0)'?" }
    report(
      .unknownName(kind: key, name: text), value,
      mend: mend ?? "use one of \(names.joined(separator: ", "))")
    return nil
  }

  package mutating func list(_ key: String) -> [DocumentNode]? {
    guard let value = value(key) else { return nil }
    if case .sequence(let items) = value.content { return items }
    report(.wrongType(expected: "a list", found: value.kindName), value)
    return nil
  }

  package mutating func texts(_ key: String) -> [String] {
    (list(key) ?? []).compactMap { FieldReader.text(of: $0, findings) }
  }

  /// A reader of the mapping under `key`.
  package mutating func child(_ key: String) -> FieldReader? {
    value(key).map { FieldReader($0, findings) }
  }

  package func missing(_ key: String) {
    if node.entries != nil { report(.missingKey(key), node) }
  }

  /// Whether `key` is absent, for complaints about a key that is required.
  package func lacks(_ key: String) -> Bool { node[key] == nil }

  package func finish() {
    for entry in node.entries ?? [] where !known.contains(entry.key) {
      let nearest = nearestName(to: entry.key, in: known)
      findings.diagnostics.report(
        .unknownKey(entry.key), at: entry.keyLocation, mend: nearest.map { "did you mean '\($0)'?" })
    }
  }
}
