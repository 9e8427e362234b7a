import Catalogues
import Diagnostics
import Glibc

/// Fits the constants of devices to measured speeds of runs, and to the kernels of traces.
///
/// The logarithm of a predicted rate is taken to be linear in those of the constants, with slopes from one prediction
/// of the corpus for each kind of constant. All devices have a factor for each kind, each generation of them another, and
/// each device one more that is held closer to 1, so that a device of few rows has its generation's; one factor of all is
/// what products keep at half the power. Sources of many rows
/// count by the square root of their number. Rows far off pull less (`RobustLeastSquares`).
///
/// A source is judged by a fit that its rows took no part in, along the same slopes.
///
/// - Parameters:
///   - corpora: tables of measurements; rows that state no speed, or not all of their run, take no part.
///   - traces: kernels of steps; each file is a source.
///   - progress: told the share of the work that is done.
/// - Throws: everything wrong in the tables.
/// - Complexity: a prediction of the corpus for each kind of constant, and two more.
public func calibrate(
  _ corpora: [CorpusFile], traces: [TraceMeasurement] = [], catalogue: Catalogue = .bundled, threads: Int = 1,
  progress: (@Sendable (Double) -> Void)? = nil
) throws(Diagnostics) -> Calibration {
  let kinds = CalibrationConstant.Kind.allCases
  let passes = Double(kinds.count + 2)
  func predict(
    _ catalogue: Catalogue, pass: Int, changing kind: CalibrationConstant.Kind? = nil
  ) throws(Diagnostics) -> [CalibrationRow] {
    var rows: [CalibrationRow] = []
    if kind?.isSeenInRuns != false {
      rows += try calibrationRows(corpora, catalogue: catalogue, threads: threads, progress: nil)
    }
    if kind?.isSeenInTraces != false {
      rows += traces.flatMap { calibrationRows(of: $0, catalogue: catalogue) }
    }
    progress?(Double(pass + 1) / passes)
    return rows
  }
  var rows = try predict(catalogue, pass: 0)
  for (pass, kind) in kinds.enumerated() {
    let step = CalibrationConstant.Kind.step
    let changed = catalogue.replacing(
      accelerators: catalogue.accelerators.map { entry in
        var entry = entry
        kind.scale(&entry.accelerator, by: step)
        return entry
      })
    let moved = Dictionary(
      try predict(changed, pass: pass + 1, changing: kind).map { ($0.id, $0.deviation) },
      uniquingKeysWith: { a, _ in a })
    for index in rows.indices {
      guard let deviation = moved[rows[index].id] else { continue }
      rows[index].sensitivities[kind] = (deviation - rows[index].deviation) / log(step)
    }
  }
  let fit = CalibrationFitting(rows)
  let factors = fit.factors { _ in true }
  let fitted = catalogue.replacing(accelerators: fit.devices(of: catalogue, scaledBy: factors))
  let after = Dictionary(
    try predict(fitted, pass: kinds.count + 1).map { ($0.id, $0.deviation) }, uniquingKeysWith: { a, _ in a })
  return Calibration(
    factors: factors, devices: fit.devices(of: catalogue, scaledBy: factors), catalogue: catalogue,
    rows: fit.leaveOneOut(after: after))
}

/// Constants that were fitted, and what each source says of them.
public struct Calibration: Sendable {
  /// A row before the fit, after it, and by a fit without its source, as error of the rate.
  public struct Row: Sendable {
    public var id: String
    public var source: String
    public var device: String
    public var generation: String
    public var hasExperts: Bool
    public var before: Double
    public var after: Double
    public var leftOut: Double
  }

  /// What each constant is multiplied by.
  public var factors: [CalibrationConstant: Double]
  /// The devices of the corpus with their new constants.
  public var devices: [AcceleratorEntry]
  /// What they were fitted on top of.
  public var catalogue: Catalogue
  public var rows: [Row]

