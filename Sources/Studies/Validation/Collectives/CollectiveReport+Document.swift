import Documents

extension CollectiveReport {
  /// The report as a document: summaries by size, then every row.
  public var document: OutputValue {
    func list(_ groups: (MessageClass) -> [ValidationGroup]) -> OutputValue {
      .list(
        MessageClass.allCases.flatMap { size in
          groups(size).map { group in
            guard case .object(let fields) = group.document else { return group.document }
            return .object([.init("bytes", .string(size.rawValue))] + fields)
          }
        })
    }
    return [
      "overall": list { [group($0)] }, "by_source": list(bySource), "by_fabric": list(byFabric),
      "by_collective": list(byCollective),
      "rows": .list(rows.map(\.document)),
    ]
  }

  /// Every row as comma-separated values.
  public var commaSeparated: String {
    commaSeparatedText(
      columns: CollectiveRow.columns,
      rows: rows.map { row in CollectiveRow.columns.map { row.document[$0] ?? .null } })
  }
}

extension CollectiveRow {
  static let columns = [
    "id", "source", "device", "link", "devices", "nodes", "collective", "bytes", "measured_seconds",
    "predicted_seconds", "method", "error", "algorithm", "protocol", "bus_bandwidth_bytes_per_second",
    "provenance",
    "skipped",
  ]

  var document: OutputValue {
    var fields: [OutputValue.Field] = [
      .init("id", .string(measurement.id)), .init("source", .string(measurement.source)),
      .init("devices", .count(measurement.deviceCount)), .init("nodes", .count(measurement.nodeCount ?? 1)),
      .init("collective", .string(measurement.collective)),
    ]
    if let size = measurement.size { fields.append(.init("bytes", .integer(size.bytes))) }
    fields.append(.init("provenance", .string(measurement.provenance)))
    if let reason = skipReason { fields.append(.init("skipped", .string(reason.description))) }
    if let outcome { fields += outcome.fields }
    if let error { fields.append(.init("error", .real(error))) }
    return .object(fields)
  }
}

extension CollectiveOutcome {
  fileprivate var fields: [OutputValue.Field] {
    var fields: [OutputValue.Field] = [
      .init("device", .string(device)), .init("link", .string(link)),
      .init("method", .string(method.rawValue)), .init("measured_seconds", .real(measuredSeconds)),
      .init("predicted_seconds", .real(predictedSeconds)),
      .init("protocol", .string(channelProtocol.rawValue)),
      .init("bus_bandwidth_bytes_per_second", .real(busBandwidth.bytesPerSecond)),
    ]
    if let algorithm { fields.append(.init("algorithm", .string(algorithm.rawValue))) }
    return fields
  }
}
