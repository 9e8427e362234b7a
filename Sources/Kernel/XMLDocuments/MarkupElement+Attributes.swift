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

  /// Reports attributes whose name is nearly one of those that are read and absent. Others are passed over:
  /// writers of newer versions add theirs.
  package func refuseNearMisses(of known: [String], _ findings: inout Diagnostics) {
    let absent = known.filter { self[$0] == nil }
    for attribute in attributes where !known.contains(attribute.name) {
      guard let nearest = nearestName(to: attribute.name, in: absent) else { continue }
      findings.report(
        .unknownKey(attribute.name), at: attribute.location, mend: "did you mean '\(nearest)'?")
    }
  }
}

extension MarkupAttribute {
  /// The value in quotes, cut where it is long, for "expected …, found …".
  package var quoted: String { value.count <= 60 ? "'\(value)'" : "'\(value.prefix(60))…'" }
}
