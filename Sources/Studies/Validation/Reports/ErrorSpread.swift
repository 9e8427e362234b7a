import Analysis
import Documents

/// How far measured step times of runs alike lie from those predicted by constants that their sources took no part in:
/// what the intervals of predictions are made of.
public struct ErrorSpread: Sendable, Equatable {
  public var generation: String
  public var hasExperts: Bool
  public var rowCount: Int
  /// Measured over predicted step time: the tenth and the ninetieth percentile.
  public var low: Double
  public var high: Double
}

extension Calibration {
  /// By generation of the devices and whether models route tokens to experts, in that order; all devices last.
  public var spreads: [ErrorSpread] {
    let generations = Set(rows.map(\.generation)).sorted()
    return (generations + [ErrorSpread.everywhere]).flatMap { generation in
      [false, true].compactMap { hasExperts in
        let errors = rows.filter {
          $0.hasExperts == hasExperts && [$0.generation, ErrorSpread.everywhere].contains(generation)
        }.map(\.leftOut)
        if errors.isEmpty { return nil }
        return ErrorSpread(
          generation: generation, hasExperts: hasExperts, rowCount: errors.count,
          low: 1 + quantile(errors, (1 - PredictionIntervals.level) / 2),
          high: 1 + quantile(errors, (1 + PredictionIntervals.level) / 2))
      }
    }
  }
}

extension ErrorSpread {
  /// The generation that stands for all of them.
  public static let everywhere = "all"

  static let columns = ["generation", "experts", "rows", "low", "high"]

  var document: OutputValue {
    [
      "generation": .string(generation), "experts": .bool(hasExperts), "rows": .count(rowCount),
      "low": .real(low), "high": .real(high),
    ]
  }
}

extension [ErrorSpread] {
  /// As comma-separated values.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: ErrorSpread.columns,
      rows: map { spread in ErrorSpread.columns.map { spread.document[$0] ?? .null } })
  }
}
