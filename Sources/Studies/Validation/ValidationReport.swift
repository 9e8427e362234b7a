/// Predictions beside measurements.
public struct ValidationReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [ValidationRow]

  public init(rows: [ValidationRow]) { self.rows = rows }
}

/// One measurement and what became of it.
public struct ValidationRow: Sendable, Equatable {
  public enum Outcome: Sendable, Equatable {
    case predicted(Prediction, device: String)
    case skipped(SkipReason)
  }

  public var measurement: Measurement
  public var outcome: Outcome

  public init(measurement: Measurement, outcome: Outcome) {
    self.measurement = measurement
    self.outcome = outcome
  }

  public var prediction: Prediction? {
    if case .predicted(let prediction, _) = outcome { return prediction }
    return nil
  }

  /// Canonical name of the device, `nil` for a skipped row.
  public var device: String? {
    if case .predicted(_, let device) = outcome { return device }
    return nil
  }

  /// Predicted over measured rate, less one.
  public var error: Double? { prediction.map { $0.samplesPerSecond / measurement.value - 1 } }
}

/// Rows that have something in common.
public struct ValidationGroup: Sendable {
  public var name: String
  public var rowCount: Int
  /// `nil` where no row was predicted.
  public var errors: ErrorSummary?
}

extension ValidationReport {
  public var overall: ValidationGroup { group("all", rows) }

  /// By source, in the order of first appearance.
  public var bySource: [ValidationGroup] { groups { $0.measurement.source } }

  /// By device, in the order of first appearance; skipped rows have none.
  public var byDevice: [ValidationGroup] { groups { $0.device } }

  public var byFramework: [ValidationGroup] { groups { $0.measurement.framework } }

  /// By number of devices, rising.
  public var byDeviceCount: [ValidationGroup] {
    Set(rows.map(\.measurement.deviceCount)).sorted().map { count in
      group("\(count)", rows.filter { $0.measurement.deviceCount == count })
    }
  }

  /// Rows of the largest absolute error, largest first.
  public func worst(_ count: Int) -> [ValidationRow] {
    Array(rows.filter { $0.error != nil }.sorted { $0.errorSize > $1.errorSize }.prefix(count))
  }

  /// Why rows were skipped, and how many each, in the order of first appearance.
  public var skips: [(reason: String, count: Int)] {
    var list: [(reason: String, count: Int)] = []
    for row in rows {
      guard case .skipped(let reason) = row.outcome else { continue }
      if let known = list.firstIndex(where: { $0.reason == reason.description }) {
        list[known].count += 1
      } else {
        list.append((reason.description, 1))
      }
    }
    return list
  }

  private func groups(_ key: (ValidationRow) -> String?) -> [ValidationGroup] {
    var names: [String] = []
    for row in rows {
      if let name = key(row), !names.contains(name) { names.append(name) }
    }
    return names.map { name in group(name, rows.filter { key($0) == name }) }
  }

  private func group(_ name: String, _ rows: [ValidationRow]) -> ValidationGroup {
    let errors = rows.compactMap(\.error)
    return ValidationGroup(
      name: name, rowCount: rows.count, errors: errors.isEmpty ? nil : ErrorSummary(errors))
  }
}

extension ValidationRow {
  var errorSize: Double { error?.magnitude ?? 0 }
}
