import ComputeModels
import Diagnostics
import Documents

extension KernelFactors {
  private static let columns = ["constant", "scope", "factor"]

  /// The factors as comma-separated values, constants in order, scopes by name; `readKernelFactors` reads them back.
  public var commaSeparated: String {
    let rows = KernelConstant.allCases.flatMap { constant in
      (factors[constant] ?? [:]).sorted { $0.key < $1.key }.map { scope, factor -> [OutputValue] in
        [.string(constant.rawValue), .string(scope), .real(factor)]
      }
    }
    return commaSeparatedText(columns: Self.columns, rows: rows)
  }
}

/// Reads factors of the constants of kernels: the columns `constant`, `scope` and `factor`.
///
/// - Throws: everything wrong in the table, each with its line.
/// - Complexity: O(bytes).
public func readKernelFactors(_ text: String, file: String) throws(Diagnostics) -> KernelFactors {
  let table = try parseCommaSeparatedTable(text, file: file)
  var findings = Diagnostics()
  for column in ["constant", "scope", "factor"] where table.position(of: column) == nil {
    findings.report(.missingKey(column), at: SourceLocation(file: file, line: 1, column: 1))
  }
  try findings.throwIfAny()
  var factors = KernelFactors()
  for row in table.rows {
    var fields = MeasuredFields(table: table, row: row)
    fields.requireText("scope")
    let name = fields.text("constant")
    let constant = KernelConstant(rawValue: name)
    if constant == nil { fields.report(.unknownName(kind: "constant of kernels", name: name), "constant") }
    let factor = fields.required("factor", fields.number("factor"))
    findings.list += fields.findings.list
    guard let constant, let factor else { continue }
    factors.factors[constant, default: [:]][fields.text("scope")] = factor
  }
  try findings.throwIfAny()
  return factors
}
