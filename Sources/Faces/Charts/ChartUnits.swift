import Documents

/// A unit to show numbers in: shown = base · `perBase`.
struct ShownUnit: Equatable {
  var name: String
  var perBase: Double

  /// The unit of time in which a span of seconds is a number of handy size.
  static func time(for seconds: Double) -> ShownUnit {
    switch seconds {
    case 600...: ShownUnit(name: "min", perBase: 1 / 60.0)
    case 2...: ShownUnit(name: "s", perBase: 1)
    case 1e-3...: ShownUnit(name: "ms", perBase: 1e3)
    default: ShownUnit(name: "µs", perBase: 1e6)
    }
  }

  /// The binary unit in which a number of bytes is of handy size.
  static func bytes(for bytes: Double) -> ShownUnit {
    switch bytes {
    case 0x1p40...: ShownUnit(name: "TiB", perBase: 0x1p-40)
    case 0x1p30...: ShownUnit(name: "GiB", perBase: 0x1p-30)
    case 0x1p20...: ShownUnit(name: "MiB", perBase: 0x1p-20)
    case 0x1p10...: ShownUnit(name: "KiB", perBase: 0x1p-10)
    default: ShownUnit(name: "B", perBase: 1)
    }
  }

  /// A value of the base unit as text with its unit, at most one decimal.
  func text(_ base: Double) -> String {
    let tenths = (base * perBase * 10).rounded()
    guard tenths.magnitude < 1e15 else { return "\(base * perBase) \(name)" }
    let whole = Int64(tenths) / 10
    let rest = Int64(tenths.magnitude) % 10
    return rest == 0 ? "\(whole) \(name)" : "\(whole).\(rest) \(name)"
  }
}

extension OutputValue {
  /// A real, or null where it is not finite; Vega-Lite leaves nulls out.
  static func number(_ value: Double) -> OutputValue { value.isFinite ? .real(value) : .null }

  /// The object with the other's fields after its own.
  func adding(_ fields: OutputValue) -> OutputValue {
    guard case .object(let own) = self, case .object(let more) = fields else { return self }
    return .object(own + more)
  }
}
