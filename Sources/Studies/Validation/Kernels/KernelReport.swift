import Catalogues
import ComputeModels
import Diagnostics

/// One measured kernel and what the model says of it, or why it says nothing.
public struct KernelRow: Sendable {
  public var measurement: KernelMeasurement
  /// `nil` where the row is skipped.
  public var outcome: KernelOutcome?
  public var skipReason: SkipReason?

  /// Predicted over measured time, less one; `nil` for a skipped row.
  public var error: Double? { outcome.map { $0.predictedMicroseconds / $0.measuredMicroseconds - 1 } }

  /// The same by constants that the row's source took no part in; `nil` where none were fitted.
  public var leftOutError: Double? {
    outcome.flatMap { outcome in
      outcome.leftOutMicroseconds.map { $0 / outcome.measuredMicroseconds - 1 }
    }
  }
}

/// A prediction beside the time that the measurement states or implies.
public struct KernelOutcome: Sendable {
  public var predictedMicroseconds: Double
  public var measuredMicroseconds: Double
  public var leftOutMicroseconds: Double?
  /// Canonical name of the device.
  public var device: String
  /// Name of the format.
  public var format: String
  public var method: KernelMethod
}

/// Predicted kernels beside measured ones.
public struct KernelReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [KernelRow]

  public init(rows: [KernelRow]) { self.rows = rows }

  /// The rows that a filter takes.
  public func kept(by filter: RowFilter) -> KernelReport {
    KernelReport(rows: rows.filter { filter.accepts($0.measurement) })
  }
}

/// Predicts every measured kernel of a corpus by the constants of kernels that run alone.
///
/// - Parameters:
///   - corpus: the text of a table of measurements; see `readKernelMeasurements`.
///   - file: its name, for errors.
///   - catalogue: where devices are looked up.
///   - factors: the measured constants to predict with.
/// - Throws: everything wrong in the table. A row that cannot be predicted is not an error: the report
///   says why it was skipped.
/// - Complexity: O(rows).
public func validateKernels(
  _ corpus: String, file: String = "kernels.csv", catalogue: Catalogue = .bundled,
  factors: KernelFactors = .measured
) throws(Diagnostics) -> KernelReport {
  KernelReport(
    rows: try readKernelMeasurements(corpus, file: file).map { KernelRow($0, catalogue, factors) })
}

extension KernelRow {
  init(_ measurement: KernelMeasurement, _ catalogue: Catalogue, _ factors: KernelFactors) {
    self.measurement = measurement
    do {
      outcome = KernelOutcome(try MeasuredKernel(measurement, catalogue), measurement, factors)
    } catch {
      skipReason = error
    }
  }
}

extension KernelOutcome {
  init(_ kernel: MeasuredKernel, _ measurement: KernelMeasurement, _ factors: KernelFactors) {
    self.init(
      predictedMicroseconds: kernel.predicted(by: factors), measuredMicroseconds: kernel.microseconds,
      device: kernel.scope.device, format: kernel.scope.format,
      method: KernelMethod(definition: measurement.metricDefinition))
  }
}
