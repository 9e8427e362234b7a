import Catalogues
import Documents

extension Calibration {
  /// Factors, devices, errors by source and every row.
  public var document: OutputValue {
    func errors(_ summary: ErrorSummary) -> OutputValue {
      [
        "median": .real(summary.median), "p90": .real(summary.percentile90), "mean": .real(summary.mean),
        "bias": .real(summary.bias),
      ]
    }
    let constants = factors.keys.sorted {
      ($0.level.rawValue, $0.scope, $0.kind.rawValue) < ($1.level.rawValue, $1.scope, $1.kind.rawValue)
    }
    return [
      "factors": .list(
        constants.map {
          [
            "constant": .string($0.kind.rawValue), "of": .string($0.level.rawValue),
            "name": .string($0.scope), "factor": .real(factors[$0]!),
          ]
        }),
      "devices": .list(devices.map(\.document)),
      "sources": .list(
        groups.map {
          [
            "source": .string($0.source), "rows": .count($0.before.count), "before": errors($0.before),
            "after": errors($0.after), "left_out": errors($0.leftOut),
          ]
        }),
      "rows": .list(
        rows.map {
          [
            "id": .string($0.id), "source": .string($0.source), "device": .string($0.device),
            "before": .real($0.before), "after": .real($0.after), "left_out": .real($0.leftOut),
          ]
        }),
    ]
  }

  /// Every row with its errors.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: ["id", "source", "device", "error_before", "error_after", "error_left_out"],
      rows: rows.map {
        [
          .string($0.id), .string($0.source), .string($0.device), .real($0.before), .real($0.after),
          .real($0.leftOut),
        ]
      })
  }
}
