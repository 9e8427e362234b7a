import Diagnostics
import Quantities

extension DocumentNode {
  /// Reads a quantity with its unit, such as "80 GiB".
  ///
  /// - Returns: the value in the dimension's base unit.
  /// - Throws: what is wrong with it, with the units that would do.
  public func quantity(as dimension: Dimension) throws(Diagnostic) -> Double {
    let units = dimension.units.map(\.name).joined(separator: ", ")
    let text: String
    switch content {
    case .string(let value): text = value
    case .integer(let value): text = String(value)
    case .real(let value): text = value.description
    default:
      throw Diagnostic(
        .wrongType(expected: "a quantity with a unit", found: kindName), at: location,
        mend: "write it like \(dimension.example)")
    }
    do {
      return try parseQuantity(text, as: dimension)
    } catch {
      switch error {
      case .notANumber(let text):
        throw Diagnostic(.notANumber(text), at: location, mend: "write it like \(dimension.example)")
      case .missingUnit(let text):
        throw Diagnostic(
          .missingUnit(text), at: location, mend: "write it like \(dimension.example); units: \(units)")
      case .unknownUnit(let unit):
        throw Diagnostic(.unknownUnit(unit), at: location, mend: "use one of \(units)")
      }
    }
  }
}
