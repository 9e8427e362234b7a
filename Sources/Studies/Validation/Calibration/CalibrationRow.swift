import Catalogues
import Diagnostics
import Documents
import Glibc
import Hardware

/// A measured speed beside the prediction, and how the prediction changes with each kind of constant.
public struct CalibrationRow: Sendable {
  public var id: String
  public var source: String
  var device: Accelerator
  /// Whether the model routes tokens to experts.
  public var hasExperts: Bool
  /// ln(predicted / measured rate): above 0 is too fast.
  var deviation: Double
  /// What it counts beside others; nil: a row of its source, all of which weigh the square root of their number.
  var weight: Double?
  /// d ln(rate) / d ln(constant), by kind.
  var sensitivities: [CalibrationConstant.Kind: Double] = [:]

  /// The constants that the row says something of.
  var constants: [(constant: CalibrationConstant, sensitivity: Double)] {
    CalibrationConstant.Kind.allCases.flatMap { kind in
      let value = sensitivities[kind] ?? 0
      return value == 0 ? [] : CalibrationConstant.bearing(kind, on: device).map { ($0, value) }
    }
  }
}

/// A table of measurements by its file's name.
public struct CorpusFile: Sendable {
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// Predicts the speeds of a corpus with a catalogue.
///
/// - Returns: rows whose run the source states in full, so that nothing assumed is fitted.
func calibrationRows(
  _ corpora: [CorpusFile], catalogue: Catalogue, threads: Int, progress: (@Sendable (Int) -> Void)?
) throws(Diagnostics) -> [CalibrationRow] {
  var rows: [CalibrationRow] = []
  let mapping = ScenarioMapping(catalogue: catalogue)
  // Tables may hold the same row: the first counts.
  var known: Set<String> = []
  func append(_ measurement: Measurement, _ error: Double?) {
    guard let error, error > -1, known.insert(measurement.id).inserted,
      let device = try? mapping.device(measurement)
    else { return }
    rows.append(
      CalibrationRow(
        id: measurement.id, source: sourceGroup(measurement.source), device: device,
        hasExperts: measurement.shape.experts != nil, deviation: log(1 + error)))
  }
  for corpus in corpora where holdsRuns(corpus.text) {
    let report = try validateRuns(
      corpus.text, file: corpus.name, catalogue: catalogue, filter: .speeds, threads: threads,
      progress: progress)
    for row in report.rows where row.metric?.kind == .speed && row.measurement.isStatedInFull {
      append(row.measurement, row.error)
    }
  }
  return rows
}
