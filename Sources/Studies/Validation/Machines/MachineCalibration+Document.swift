import Catalogues
import Documents

extension MachineCalibration {
  /// What was fitted, by kind of measurement, and the devices and links that changed.
  public var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("devices", .list(devices.map(\.document))), .init("links", .list(links.map(\.document))),
    ]
    if let steps { fields.append(.init("steps", steps.document)) }
    if let kernels { fields.append(.init("kernels", kernels.report.document)) }
    if let collectives {
      fields.append(
        .init(
          "collectives",
          ["before": collectives.before.document, "after": collectives.after.document]))
    }
    if !traces.isEmpty { fields.append(.init("traces", .list(traces.map(\.document)))) }
    if !skips.isEmpty {
      fields.append(
        .init(
          "skipped", .list(skips.map { ["reason": .string($0.reason), "count": .count($0.count)] })))
    }
    return .object(fields)
  }

  /// File name and text of every table.
  public var tables: [(name: String, text: String)] {
    var tables: [(name: String, text: String)] = []
    if let steps { tables.append(("calibration.csv", steps.commaSeparated)) }
    if let kernels {
      tables.append(("kernel-constants.csv", kernels.factors.commaSeparated))
      tables.append(("kernels.csv", kernels.report.commaSeparated))
    }
    if let collectives { tables.append(("collectives.csv", collectives.after.commaSeparated)) }
    return tables
  }
}

extension TraceMeasurement {
  /// What the trace holds: time by kind of work, and operators that stand for none.
  public var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("file", .string(file)), .init("device", .string(device)), .init("kernel_seconds", .real(seconds)),
    ]
    if let gap { fields.append(.init("gap_seconds", .real(gap.seconds))) }
    let kinds = shares.map { kind, calls, seconds -> OutputValue in
      ["kind": .string(kind.rawValue), "calls": .count(calls), "seconds": .real(seconds)]
    }
    let unread = others.map { other -> OutputValue in
      ["name": .string(other.name), "calls": .count(other.callCount), "seconds": .real(other.seconds)]
    }
    return .object(fields + [.init("work", .list(kinds)), .init("others", .list(unread))])
  }

  /// Calls and time of each kind of work that the trace has.
  public var shares: [(kind: TracedWork.Kind, callCount: Int, seconds: Double)] {
    TracedWork.Kind.allCases.compactMap { kind in
      let alike = work.filter { $0.kind == kind }
      if alike.isEmpty { return nil }
      return (
        kind, alike.reduce(0) { $0 + $1.callCount }, alike.reduce(0) { $0 + $1.seconds }
      )
    }
  }
}
