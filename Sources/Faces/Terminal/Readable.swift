/// Numbers as people read them: rounded to the digits that matter, the same text on every machine.
///
/// Rounding is of the shortest decimal that stands for the number, halves away from zero. Every function
/// traps on NaN and infinities: a report that would print one is wrong already.
public enum Readable {
  /// A number with a fixed count of decimals: `fixed(1234.5, decimals: 2)` is `1,234.50`.
  ///
  /// - Parameter separator: between groups of three digits before the point.
  public static func fixed(_ value: Double, decimals: Int, separator: String = ",") -> String {
    var digits = DecimalDigits(value)
    digits.round(toDecimals: decimals)
    return digits.text(decimals: decimals, separator: separator)
  }

  /// A number with at least `significant` digits, all of those before the point kept:
  /// `0.01235`, `1.235`, `123.5`, `123,457`.
  ///
  /// Below 10⁻⁶ and from 10¹⁵ on it is written as `1.235e-7`.
  public static func number(_ value: Double, significant: Int = 4, separator: String = ",") -> String {
    var digits = DecimalDigits(value)
    if digits.isZero { return "0" }
    digits.round(toSignificant: max(significant, digits.exponent))
    guard (-5...15).contains(digits.exponent) else { return scientific(value, significant: significant) }
    return digits.text(decimals: max(0, significant - digits.exponent), separator: separator)
  }

  /// A whole number in groups of three digits: `1,234,567`.
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0, (digits.count - offset) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A share of one as a percentage: `percent(0.4231)` is `42.3 %`.
  public static func percent(_ share: Double, decimals: Int = 1) -> String {
    fixed(share * 100, decimals: decimals) + " %"
  }

  private static func scientific(_ value: Double, significant: Int) -> String {
    var digits = DecimalDigits(value)
    digits.round(toSignificant: significant)
    let exponent = digits.exponent - 1
    digits.movePoint(to: 1)
    return "\(digits.text(decimals: significant - 1))e\(exponent)"
  }
}
