import Catalogues
import Collectives
import Diagnostics

/// Predicts every source of a corpus with constants that its own rows took no part in.
///
/// - Parameters: as `validateCollectives`.
/// - Throws: everything wrong in the table.
/// - Complexity: one fit for each generation of devices that a source was fitted for, then O(rows).
public func validateCollectivesLeavingOut(
  _ corpus: String, file: String = "collectives.csv", catalogue: Catalogue = .bundled
) throws(Diagnostics) -> CollectiveReport {
  let shipped = try validateCollectives(corpus, file: file, catalogue: catalogue)
  var constants: [(source: String, without: CollectiveConstants)] = []
  for row in shipped.rows where !constants.contains(where: { $0.source == row.measurement.source }) {
    let source = row.measurement.source
    constants.append((source, CollectiveConstants(fittedTo: shipped, without: source)))
  }
  return CollectiveReport(
    rows: shipped.rows.map { row in
      let own = constants.first { $0.source == row.measurement.source }
      return CollectiveRow(row.measurement, catalogue: catalogue, constants: own?.without ?? .shipped)
    })
}

extension CollectiveConstants {
  /// The shipped constants less what rests on one source.
  ///
  /// The shipped calibrations rest on the rows of nccl-tests whose library version is stated. A generation in
  /// which the source has such rows is fitted anew, to such rows of the others, or, where there are none, to
  /// all their rows of nccl-tests; without any it keeps NCCL's own constants. What a method of measuring adds,
  /// the cost of messages and all-to-alls are kept where another source measures them too, and dropped where
  /// none does.
  public init(fittedTo report: CollectiveReport, without source: String) {
    self = .shipped
    let others = report.rows.filter { $0.measurement.source != source && $0.outcome != nil }
    for generation in NCCLGeneration.allCases {
      let own = CalibrationFit(generation, to: report) { $0.source == source && $0.isFitted }
      if own.rowCount == 0 { continue }
      let versioned = CalibrationFit(generation, to: report) { $0.source != source && $0.isFitted }
      let fit =
        versioned.rowCount > 0 ? versioned : CalibrationFit(generation, to: report) { $0.source != source }
      calibrations[generation.rawValue] = fit.fitted() ?? .tables(generation)
    }
    for (index, method) in MeasurementMethod.allCases.enumerated()
    where !others.contains(where: { $0.outcome?.method == method }) {
      overheads[index] = 0
    }
    countsMessages = others.contains { $0.outcome?.messageCost != nil }
    hasAllToAll = others.contains { CollectiveKind(spelling: $0.measurement.collective) == .allToAll }
  }
}

extension CollectiveMeasurement {
  /// Whether the shipped calibrations were fitted to it, if its group and method suit: it says which version of
  /// the library ran.
  public var isFitted: Bool { !libraryVersion.isEmpty }
}

extension CollectiveOutcome {
  /// The cost of messages on the way between nodes, where the link states one.
  var messageCost: NCCLMessageCost? {
    guard case .nccl(let system) = system else { return nil }
    return system.messageCost
  }
}
