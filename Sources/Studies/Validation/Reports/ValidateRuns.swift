import Catalogues
import Diagnostics
import Documents
import ModelGraphs
import Sweeps

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
  let rows = parallelMap(measurements, threads: threads, progress: nil) { MappedRow($0, mapping) }
  let runs = distinctRuns(rows)
  let outcomes = parallelMap(runs.list, threads: threads, progress: progress) { run in
    Result { () throws(SkipReason) in
      RunOutcome(
        prediction: try predict(run.scenario, catalogue: catalogue, memory: run.asksForMemory),
        model: try model(of: run.scenario, catalogue: catalogue))
    }
  }
  return MeasuredRunReport(rows: rows.map { row in row.report(runs.places[row.text].map { outcomes[$0] }) })
}

/// What the simulator says of a run, and the model at the run's sequence length.
private struct RunOutcome {
  var prediction: Prediction
  var model: Model
}

/// A measurement and the scenario that it became.
private struct MappedRow {
  var measurement: Measurement
  var scenario: Result<OutputValue, SkipReason>
  /// The scenario's document, by which runs are told apart; empty where there is none.
  var text: String
  var metric: Result<RunMetric, SkipReason>

  init(_ measurement: Measurement, _ mapping: ScenarioMapping) {
    self.measurement = measurement
    scenario = Result { () throws(SkipReason) in try mapping.scenario(measurement) }
    text = (try? scenario.get())?.yaml() ?? ""
    metric = Result { () throws(SkipReason) in
      try RunMetric(measurement, device: try mapping.device(measurement))
    }
  }

  func report(_ outcome: Result<RunOutcome, SkipReason>?) -> MeasuredRunRow {
    var known: OutputValue?
    do throws(SkipReason) {
      let scenario = try scenario.get()
      known = scenario
      let metric = try metric.get()
      guard let outcome = try outcome?.get(),
        let value = metric.value(outcome.prediction, measurement, model: outcome.model)
      else { throw .figure(measurement.metric) }
      return MeasuredRunRow(
        measurement, scenario: scenario, metric: metric, predicted: value, of: outcome.prediction)
    } catch {
      return MeasuredRunRow(measurement, scenario: known, skipped: error)
    }
  }
}

/// Rows whose scenarios are the same text are of the same run. Of runs that state speeds alone no allocator is played.
private func distinctRuns(
  _ rows: [MappedRow]
) -> (list: [(scenario: OutputValue, asksForMemory: Bool)], places: [String: Int]) {
  var places: [String: Int] = [:]
  var list: [(scenario: OutputValue, asksForMemory: Bool)] = []
  for row in rows {
    guard let scenario = try? row.scenario.get() else { continue }
    let place = places[row.text] ?? list.count
    if place == list.count {
      places[row.text] = place
      list.append((scenario, false))
    }
    if let metric = try? row.metric.get(), metric.kind != .speed { list[place].asksForMemory = true }
  }
  return (list, places)
}
