import Analysis
import Catalogues
import Diagnostics
import Documents
import ModelGraphs
import Sweeps

/// Measured runs beside what the simulator says of their scenarios.
public struct MeasuredRunReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [MeasuredRunRow]

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

/// Sets every row of a corpus of training runs beside the prediction for its scenario.
///
/// Rows of one run share its scenario, which is simulated once.
///
/// - Parameters:
///   - corpus: the text of a table of measurements; see `readMeasurements`.
///   - file: its name, for errors.
///   - filter: which rows are predicted; the report holds no others.
///   - threads: workers; they change nothing but the time it takes.
/// - Throws: everything wrong in the table. A row that cannot be predicted is not an error: the report says why.
/// - Complexity: runs × operators of their steps.
public func validateRuns(
  _ corpus: String, file: String = "training.csv", catalogue: Catalogue = .bundled,
  filter: RowFilter = .all, threads: Int = 1, progress: (@Sendable (Int) -> Void)? = nil
) throws(Diagnostics) -> MeasuredRunReport {
  let measurements = try readMeasurements(corpus, file: file).filter(filter.accepts)
  let mapping = ScenarioMapping(catalogue: catalogue)
  let mapped = parallelMap(measurements, threads: threads, progress: nil) { measurement in
    Result { () throws(SkipReason) in try mapping.scenario(measurement) }
  }
  // The same text is the same run.
  let texts = mapped.map { (try? $0.get())?.yaml() ?? "" }
  var order: [String: Int] = [:]
  var runs: [OutputValue] = []
  for (index, text) in texts.enumerated() where !text.isEmpty && order[text] == nil {
    order[text] = runs.count
    if let document = try? mapped[index].get() { runs.append(document) }
  }
  // Of runs that state speeds alone no allocator is played.
  var asksForMemory = [Bool](repeating: false, count: runs.count)
  for (measurement, text) in zip(measurements, texts) {
    guard let run = order[text], let device = try? mapping.device(measurement),
      let metric = try? RunMetric(measurement, device: device)
    else { continue }
    if metric.kind != .speed { asksForMemory[run] = true }
  }
  let outcomes = parallelMap(Array(zip(runs, asksForMemory)), threads: threads, progress: progress) {
    document, memory in
    Result { () throws(SkipReason) in
      (
        prediction: try predict(document, catalogue: catalogue, memory: memory),
        model: try model(of: document, catalogue: catalogue)
      )
    }
  }
  return MeasuredRunReport(
    rows: measurements.indices.map { index in
      let measurement = measurements[index]
      var scenario: OutputValue?
      do throws(SkipReason) {
        let document = try mapped[index].get()
        scenario = document
        let metric = try RunMetric(measurement, device: try mapping.device(measurement))
        let outcome = try outcomes[order[texts[index]] ?? 0].get()
        guard let value = metric.value(outcome.prediction, measurement, model: outcome.model) else {
          throw .figure(measurement.metric)
        }
        return MeasuredRunRow(
          measurement, scenario: document, metric: metric, predicted: value,
          of: outcome.prediction)
      } catch {
        return MeasuredRunRow(measurement, scenario: scenario, skipped: error)
      }
    })
}
