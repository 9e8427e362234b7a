/// Rows of a report that have something in common, and their errors by both sorts of constants.
public struct KernelGroup: Sendable {
  public var name: String
  public var rowCount: Int
  /// By the shipped constants; `nil` where no row was predicted.
  public var fitted: ErrorSummary?
  /// By constants without the row's source; `nil` where none were fitted.
  public var leftOut: ErrorSummary?
}

extension KernelReport {
  /// Products and attention, which the model is judged by; layers of a few µs are measured to whole µs.
  public var overall: KernelGroup {
    group("products and attention", rows.filter { !$0.measurement.isLayer })
  }

  /// Titles and groups of the tables: all, then by source, kernel, and device with format.
  public var sections: [(title: String, groups: [KernelGroup])] {
    [
      ("kernels", [overall]), ("source", groups { $0.measurement.source }),
      ("kernel", groups { $0.measurement.kernel }),
      ("device", groups { row in row.outcome.map { "\($0.device), \($0.format)" } }),
    ]
  }

  /// Why rows were skipped, and how many each, in the order of first appearance.
  public var skips: [(reason: String, count: Int)] { counted(rows.compactMap(\.skipReason)) }

  private func groups(_ key: (KernelRow) -> String?) -> [KernelGroup] {
    var names: [String] = []
    var members: [String: [KernelRow]] = [:]
    for row in rows {
      guard let name = key(row) else { continue }
      if members[name] == nil { names.append(name) }
      members[name, default: []].append(row)
    }
    return names.map { group($0, members[$0] ?? []) }
  }

  private func group(_ name: String, _ rows: [KernelRow]) -> KernelGroup {
    func summary(_ errors: [Double]) -> ErrorSummary? { errors.isEmpty ? nil : ErrorSummary(errors) }
    return KernelGroup(
      name: name, rowCount: rows.count, fitted: summary(rows.compactMap(\.error)),
      leftOut: summary(rows.compactMap(\.leftOutError)))
  }
}

extension KernelMeasurement {
  fileprivate var isLayer: Bool { m == nil && headCount == nil }
}
