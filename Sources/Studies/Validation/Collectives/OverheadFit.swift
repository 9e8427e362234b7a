import Collectives
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// Fits one overhead, in whole µs, to measured collectives: the least mean of |ln(predicted / measured)|.
///
/// Every value from 0 to 100 is tried; of equal ones the first counts.
public enum OverheadFit {
  /// What a method of measuring adds; nil where no row was measured so.
  ///
  /// - Complexity: O(100 × rows).
  public static func method(_ method: MeasurementMethod, in report: CollectiveReport) -> (
    microseconds: Double, loss: Double
  )? {
    let rows = report.rows.compactMap(\.outcome).filter { $0.method == method }
    return least(rows) { outcome, overhead in
      outcome.collectiveTime.seconds + overhead / 1e6
    } measured: {
      $0.measuredSeconds
    }
  }

  /// What a message between nodes costs; nil where no row crosses a link that states such a cost.
  ///
  /// - Complexity: O(100 × rows).
  public static func message(in report: CollectiveReport) -> (microseconds: Double, loss: Double)? {
    let rows = report.rows.filter { $0.outcome?.messageCost != nil }
    return least(rows) { row, overhead in
      guard let outcome = row.outcome, case .nccl(var system) = outcome.system,
        let kind = CollectiveKind(spelling: row.measurement.collective), let size = row.measurement.size
      else { return nil }
      system.messageCost?.overhead = overhead
      return ncclChoice(kind, bytes: size, on: system)?.time.seconds
    } measured: {
      $0.outcome?.measuredSeconds
    }
  }

  private static func least<Row>(
    _ rows: [Row], _ predicted: (Row, Double) -> Double?, measured: (Row) -> Double?
  ) -> (microseconds: Double, loss: Double)? {
    if rows.isEmpty { return nil }
    let losses = (0...100).map { overhead in
      rows.reduce(0) { sum, row in
        guard let time = predicted(row, Double(overhead)), let measured = measured(row) else { return sum }
        return sum + log(time / measured).magnitude
      } / Double(rows.count)
    }
    let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
    return (Double(best), losses[best])
  }
}
