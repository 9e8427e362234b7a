extension Readable {
  /// A span of time: `0 s`, `2.000 µs`, `1.234 ms`, `59.99 s`, `2 min 05 s`, `3 h 07 min`, `12 d 4 h`.
  ///
  /// Four significant digits under a minute; above, the two largest units, rounded to the smaller.
  public static func seconds(_ value: Double) -> String {
    let size = value.magnitude
    let sign = value < 0 ? "-" : ""
    if size < 59.995 {
      return prefixed(value, unit: "s", from: smallPrefixes, significant: 4)
    }
    if size < 3599.5 { return sign + pair(wholeUnits(size, of: 1), per: 60, "min", "s") }
    if size < 86370 { return sign + pair(wholeUnits(size, of: 60), per: 60, "h", "min") }
    return sign + pair(wholeUnits(size, of: 3600), per: 24, "d", "h")
  }

  /// An amount of memory in powers of 1024: `512 B`, `12.3 GiB`, `1023 MiB`.
  public static func bytes(_ value: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var scaled = value
    var unit = 0
    while unit + 1 < units.count, scaled.magnitude >= (unit == 0 ? 1024 : 1023.5) {
      scaled /= 1024
      unit += 1
    }
    return "\(threeDigits(scaled, wholeOnly: unit == 0)) \(units[unit])"
  }

  public static func bytes(_ value: Int) -> String { bytes(Double(value)) }

  /// An amount with a decimal prefix, in three to four digits: `50.0 GB/s`, `312 TFLOP/s`, `1.98 PFLOP/s`.
  public static func metric(_ value: Double, unit: String) -> String {
    prefixed(value, unit: unit, from: smallPrefixes + largePrefixes, significant: 3)
  }

  /// A rate of countable things: `12,345 tokens/s`, `0.8125 steps/s`.
  public static func rate(_ value: Double, of things: String) -> String {
    "\(number(value, significant: 4)) \(things)/s"
  }

  private static let smallPrefixes: [(name: String, scale: Double)] = [
    ("p", 1e-12), ("n", 1e-9), ("µ", 1e-6), ("m", 1e-3), ("", 1),
  ]
  private static let largePrefixes: [(name: String, scale: Double)] = [
    ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18),
  ]

  /// The largest prefix that leaves at least 1 after rounding; the smallest if none does.
  private static func prefixed(
    _ value: Double, unit: String, from prefixes: [(name: String, scale: Double)], significant: Int
  ) -> String {
    if value == 0 { return "0 \(unit)" }
    // 999.95 of one prefix rounds to 1.000 of the next in four digits, 999.5 in three.
    let reach = significant == 4 ? 0.99995 : 0.9995
    let prefix = prefixes.last { value.magnitude >= reach * $0.scale } ?? prefixes[0]
    let scaled = value / prefix.scale
    let wholeDigits = scaled.magnitude < 0.1 * reach ? 0 : integerDigits(of: scaled, significant: significant)
    let decimals = max(0, significant - max(1, wholeDigits))
    return "\(fixed(scaled, decimals: decimals)) \(prefix.name)\(unit)"
  }

  private static func integerDigits(of value: Double, significant: Int) -> Int {
    var digits = DecimalDigits(value)
    digits.round(toSignificant: significant)
    return digits.exponent
  }

  private static func threeDigits(_ value: Double, wholeOnly: Bool) -> String {
    if wholeOnly { return fixed(value, decimals: value == value.rounded() ? 0 : 1, separator: "") }
    return fixed(value, decimals: max(0, 3 - integerDigits(of: value, significant: 3)), separator: "")
  }

  private static func wholeUnits(_ seconds: Double, of unit: Double) -> Double {
    (seconds / unit).rounded(.toNearestOrAwayFromZero)
  }

  /// `units` small ones as large and small: 125 s per 60 is `2 min 05 s`.
  private static func pair(_ units: Double, per ratio: Double, _ large: String, _ small: String) -> String {
    let whole = (units / ratio).rounded(.down)
    let rest = fixed(units - whole * ratio, decimals: 0)
    let padded = ratio == 60 && rest.count == 1 ? "0" + rest : rest
    return "\(fixed(whole, decimals: 0)) \(large) \(padded) \(small)"
  }
}
