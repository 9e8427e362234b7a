/// A number's decimal digits, to be rounded and laid out as text.
///
///     |value| = 0.d₁d₂d₃… · 10^exponent
///
/// The digits are those of the shortest decimal that reads back as the same `Double`, which is also what
/// the JSON documents print; so a rounded figure on screen always agrees with the figure in the file.
/// Halves round away from zero: 2.675 to two decimals is 2.68.
struct DecimalDigits {
  private(set) var digits: [UInt8]
  private(set) var exponent: Int
  let isNegative: Bool

  /// - Precondition: `value` is finite.
  init(_ value: Double) {
    precondition(value.isFinite, "only finite numbers can be printed")
    isNegative = value < 0
    digits = []
    exponent = 0
    var hasPoint = false
    let text = value.magnitude.description.utf8
    for (offset, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "."): hasPoint = true
      case UInt8(ascii: "e"):
        exponent += Int(String(decoding: Array(text)[(offset + 1)...], as: UTF8.self))!
        stripZeros()
        return
      default:
        digits.append(byte - UInt8(ascii: "0"))
        if !hasPoint { exponent += 1 }
      }
    }
    stripZeros()
  }

  var isZero: Bool { digits.isEmpty }

  /// Rounds to `count` significant digits.
  mutating func round(toSignificant count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      return
    }
    let roundsUp = digits[count] >= 5
    digits.removeSubrange(count...)
    if roundsUp {
      var index = count - 1
      while index >= 0, digits[index] == 9 {
        digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        digits[index] += 1
      } else {
        digits.insert(1, at: 0)
        exponent += 1
      }
    }
    stripZeros()
  }

  /// Rounds to `count` digits after the decimal point.
  mutating func round(toDecimals count: Int) { round(toSignificant: exponent + count) }

  /// Multiplies by a power of ten so that `wholeDigits` digits stand before the point.
  mutating func movePoint(to wholeDigits: Int) { exponent = wholeDigits }

  /// `-1,234.50` with exactly `decimals` digits after the point; further digits are cut, not rounded.
  func text(decimals: Int, separator: String = "") -> String {
    var whole = ""
    for position in 0..<max(1, exponent) {
      let left = max(1, exponent) - position
      if position > 0, left % 3 == 0 { whole += separator }
      whole += digit(exponent > 0 ? position : -1)
    }
    var text = isNegative && !isZero ? "-" + whole : whole
    if decimals > 0 {
      text += "."
      for position in 0..<decimals { text += digit(exponent + position) }
    }
    return text
  }

  private func digit(_ index: Int) -> String {
    digits.indices.contains(index) ? String(digits[index]) : "0"
  }

  private mutating func stripZeros() {
    while digits.last == 0 { digits.removeLast() }
    let leading = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leading)
    exponent = digits.isEmpty ? 0 : exponent - leading
  }
}
