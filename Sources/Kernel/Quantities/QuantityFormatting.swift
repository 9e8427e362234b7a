/// A quantity as text with the unit that makes it shortest, such that it reads back to the same value.
///
/// - Parameter value: bytes, bytes per second, seconds, FLOP/s, FLOP or watts, as `parseQuantity` gives it.
/// - Precondition: `value` is finite.
public func quantityText(_ value: Double, as dimension: Dimension) -> String {
  precondition(value.isFinite, "a quantity is finite")
  var best = "\(numberText(value)) \(dimension.baseUnit)"
  for unit in dimension.units {
    let text = "\(numberText(value / unit.scale)) \(unit.name)"
    guard cost(of: text) < cost(of: best), (try? parseQuantity(text, as: dimension)) == value else {
      continue
    }
    best = text
  }
  return best
}

/// Letters, an exponent weighing more than any unit that avoids it.
private func cost(of text: String) -> Int { text.count + (text.contains("e") ? 20 : 0) }

extension Dimension {
  /// The unit of scale 1.
  public var baseUnit: String {
    switch self {
    case .bytes: "B"
    case .bandwidth: "B/s"
    case .duration: "s"
    case .floatingPointRate: "FLOP/s"
    case .floatingPointCount: "FLOP"
    case .power: "W"
    }
  }
}

/// The shortest decimal that reads back to the same value, whole numbers without a point.
private func numberText(_ value: Double) -> String {
  if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
  return value.description
}
