import Diagnostics

/// Units of rates as ns-3's `DataRate` reads them, in bits per second.
let dataRateUnits: [(name: String, scale: Double)] = {
  var units: [(String, Double)] = []
  let prefixes: [(String, Double)] = [
    ("", 1), ("k", 1e3), ("K", 1e3), ("Ki", 0x1p10), ("M", 1e6), ("Mi", 0x1p20), ("G", 1e9), ("Gi", 0x1p30),
  ]
  for (prefix, scale) in prefixes {
    for (unit, bits) in [("bps", 1.0), ("b/s", 1), ("Bps", 8), ("B/s", 8)] {
      units.append((prefix + unit, scale * bits))
    }
  }
  return units
}()

/// Units of delays as ns-3's `Time` reads them, in seconds.
let timeUnits: [(name: String, scale: Double)] = [
  ("s", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("ps", 1e-12), ("fs", 1e-15), ("min", 60), ("h", 3600),
]

extension DelimitedText.Field {
  /// A number with its unit behind it, without a blank, such as `900Gbps`.
  func networkSimulatorValue(
    _ units: [(name: String, scale: Double)], _ example: String, _ range: ClosedRange<Double>,
    _ findings: inout Diagnostics
  ) -> Double? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || ".+-".contains($0)) }
    let unit = text[digits.endIndex...]
    let mend = "write it like \(example)"
    guard let value = Double(digits) else {
      findings.report(.notANumber(text), at: location, mend: mend)
      return nil
    }
    guard !unit.isEmpty else {
      findings.report(.missingUnit(text), at: location, mend: mend)
      return nil
    }
    guard let scale = units.first(where: { $0.name == unit })?.scale else {
      findings.report(.unknownUnit(String(unit)), at: location, mend: mend)
      return nil
    }
    if range.contains(value * scale) { return value * scale }
    findings.report(
      .outOfRange(value: text, allowed: range.lowerBound > 0 ? "more than zero" : "0 to 1 h"), at: location)
    return nil
  }
}
