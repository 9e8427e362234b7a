/// What a quantity with a unit measures, and the units that are accepted for it.
///
/// Units are case-sensitive where case carries meaning: `b` is bits, `B` is bytes, `G` is 10⁹ and
/// `Gi` is 2³⁰. Base units: bytes, bytes per second, seconds, FLOP/s, FLOP, watts.
public enum Dimension: String, Sendable, CaseIterable {
  case bytes, bandwidth, duration, floatingPointRate, floatingPointCount, power

  /// Units of this dimension with their size in the base unit, largest last.
  public var units: [(name: String, scale: Double)] {
    switch self {
    case .bytes:
      [
        ("B", 1), ("kB", 1e3), ("KB", 1e3), ("KiB", 0x1p10), ("MB", 1e6), ("MiB", 0x1p20), ("GB", 1e9),
        ("GiB", 0x1p30), ("TB", 1e12), ("TiB", 0x1p40), ("PB", 1e15), ("PiB", 0x1p50),
      ]
    case .bandwidth:
      [
        ("b/s", 0.125), ("kb/s", 125), ("Mb/s", 125e3), ("Gb/s", 125e6), ("Tb/s", 125e9), ("B/s", 1),
        ("kB/s", 1e3), ("MB/s", 1e6), ("MiB/s", 0x1p20), ("GB/s", 1e9), ("GiB/s", 0x1p30), ("TB/s", 1e12),
      ]
    case .duration:
      [
        ("ps", 1e-12), ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60),
        ("h", 3600), ("d", 86400),
      ]
    case .floatingPointRate:
      [("FLOP/s", 1), ("MFLOP/s", 1e6), ("GFLOP/s", 1e9), ("TFLOP/s", 1e12), ("PFLOP/s", 1e15)]
    case .floatingPointCount:
      [("FLOP", 1), ("MFLOP", 1e6), ("GFLOP", 1e9), ("TFLOP", 1e12), ("PFLOP", 1e15)]
    case .power: [("W", 1), ("kW", 1e3), ("MW", 1e6)]
    }
  }

  /// An example that an error message can offer.
  public var example: String {
    switch self {
    case .bytes: "80 GiB"
    case .bandwidth: "400 Gb/s"
    case .duration: "2 us"
    case .floatingPointRate: "312 TFLOP/s"
    case .floatingPointCount: "8.2 GFLOP"
    case .power: "400 W"
    }
  }
}

/// Why a text is not a quantity.
public enum UnitProblem: Error, Equatable, Sendable {
  case notANumber(String)
  case missingUnit(String)
  case unknownUnit(String)
}

/// Reads "80 GiB" as a number in the dimension's base unit.
///
/// Digits may be grouped by underscores.
///
/// - Returns: the value in bytes, bytes per second, seconds, FLOP/s, FLOP or watts; infinite where the
///   number is finite but its size in the base unit is not.
/// - Throws: `UnitProblem` naming the part that could not be read.
public func parseQuantity(_ text: String, as dimension: Dimension) throws(UnitProblem) -> Double {
  let trimmed = text.trimmingSpaces
  let numberEnd =
    trimmed.firstIndex { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "+" || $0 == "_")) }
    ?? trimmed.endIndex
  var split = numberEnd
  // An exponent belongs to the number only when a digit or sign follows the letter.
  if split < trimmed.endIndex, trimmed[split] == "e" || trimmed[split] == "E" {
    let rest = trimmed[trimmed.index(after: split)...]
    let digits = rest.drop { $0 == "-" || $0 == "+" }.prefix { $0.isASCII && $0.isNumber }
    if !digits.isEmpty { split = digits.endIndex }
  }
  let digits = trimmed[..<split].filter { $0 != "_" }
  guard let value = Double(digits), value.isFinite else { throw .notANumber(text) }
  // The Greek mu and the micro sign look alike.
  let unit = String(String(trimmed[split...]).trimmingSpaces.map { $0 == "\u{3BC}" ? "\u{B5}" : $0 })
  if unit.isEmpty { throw .missingUnit(text) }
  guard let scale = dimension.units.first(where: { $0.name == unit })?.scale else { throw .unknownUnit(unit) }
  return value * scale
}

extension String {
  /// The text without leading and trailing blanks.
  package var trimmingSpaces: String {
    var part = self[...]
    while let first = part.first, first.isWhitespace { part.removeFirst() }
    while let last = part.last, last.isWhitespace { part.removeLast() }
    return String(part)
  }
}
