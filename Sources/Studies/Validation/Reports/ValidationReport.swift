/// Predictions beside measurements.
public struct ValidationReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [ValidationRow]

  public init(rows: [ValidationRow]) { self.rows = rows }
}

/// One measurement and what became of it: a prediction for a device, or why there is none.
public struct ValidationRow: Sendable, Equatable {
  public var measurement: Measurement
  public private(set) var prediction: Prediction?
  /// Canonical name of the device, `nil` for a skipped row.
  public private(set) var device: String?
  public private(set) var skipReason: SkipReason?

  public init(measurement: Measurement, prediction: Prediction, device: String) {
    self.measurement = measurement
    self.prediction = prediction
    self.device = device
  }

  public init(measurement: Measurement, skipped reason: SkipReason) {
    self.measurement = measurement
    skipReason = reason
  }

  /// Predicted over measured rate, less one; `nil` for a skipped row.
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
    let sizes = rows.map { $0.error?.magnitude ?? -1 }
    let order = sizes.indices.filter { sizes[$0] >= 0 }.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    return order.prefix(count).map { rows[$0] }
  }

  /// Why rows were skipped, and how many each, in the order of first appearance.
  public var skips: [(reason: String, count: Int)] {
    var list: [(reason: String, count: Int)] = []
    for row in rows {
      guard let reason = row.skipReason else { continue }
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
