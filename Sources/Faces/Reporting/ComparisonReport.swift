import Charts
import Documents
import Terminal
import Training

/// Jobs side by side.
public struct ComparisonReport: Sendable {
  public struct Row: Sendable {
    public var label: String
    public var result: TrainingResult?
    /// Why the job could not be simulated.
    public var refusal: String?

    public init(label: String, result: TrainingResult? = nil, refusal: String? = nil) {
      self.label = label
      self.result = result
      self.refusal = refusal
    }
  }

  public var title: String
  public var rows: [Row]

  public init(title: String, rows: [Row]) {
    self.title = title
    self.rows = rows
  }

  public func text(on screen: Screen = .plain) -> String {
    // A sample is a sequence, whatever its texts fill of it.
    let haveTexts = rows.contains { $0.result?.job.plan.lengths != nil }
    var table = TextTable([
      "", .number("Step"), .number(haveTexts ? "Text tokens/s" : "Samples/s"), .number("Exposed"),
      .number("MFU"), .number("Memory"),
      "Fits",
    ])
    for row in rows {
      guard let result = row.result else { continue }
      table.add([
        row.label, Readable.seconds(result.step.time),
        Readable.number(
          haveTexts ? result.throughput.usefulTokensPerSecond : result.throughput.samplesPerSecond),
        Readable.seconds(result.step.exposedCommunication), Readable.percent(result.throughput.mfu),
        Readable.bytes(Double(result.memory.needed.bytes)), result.memory.fits ? "yes" : "no",
      ])
    }
    var text = heading(title, on: screen) + table.text(on: screen)
    for row in rows {
      guard let refusal = row.refusal else { continue }
      let line = refusal.hasPrefix(row.label) ? refusal : "\(row.label): \(refusal)"
      text += wrapped(line, to: screen.width).joined(separator: "\n  ") + "\n"
    }
    return text + "\n"
  }

  public var document: OutputValue {
    .list(
      rows.map { row in
        guard let result = row.result else {
          return ["label": .string(row.label), "refused": .string(row.refusal ?? "")]
        }
        return [
          "label": .string(row.label), "step": result.step.document,
          "throughput": result.throughput.document, "mfu": .real(result.throughput.mfu),
          "memory": result.memory.document, "fingerprint": .string(hexadecimal(result.fingerprint)),
        ]
      })
  }

  public var csv: String {
    commaSeparatedText(
      columns: [
        "label", "step_seconds", "samples_per_second", "useful_tokens_per_second",
        "exposed_communication_seconds", "mfu", "peak_bytes", "needed_bytes", "fits", "refused",
      ],
      rows: rows.map { row in
        guard let result = row.result else {
          return [.string(row.label)] + Array(repeating: .null, count: 8) + [.string(row.refusal ?? "")]
        }
        return [
          .string(row.label), .real(result.step.time), .real(result.throughput.samplesPerSecond),
          .real(result.throughput.usefulTokensPerSecond), .real(result.step.exposedCommunication),
          .real(result.throughput.mfu), .integer(result.memory.peak.bytes),
          .integer(result.memory.needed.bytes), .bool(result.memory.fits), .null,
        ]
      })
  }

  public var chart: IterationBreakdownChart {
    IterationBreakdownChart(
      title: "\(title): time per step", category: "scenario",
      bars: rows.compactMap { row in
        row.result.map { IterationBreakdownChart.Bar(label: row.label, step: $0.step) }
      })
  }
}
