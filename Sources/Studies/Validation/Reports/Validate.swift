import Catalogues
import Collectives
import Diagnostics
import Fabrics
import Sweeps

/// Predicts every measurement of a corpus and sets the predictions beside the measured values.
///
/// - Parameters:
///   - corpus: the text of a table of measurements; see `readMeasurements`.
///   - file: its name, for errors.
///   - catalogue: where devices, models, links and frameworks are looked up.
///   - tuner: who chooses the algorithm of the gradients' all-reduce.
///   - filter: which rows are predicted; the report holds no others.
///   - threads: workers.
///   - progress: told the number of finished rows, from any thread.
/// - Throws: everything wrong in the table. A row that cannot be predicted is not an error: the report
///   says why it was skipped.
/// - Complexity: rows × operators of their models.
public func validate(
  _ corpus: String, file: String = "measurements.csv", catalogue: Catalogue = .bundled,
  tuner: TunerName = .auto, filter: RowFilter = .all, threads: Int = 1,
  progress: (@Sendable (Int) -> Void)? = nil
) throws(Diagnostics) -> ValidationReport {
  let measurements = try readMeasurements(corpus, file: file).filter(filter.accepts)
  let mapping = MeasuredJobMapping(catalogue: catalogue, tuner: tuner)
  let rows = parallelMap(measurements, threads: threads, progress: progress) { measurement in
    row(measurement, mapping)
  }
  return ValidationReport(rows: rows)
}

private func row(_ measurement: Measurement, _ mapping: MeasuredJobMapping) -> ValidationRow {
  do {
    let job = try mapping.job(measurement)
    guard let prediction = try? Prediction(simulating: job) else {
      return ValidationRow(measurement: measurement, skipped: .link(measurement.interLink))
    }
    return ValidationRow(measurement: measurement, prediction: prediction, device: job.plan.device.name)
  } catch {
    return ValidationRow(measurement: measurement, skipped: error)
  }
}
