import CollectiveStudies
import Collectives
import Documents
import Quantities

extension CollectiveStudyReport {
  /// `rehearsal.collective/1`.
  public var document: OutputValue {
    [
      "schema": "rehearsal.collective/1", "version": .string(rehearsalVersion),
      "op": .string(answer.kind.rawValue), "ranks": .count(answer.rankCount), "nodes": .count(nodeCount),
      "fabric": .string(fabricName), "device": device.map { .string($0) } ?? .null,
      "type": .string(elementType.rawValue), "redop": .string(answer.kind.reductionName),
      "root": .count(answer.kind.rootIndex), "timing": .string(timing.rawValue),
      "tuner": .string(tuner.rawValue), "seed": .count(seed),
      "average_busbw_bytes_per_second": averageBusBandwidth.map { .real($0 * 1e9) } ?? .null,
      "mean_error": meanError.map { .real($0) } ?? .null,
      "rows": .list(answer.rows.map(rowDocument)),
      "refused": .list(
        answer.refusals.map {
          ["algorithm": .string($0.name), "reason": .string($0.reason)]
        }),
      "absent_tuners": .list(
        absences.map { ["tuner": .string($0.tuner.rawValue), "reason": .string($0.reason)] }),
      "calibration": calibration?.document ?? .null,
      "measured": measured.map { .string($0.file) } ?? .null, "fit": fit?.document ?? .null,
    ]
  }

  private func rowDocument(_ row: CollectiveTimes) -> OutputValue {
    let fastest = row.fastest
    return [
      "size_bytes": .integer(row.bytes.bytes), "count": .integer(elementCount(row)),
      "times": .list(
        row.times.indices.map { index in
          let time = row.times[index]
          return [
            "source": .string(time.method.source), "algorithm": textOrNull(time.method.algorithmName),
            "protocol": textOrNull(time.method.protocolName),
            "pattern": textOrNull(time.method.library?.pattern.rawValue),
            "approximate": time.method.library.map { .bool($0.isApproximate) } ?? .null,
            "time_seconds": .real(time.duration.seconds),
            "algbw_bytes_per_second": rate(answer.algorithmBandwidth(row.bytes, in: time.duration)),
            "busbw_bytes_per_second": rate(answer.busBandwidth(row.bytes, in: time.duration)),
            "chosen": .bool(index == row.chosen), "fastest": .bool(index == fastest),
            "chosen_by": .list(row.choosers(of: index).map { .string($0.rawValue) }),
          ]
        }),
      "measured": measured(row.bytes).map { measured in
        [
          "out_of_place_seconds": .real(measured.outOfPlace.seconds),
          "in_place_seconds": measured.inPlace.map { .real($0.seconds) } ?? .null,
          "busbw_bytes_per_second": rate(answer.busBandwidth(row.bytes, in: measured.outOfPlace)),
          "error": error(row).map { .real($0) } ?? .null,
        ]
      } ?? .null,
    ]
  }

  /// A line for every size and way to do it, all columns.
  public var csv: String {
    commaSeparatedText(
      columns: [
        "size_bytes", "count", "type", "redop", "root", "source", "algorithm", "protocol", "time_seconds",
        "algbw_bytes_per_second", "busbw_bytes_per_second", "chosen", "fastest", "measured_seconds",
        "measured_in_place_seconds", "error", "pattern", "approximate", "chosen_by",
      ],
      rows: answer.rows.flatMap { row in
        let measured = measured(row.bytes)
        let fastest = row.fastest
        return row.times.indices.map { index in
          let time = row.times[index]
          return [
            .integer(row.bytes.bytes), .integer(elementCount(row)), .string(elementType.rawValue),
            .string(answer.kind.reductionName), .count(answer.kind.rootIndex),
            .string(time.method.source), textOrNull(time.method.algorithmName),
            textOrNull(time.method.protocolName),
            .real(time.duration.seconds), rate(answer.algorithmBandwidth(row.bytes, in: time.duration)),
            rate(answer.busBandwidth(row.bytes, in: time.duration)), .bool(index == row.chosen),
            .bool(index == fastest), measured.map { .real($0.outOfPlace.seconds) } ?? .null,
            measured?.inPlace.map { .real($0.seconds) } ?? .null,
            measured.map { .real(time.duration.seconds / $0.outOfPlace.seconds - 1) } ?? .null,
            textOrNull(time.method.library?.pattern.rawValue),
            time.method.library.map { .bool($0.isApproximate) } ?? .null,
            .string(row.choosers(of: index).map(\.rawValue).joined(separator: " ")),
          ]
        }
      })
  }

  func elementCount(_ row: CollectiveTimes) -> Int64 {
    answer.kind.elementCount(row.bytes, of: elementType, rankCount: answer.rankCount)
  }
}

private func textOrNull(_ value: String?) -> OutputValue { value.map { .string($0) } ?? .null }

private func rate(_ value: Double?) -> OutputValue { value.map { .real($0) } ?? .null }
