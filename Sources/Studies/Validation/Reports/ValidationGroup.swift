import Documents

/// Rows that have something in common.
public struct ValidationGroup: Sendable {
  public var name: String
  public var rowCount: Int
  /// `nil` where no row was predicted.
  public var errors: ErrorSummary?
}

extension ValidationGroup {
  var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("name", .string(name)), .init("rows", .count(rowCount)),
      .init("predicted", .count(errors?.count ?? 0)),
    ]
    if let errors {
      fields += [
        .init("median_absolute_error", .real(errors.median)),
        .init("mean_absolute_error", .real(errors.mean)),
        .init("p90_absolute_error", .real(errors.percentile90)), .init("median_error", .real(errors.bias)),
      ]
    }
    return .object(fields)
  }

  /// The cells of a group: name, rows, predicted, median, mean, P90, bias.
  var markdownCells: [String] {
    var cells = [name, "\(rowCount)", "\(errors?.count ?? 0)"]
    guard let errors else { return cells + ["", "", "", ""] }
    cells += [errors.median, errors.mean, errors.percentile90].map { percent($0, signed: false) }
    cells.append(percent(errors.bias, signed: true))
    return cells
  }
}

/// A share in whole per cent, with its sign where asked for.
func percent(_ share: Double, signed: Bool) -> String {
  let whole = Int((share.magnitude * 100).rounded())
  let sign = share < 0 && whole > 0 ? "-" : (signed ? "+" : "")
  return "\(sign)\(whole) %"
}