  /// Errors by source, in the order of their number of rows, all of them last.
  public var groups: [(source: String, before: ErrorSummary, after: ErrorSummary, leftOut: ErrorSummary)] {
    var counts: [String: Int] = [:]
    for row in rows { counts[row.source, default: 0] += 1 }
    let sources = counts.keys.sorted { (-counts[$0]!, $0) < (-counts[$1]!, $1) }
    func summary(_ name: String, _ rows: [Row]) -> (
      source: String, before: ErrorSummary, after: ErrorSummary, leftOut: ErrorSummary
    ) {
      (
        name, ErrorSummary(rows.map(\.before)), ErrorSummary(rows.map(\.after)),
        ErrorSummary(rows.map(\.leftOut))
      )
    }
    if rows.isEmpty { return [] }
    return sources.map { source in summary(source, rows.filter { $0.source == source }) }
      + [summary("all", rows)]
  }
}

/// The equations of a calibration.
struct CalibrationFitting {
  let rows: [CalibrationRow]
  private let columns: [CalibrationConstant: Int]
  private let order: [CalibrationConstant]

  init(_ rows: [CalibrationRow]) {
    self.rows = rows
    var columns: [CalibrationConstant: Int] = [:]
    var order: [CalibrationConstant] = []
    for item in rows.flatMap(\.constants) where columns[item.constant] == nil {
      columns[item.constant] = order.count
      order.append(item.constant)
    }
    self.columns = columns
    self.order = order
  }

  /// The factors that fit the rows of some sources best.
  func factors(from isUsed: (String) -> Bool) -> [CalibrationConstant: Double] {
    let x = solution(isUsed)
    return Dictionary(uniqueKeysWithValues: zip(order, x.map { exp($0) }))
  }

  private func solution(_ isUsed: (String) -> Bool) -> [Double] {
    equations(rows.filter { isUsed($0.source) }).solve()
  }

  private func equations(_ rows: [CalibrationRow]) -> RobustLeastSquares {
    var counts: [String: Int] = [:]
    for row in rows { counts[row.source, default: 0] += 1 }
    return RobustLeastSquares(
      rows: rows.map { row in row.constants.map { (columns[$0.constant]!, $0.sensitivity) } },
      residuals: rows.map(\.deviation),
      weights: rows.map { $0.weight ?? 1 / Double(counts[$0.source]!).squareRoot() },
      ridge: order.map(\.priorWeight))
  }

  /// The devices of the rows with their constants so many times as large.
  func devices(
    of catalogue: Catalogue, scaledBy factors: [CalibrationConstant: Double]
  ) -> [AcceleratorEntry] {
    let names = Set(rows.map(\.device.name))
    return catalogue.accelerators.filter { names.contains($0.name) }.map { entry in
      var entry = entry
      for kind in CalibrationConstant.Kind.allCases {
        let scopes = CalibrationConstant.bearing(kind, on: entry.accelerator)
        let factor = scopes.reduce(1) { $0 * (factors[$1] ?? 1) }
        if factor != 1 { kind.scale(&entry.accelerator, by: factor) }
      }
      entry.calibrationSource =
        "rehearse calibrate: \(rows.count { $0.device.name == entry.name }) measurements"
      return entry
    }
  }

  /// Each source's rows by the fit of all others.
  ///
  /// - Parameter after: deviations that were predicted with the fit of all, by row.
  func leaveOneOut(after: [String: Double]) -> [Calibration.Row] {
    let all = equations(rows)
    var withoutSource: [String: [Double]] = [:]
    for source in Set(rows.map(\.source)) { withoutSource[source] = solution { $0 != source } }
    return rows.enumerated().map { index, row in
      func error(_ deviation: Double) -> Double { exp(deviation) - 1 }
      return Calibration.Row(
        id: row.id, source: row.source, device: row.device.name, generation: row.device.generation,
        hasExperts: row.hasExperts, before: error(row.deviation),
        after: error(after[row.id] ?? row.deviation),
        leftOut: error(all.residual(index, at: withoutSource[row.source]!)))
    }
  }
}
