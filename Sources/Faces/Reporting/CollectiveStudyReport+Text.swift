import CollectiveStudies
import Collectives
import Documents
import Quantities
import Terminal

extension CollectiveStudyReport {
  /// The table of nccl-tests, the table of all algorithms where it is wanted, and the facts below.
  public func text(comparesAll: Bool, on screen: Screen = .plain) -> String {
    var text = heading("\(answer.kind.rawValue) on \(fabricName)", on: screen)
    text += (measured == nil ? choiceTable : measuredTable).text(on: screen) + "\n"
    if comparesAll { text += comparisonTable.text(on: screen) + "\n" }
    if let fit { text += fit.table.text(on: screen) + "\n" }
    if comparesAll {
      for refusal in answer.refusals { text += "without \(refusal.name): \(refusal.reason)\n" }
    }
    if comparesAll || tuner == .least {
      for absence in absences { text += "without \(absence.tuner.label): \(absence.reason)\n" }
    }
    return text + factBlock(facts, on: screen)
  }

  /// Out of place, as nccl-tests prints it, and by which algorithm.
  private var choiceTable: TextTable {
    var table = TextTable([
      .number("size (B)"), .number("count"), "type", "redop", .number("time (us)"), .number("algbw"),
      .number("busbw"), "Algorithm",
    ])
    for row in answer.rows {
      let choice = row.choice
      table.add([
        "\(row.bytes.bytes)", "\(elementCount(row))", elementType.rawValue, answer.kind.reductionName,
        microseconds(choice?.duration), gigabytes(row, choice?.duration, isBus: false),
        gigabytes(row, choice?.duration, isBus: true), choice?.method.label ?? "none",
      ])
    }
    return table
  }

  private var measuredTable: TextTable {
    var table = TextTable([
      .number("size (B)"), .number("time (us)"), .number("busbw"), "Algorithm", .number("measured"),
      .number("busbw"), .number("error"),
    ])
    for row in answer.rows {
      let choice = row.choice
      let measured = measured(row.bytes)
      table.add([
        "\(row.bytes.bytes)", microseconds(choice?.duration), gigabytes(row, choice?.duration, isBus: true),
        choice?.method.label ?? "none", microseconds(measured?.outOfPlace),
        gigabytes(row, measured?.outOfPlace, isBus: true), error(row).map(signedPercent) ?? "",
      ])
    }
    return table
  }

  /// Every time of every size, the least first, and who takes it; `*` marks the answer.
  private var comparisonTable: TextTable {
    var table = TextTable([
      .number("size (B)"), "By", "Algorithm", .number("time (us)"), .number("algbw"), .number("busbw"),
      .number("of best"), "Taken by", "",
    ])
    for row in answer.rows {
      let order = row.times.indices.sorted { (row.times[$0].duration, $0) < (row.times[$1].duration, $1) }
      for (place, index) in order.enumerated() {
        let time = row.times[index]
        let best = row.times[order[0]].duration.seconds
        table.add([
          .init(place == 0 ? "\(row.bytes.bytes)" : ""), .init(time.method.source),
          .init(time.method.label), .init(microseconds(time.duration)),
          .init(gigabytes(row, time.duration, isBus: false)),
          .init(gigabytes(row, time.duration, isBus: true)),
          .init(best > 0 ? "\(Readable.fixed(time.duration.seconds / best, decimals: 2))x" : ""),
          .init(row.choosers(of: index).map(\.rawValue).joined(separator: ", ")),
          .init(index == row.chosen ? "*" : "", .green),
        ])
      }
    }
    return table
  }

  private var facts: [(name: String, value: String)] {
    let nodes = "\(Readable.count(nodeCount)) \(nodeCount == 1 ? "node" : "nodes")"
    var facts = [("Ranks", "\(Readable.count(answer.rankCount)) on \(nodes)")]
    if let device { facts.append(("Device", device)) }
    facts.append(("Choice", choiceText))
    if let average = averageBusBandwidth {
      facts.append(("Avg bus bandwidth", "\(Readable.number(average)) GB/s"))
    }
    if let average = measured?.averageBusBandwidth {
      facts.append(("Measured average", "\(Readable.number(average)) GB/s"))
    }
    if let meanError { facts.append(("Mean error", Readable.percent(meanError))) }
    return facts
  }

  private var choiceText: String {
    switch tuner {
    case .nccl, .rccl: "what \(tuner.label)'s tuning model takes"
    case .openMPI, .mpich: "what \(tuner.label)'s rules take, timed \(timing.words)"
    case .auto, .least: "the least time of the schedules, \(timing.words)"
    case .calibration: "the line of \(calibration?.source ?? "the calibration")"
    }
  }

  private func microseconds(_ duration: SimDuration?) -> String {
    guard let duration else { return "" }
    let value = duration.seconds * 1e6
    return Readable.fixed(value, decimals: value < 1e4 ? 2 : value < 1e5 ? 1 : 0, separator: "")
  }

  private func gigabytes(_ row: CollectiveTimes, _ duration: SimDuration?, isBus: Bool) -> String {
    guard let duration else { return "" }
    let rate =
      isBus
      ? answer.busBandwidth(row.bytes, in: duration) : answer.algorithmBandwidth(row.bytes, in: duration)
    return rate.map { Readable.fixed($0 / 1e9, decimals: 2, separator: "") } ?? ""
  }

  private func signedPercent(_ value: Double) -> String {
    (value > 0 ? "+" : "") + Readable.percent(value)
  }
}

extension ScheduleTiming {
  fileprivate var words: String {
    switch self {
    case .steps: "step by step"
    case .closedForm: "by the closed form"
    case .messages: "message by message"
    }
  }
}

extension CollectiveCalibration {
  /// α, 1/β and error bar of each class.
  fileprivate var table: TextTable {
    var table = TextTable([
      .number("Fit from (B)"), .number("to (B)"), .number("alpha"), .number("1/beta"), .number("residual"),
    ])
    for one in classes {
      let beta = one.cost.secondsPerByte
      table.add([
        "\(one.from.bytes)", "\(one.to.bytes)", Readable.seconds(one.cost.latency),
        beta > 0 ? Readable.metric(1 / beta, unit: "B/s") : "unlimited", Readable.percent(one.residual),
      ])
    }
    return table
  }
}
