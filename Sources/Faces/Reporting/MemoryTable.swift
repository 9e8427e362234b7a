import Documents
import MemoryModels
import Quantities
import Terminal
import Training

/// What ranks hold at their peak, part by part, for every stage of the pipeline.
public struct MemoryTable: Sendable {
  public var name: String
  /// Every class of ranks, stage by stage.
  public var reports: [MemoryReport]

  public init(name: String, result: TrainingResult) {
    self.name = name
    reports = result.memoryByClass
  }

  public var fits: Bool { reports.allSatisfy(\.fits) }

  /// Neighbouring classes that hold the same, under one name.
  var columns: [(title: String, report: MemoryReport)] {
    var groups: [(first: Int, last: Int)] = []
    for index in reports.indices {
      if let group = groups.last, reports[group.first].holdsAs(reports[index]) {
        groups[groups.count - 1].last = index
      } else {
        groups.append((index, index))
      }
    }
    if groups.count == 1 { return [("every rank", reports[0])] }
    return groups.map { group in
      let (first, last) = (reports[group.first], reports[group.last])
      return (group.first == group.last ? first.className : "\(first.className)–\(last.stage)", first)
    }
  }

  public var document: OutputValue {
    [
      "schema": "rehearsal.memory/1", "version": .string(rehearsalVersion), "name": .string(name),
      "fits": .bool(fits),
      "ranks": .list(
        columns.map { column in
          let report = column.report
          return [
            "ranks": .string(column.title), "stage": .count(report.stage), "fits": .bool(report.fits),
            "capacity_bytes": .integer(report.capacity.bytes), "needed_bytes": .integer(report.needed.bytes),
            "headroom_bytes": .integer(report.headroom.bytes),
            "reserved_bytes": .integer(report.reserved.reserved.bytes),
            "allocated_bytes": .integer(report.reserved.allocated.bytes),
            "fragmentation_bytes": .integer(report.fragmentation.bytes),
            "allocation_retries": .count(report.reserved.retryCount),
            "peak_operator": .string(report.peakOperator),
            "live_at_peak": .object(
              MemoryPart.allCases.map { .init("\($0.label)_bytes", .integer(report.live($0).bytes)) }),
            "host_bytes_per_node": .integer(report.hostBytesPerNode.bytes),
            "disk_bytes_per_node": .integer(report.diskBytesPerNode.bytes),
          ]
        }),
    ]
  }

  public var csv: String {
    let lines = columns.flatMap { column in
      MemoryPart.allCases.map { (column.title, $0.label, column.report.live($0)) }
        + [
          (column.title, "fragmentation", column.report.fragmentation),
          (column.title, "needed", column.report.needed), (column.title, "capacity", column.report.capacity),
        ]
    }
    return commaSeparatedText(
      columns: ["ranks", "part", "bytes"],
      rows: lines.map { [.string($0.0), .string($0.1), .integer($0.2.bytes)] })
  }
}

extension MemoryReport {
  /// Whether another class of ranks holds the same on the same capacity.
  fileprivate func holdsAs(_ other: MemoryReport) -> Bool {
    reserved == other.reserved && capacity == other.capacity && peakOperator == other.peakOperator
  }
}
