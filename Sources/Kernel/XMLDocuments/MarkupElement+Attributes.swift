import Diagnostics

/// Typed values of attributes. Each is nil where the attribute is absent or its value is unusable; the latter
/// is reported.
extension MarkupElement {
  package func text(_ name: String) -> String? { self[name]?.value }

  package func integer(
    _ name: String, _ range: ClosedRange<Int>, _ findings: inout Diagnostics
  ) -> Int? {
    guard let attribute = self[name] else { return nil }
    guard let value = Int(attribute.value) else {
      findings.report(
        .wrongType(expected: "a whole number", found: attribute.quoted), at: attribute.location)
      return nil
    }
    if range.contains(value) { return value }
    findings.report(
      .outOfRange(value: attribute.value, allowed: "\(range.lowerBound) to \(range.upperBound)"),
      at: attribute.location)
    return nil
  }

  package func number(
    _ name: String, _ range: ClosedRange<Double>, _ findings: inout Diagnostics
  ) -> Double? {
    guard let attribute = self[name] else { return nil }
    guard let value = Double(attribute.value) else {
      findings.report(.wrongType(expected: "a number", found: attribute.quoted), at: attribute.location)
      return nil
    }
    if range.contains(value) { return value }
    findings.report(
      .outOfRange(value: attribute.value, allowed: "\(range.lowerBound) to \(range.upperBound)"),
      at: attribute.location)
    return nil
  }

  /// The attribute of a name; its absence is reported.
  package func required(_ name: String, _ findings: inout Diagnostics) -> MarkupAttribute? {
    if let attribute = self[name] { return attribute }
    findings.report(
      .malformed(reason: "<\(self.name)> lacks its attribute '\(name)'"), at: location)
    return nil
  }

  /// Reports text inside the element, for formats that have none.
  package func refuseText(_ findings: inout Diagnostics) {
    if text.isEmpty { return }
    findings.report(
      .malformed(reason: "<\(name)> holds the text '\(text.prefix(40))', where none is read"), at: location)
  }
}

extension MarkupAttribute {
  /// The value in quotes, cut where it is long, for "expected …, found …".
  package var quoted: String { value.count <= 60 ? "'\(value)'" : "'\(value.prefix(60))…'" }
}
