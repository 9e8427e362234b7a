/// The rows of one source and one kind of figure.
public struct MeasuredRunGroup: Sendable {
  public var source: String
  /// `speed`, `memory` or `fit`.
  public var kind: String
  public var rowCount: Int
  /// Rows that became a scenario.
  public var mappedCount: Int
  /// nil where no row was predicted, and for whether runs fit.
  public var errors: ErrorSummary?
  /// Of whether runs fit: how many were predicted, and how many rightly.
  public var fitCount: (predicted: Int, right: Int)?
}

extension MeasuredRunReport {
  /// By source and kind of figure, in the order of first appearance.
  public var groups: [MeasuredRunGroup] {
    var keys: [GroupKey] = []
    var members: [GroupKey: [MeasuredRunRow]] = [:]
    for row in rows {
      let key = GroupKey(row)
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(row)
    }
    return keys.map { group(members[$0] ?? [], source: $0.source, kind: $0.kind) }
  }

  /// All sources together, by kind of figure.
  public var totals: [MeasuredRunGroup] {
    ["speed", "memory", "fit"].compactMap { kind in
      let rows = rows.filter { GroupKey($0).kind == kind }
      return rows.isEmpty ? nil : group(rows, source: "all", kind: kind)
    }
  }

  private func group(_ rows: [MeasuredRunRow], source: String, kind: String) -> MeasuredRunGroup {
    let errors = rows.compactMap(\.error)
    let flags = rows.filter { $0.predicted != nil && $0.metric?.kind == .fit }
    return MeasuredRunGroup(
      source: source, kind: kind, rowCount: rows.count, mappedCount: rows.count { $0.scenario != nil },
      errors: errors.isEmpty ? nil : ErrorSummary(errors),
      fitCount: flags.isEmpty
        ? nil : (flags.count, flags.count { $0.predicted == $0.measurement.value }))
  }

  /// By kind of figure, how many measurements lie in the predicted range.
  public var coverage: [(kind: String, rows: Int, inside: Int)] {
    [RunMetric.Kind.speed, .memory].compactMap { kind in
      let ranged = rows.filter { $0.metric?.kind == kind }.compactMap(\.isInRange)
      return ranged.isEmpty ? nil : (kind.rawValue, ranged.count, ranged.count { $0 })
    }
  }

  /// Why rows were not mapped or not predicted, and how many each, in the order of first appearance.
  public var skips: [(reason: String, count: Int)] { counted(rows.compactMap(\.skipReason)) }

  /// Rows of the largest error, largest first.
  public func worst(_ count: Int) -> [MeasuredRunRow] {
    let known = rows.enumerated().filter { $0.element.deviation > 0 }
    let sorted = known.sorted { a, b in (-a.element.deviation, a.offset) < (-b.element.deviation, b.offset) }
    return sorted.prefix(count).map(\.element)
  }
}

private struct GroupKey: Hashable {
  var source: String
  var kind: String

  /// Metrics of memory and of whether a run fits are named so; all others are of speed.
  init(_ row: MeasuredRunRow) {
    source = row.source
    let metric = row.measurement.metric
    kind = metric.hasPrefix("fits") ? "fit" : metric.contains("memory") ? "memory" : "speed"
  }
}

/// The source that a row counts to: submitters of one round of MLPerf are one.
func sourceGroup(_ source: String) -> String {
  source.split(separator: " results (").first.map(String.init) ?? ""
}
