import Catalogues
import Diagnostics
import Quantities

/// Predicted collectives beside measured ones.
public struct CollectiveReport: Sendable {
  /// One for each measurement, in the order of the corpus.
  public var rows: [CollectiveRow]

  public init(rows: [CollectiveRow]) { self.rows = rows }
}

/// Predicts every measured collective of a corpus with the tuning model of NCCL or RCCL.
///
/// - Parameters:
///   - corpus: the text of a table of measurements; see `readCollectiveMeasurements`.
///   - file: its name, for errors.
///   - catalogue: where devices and links are looked up.
///   - constants: the measured constants to predict with.
/// - Throws: everything wrong in the table. A row that cannot be predicted is not an error: the report
///   says why it was skipped.
/// - Complexity: O(rows).
public func validateCollectives(
  _ corpus: String, file: String = "collectives.csv", catalogue: Catalogue = .bundled,
  constants: CollectiveConstants = .shipped
) throws(Diagnostics) -> CollectiveReport {
  CollectiveReport(
    rows: try readCollectiveMeasurements(corpus, file: file).map {
      CollectiveRow($0, catalogue: catalogue, constants: constants)
    })
}

/// Messages below and from one MiB on: latency rules the first, bandwidth the second.
public enum MessageClass: String, Sendable, CaseIterable {
  case small = "< 1 MiB"
  case large = "≥ 1 MiB"

  public init(_ size: ByteCount) { self = size < .mebibytes(1) ? .small : .large }
}

extension CollectiveReport {
  /// The rows that a filter takes.
  public func kept(by filter: RowFilter) -> CollectiveReport {
    CollectiveReport(rows: rows.filter { filter.accepts($0.measurement) })
  }

  /// All rows of a size; rows without one count nowhere.
  public func group(_ size: MessageClass) -> ValidationGroup { group("all", rows, size) }

  /// By source, in the order of first appearance, for one size.
  public func bySource(_ size: MessageClass) -> [ValidationGroup] { groups(size) { $0.measurement.source } }

  /// By collective, in the order of first appearance, for one size.
  public func byCollective(_ size: MessageClass) -> [ValidationGroup] {
    groups(size) { $0.measurement.collective }
  }

  /// By device, link and number of nodes, in the order of first appearance; skipped rows have none.
  public func byFabric(_ size: MessageClass) -> [ValidationGroup] { groups(size, \.fabric) }

  /// Why rows were skipped, and how many each, in the order of first appearance.
  public var skips: [(reason: String, count: Int)] { counted(rows.compactMap(\.skipReason)) }

  private func groups(_ size: MessageClass, _ key: (CollectiveRow) -> String?) -> [ValidationGroup] {
    var names: [String] = []
    for row in rows {
      if let name = key(row), !names.contains(name) { names.append(name) }
    }
    return names.map { name in group(name, rows.filter { key($0) == name }, size) }
      .filter { $0.rowCount > 0 }
  }

  private func group(_ name: String, _ rows: [CollectiveRow], _ size: MessageClass) -> ValidationGroup {
    let members = rows.filter { $0.measurement.size.map { MessageClass($0) == size } ?? false }
    let errors = members.compactMap(\.error)
    return ValidationGroup(
      name: name, rowCount: members.count, errors: errors.isEmpty ? nil : ErrorSummary(errors))
  }
}

extension CollectiveRow {
  /// Device, link and nodes: `A100-SXM-80GB, efa-100, 2 nodes`.
  var fabric: String? {
    outcome.map { outcome in
      let nodes = measurement.nodeCount ?? 1
      return "\(outcome.device), \(outcome.link), \(nodes) node\(nodes == 1 ? "" : "s")"
    }
  }
}
