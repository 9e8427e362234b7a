import Analysis
import Documents

/// Measured runs beside what the simulator says of their scenarios.
public struct MeasuredRunReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [MeasuredRunRow]
  /// How far rows lie from predictions that left their source out; empty where none did.
  public internal(set) var spreads: [ErrorSpread] = []

  public init(rows: [MeasuredRunRow]) { self.rows = rows }
}

/// One measurement, the scenario that it became, and what was predicted, or why nothing was.
public struct MeasuredRunRow: Sendable {
  public var measurement: Measurement
  /// nil where the row could not be mapped.
  public private(set) var scenario: OutputValue?
  /// In the unit of the metric.
  public private(set) var predicted: Double?
  /// The predicted step of the run, whatever the figure is of.
  public private(set) var stepSeconds: Double?
  /// Between which figures eight in ten measurements of runs alike lie.
  public private(set) var range: (low: Double, high: Double)?
  public private(set) var skipReason: SkipReason?
  /// The error by constants that the row's source took no part in; nil where none was made.
  public internal(set) var leftOutError: Double?
  var metric: RunMetric?

  init(_ measurement: Measurement, scenario: OutputValue?, skipped reason: SkipReason) {
    self.measurement = measurement
    self.scenario = scenario
    skipReason = reason
  }

  init(
    _ measurement: Measurement, scenario: OutputValue, metric: RunMetric, predicted: Double,
    of prediction: Prediction
  ) {
    range = metric.range(predicted, prediction.intervals)
    stepSeconds = prediction.stepSeconds
    self.measurement = measurement
    self.scenario = scenario
    self.metric = metric
    self.predicted = predicted
  }

  /// Above 0 is too fast, or too much memory; nil for a skipped row and for whether a run fits.
  public var error: Double? {
    guard let predicted, let metric, metric.kind != .fit else { return nil }
    return metric.error(predicted: predicted, measured: measurement.value)
  }

  /// Whether the measurement lies in the predicted range; nil where there is none.
  public var isInRange: Bool? {
    range.map { $0.low <= measurement.value && measurement.value <= $0.high }
  }

  /// Measured and predicted seconds of a step, where the figure is of speed; rates are turned into the step that has them.
  public var steps: (measured: Double, predicted: Double)? {
    guard let stepSeconds, let error, metric?.kind == .speed else { return nil }
    return (stepSeconds * (1 + error), stepSeconds)
  }

  /// The source that the row counts to: submitters of one round of MLPerf are one.
  public var source: String { sourceGroup(measurement.source) }

  /// Whether the figure is of memory.
  public var isOfMemory: Bool { metric?.kind == .memory }

  /// Whether a run was said to fit that did not, or the reverse.
  public var isWrongVerdict: Bool { metric?.kind == .fit && predicted != measurement.value }

  /// How far the prediction is off, from 0; a wrong verdict is off by all of it.
  var deviation: Double { error?.magnitude ?? (isWrongVerdict ? 1 : 0) }
}

/// Whether a table holds measurements of training runs: its header has the columns `num_gpus`, `metric` and `framework`.
///
/// - Complexity: O(bytes).
public func holdsRuns(_ text: String) -> Bool {
  guard let table = try? parseCommaSeparatedTable(text, file: "") else { return false }
  return ["num_gpus", "metric", "framework"].allSatisfy { table.position(of: $0) != nil }
}
