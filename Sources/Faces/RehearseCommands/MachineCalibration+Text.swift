import Catalogues
import Collectives
import Hardware
import Terminal
import Validation

extension MachineCalibration {
  /// New constants beside the old ones, and errors before and after by kind of measurement.
  func text(on screen: Screen) -> String {
    var parts: [String] = []
    parts.append(constants.rowCount > 0 ? constants.text(on: screen) : "No constant changes.\n")
    parts += traces.map { $0.text(on: screen) }
    if let steps, !steps.groups.isEmpty { parts.append(steps.errors.text(on: screen)) }
    if let kernels {
      var table = TextTable([
        .ends("Kernels"), .number("Rows"), .number("Before"), .number("P90"), .number("After"),
        .number("P90"),
      ])
      for row in kernels.errors { table.add(row) }
      parts.append(table.text(on: screen))
      parts.append(kernels.report.text(on: screen))
    }
    if let collectives {
      var table = TextTable([
        .ends("Collectives"), .text("Bytes"), .number("Rows"), .number("Before"), .number("P90"),
        .number("After"), .number("P90"),
      ])
      for row in collectives.errors { table.add(row) }
      parts.append(table.text(on: screen))
      parts += collectives.after.skips.map { "skipped \($0.count): \($0.reason)\n" }
    }
    parts += skips.map { "skipped \($0.count): \($0.reason)\n" }
    return parts.joined(separator: "\n")
  }

  /// Constants that changed, of devices and then of links.
  private var constants: TextTable {
    var table = TextTable(["Device or link", "Constant", .number("Before"), .number("After")])
    for entry in devices {
      guard let old = catalogue.accelerators.first(where: { $0.name == entry.name })?.accelerator else {
        continue
      }
      for constant in changes(from: constants(of: old), to: constants(of: entry.accelerator)) {
        table.add([entry.name] + constant)
      }
    }
    for entry in links {
      guard let old = catalogue.links.first(where: { $0.name == entry.name })?.link else { continue }
      for constant in changes(from: constants(of: old), to: constants(of: entry.link)) {
        table.add([entry.name] + constant)
      }
    }
    return table
  }

  private typealias Constant = (name: String, value: Double?, decimals: Int)

  private func changes(from old: [Constant], to new: [Constant]) -> [[String]] {
    zip(old, new).compactMap { old, new in
      let texts = [old, new].map { $0.value.map { Readable.fixed($0, decimals: new.decimals) } ?? "" }
      return texts[0] == texts[1] ? nil : [new.name] + texts
    }
  }

  private func constants(of device: Accelerator) -> [Constant] {
    let constants = device.calibration
    let formats: [(String, [DataType])] = [("16-bit", [.bf16, .fp16]), ("8-bit", [.fp8]), ("4-bit", [.fp4])]
    let nccl = constants.nccl ?? NCCLGeneration(of: device).flatMap { .measured($0) }
    return formats.map { name, types in
      ("share of peak, \(name)", types.lazy.compactMap { constants.matrixEfficiency[$0] }.first, 3)
    } + [
      ("attention beside products", constants.attentionFactor, 3),
      ("convolutions beside products", constants.convolutionFactor, 3),
      ("share of memory bandwidth", constants.memoryEfficiency, 3),
      ("launch, us", constants.kernelOverhead.seconds * 1e6, 2),
      ("NCCL's LL, us", nccl?.baseLatency[0], 1), ("NCCL's LL, us a hop", nccl?.hopLatency[0], 2),
      ("NCCL's LL, GB/s", nccl?.maximumLL, 1),
      ("NCCL's LL128, us", nccl?.baseLatency[1], 1), ("NCCL's LL128, us a hop", nccl?.hopLatency[1], 2),
      ("NCCL's LL128, share of rate", nccl?.shareLL128, 2),
      ("NCCL's Simple, us", nccl?.baseLatency[2], 1), ("NCCL's Simple, us a hop", nccl?.hopLatency[2], 2),
      ("NCCL's Simple, share of rate", nccl?.shareSimple, 2), ("NCCL's copies, GB/s", nccl?.copyRate, 0),
      ("NVLink switch, us", nccl?.nvlsLatency, 1), ("NVLink switch, share of rate", nccl?.nvlsShare, 2),
    ]
  }

  private func constants(of link: LinkClass) -> [Constant] {
    [
      ("share of rate", link.efficiency, 3), ("latency, us", link.latency.seconds * 1e6, 2),
      ("overhead of a message, us", link.messageCost.map { $0.overhead.seconds * 1e6 }, 2),
    ]
  }
}

extension Calibration {
  fileprivate var errors: TextTable {
    var table = TextTable([
      .ends("Source"), .number("Rows"), .number("Before"), .number("P90"), .number("After"), .number("P90"),
      .number("Left out"), .number("P90"),
    ])
    for group in groups {
      let figures = [group.before, group.after, group.leftOut].flatMap {
        [Readable.percent($0.median), Readable.percent($0.percentile90)]
      }
      table.add([group.source, "\(group.before.count)"] + figures)
    }
    return table
  }
}

extension TraceMeasurement {
  /// Time of the trace's kernels by what the model takes them for.
  fileprivate func text(on screen: Screen) -> String {
    var table = TextTable([.ends(file), .number("Calls"), .number("Time"), .number("Share")])
    for (kind, calls, seconds) in shares {
      table.add([
        kind.rawValue, "\(calls)", Readable.seconds(seconds), Readable.percent(seconds / self.seconds),
      ])
    }
    let shown = others.prefix(5)
    for other in shown {
      table.add([
        "not fitted: \(other.name)", "\(other.callCount)", Readable.seconds(other.seconds),
        Readable.percent(other.seconds / seconds),
      ])
    }
    let rest = others.dropFirst(shown.count)
    if !rest.isEmpty {
      let seconds = rest.reduce(0) { $0 + $1.seconds }
      table.add([
        "not fitted: \(rest.count) others", "\(rest.reduce(0) { $0 + $1.callCount })",
        Readable.seconds(seconds),
        Readable.percent(seconds / self.seconds),
      ])
    }
    return table.text(on: screen)
  }
}

extension KernelCalibration {
  /// Errors by device, of what was predicted.
  fileprivate var errors: [[String]] {
    func groups(_ report: KernelReport) -> [KernelGroup] {
      report.sections.first { $0.title == "device" }?.groups ?? []
    }
    return zip(groups(before), groups(report)).map { old, new in
      let figures = [old.fitted, new.fitted].flatMap { errors in
        errors.map { [Readable.percent($0.median), Readable.percent($0.percentile90)] } ?? ["", ""]
      }
      return [new.name, "\(new.rowCount)"] + figures
    }
  }
}

extension CollectiveMachineFit {
  /// Errors by source and size, before and after.
  fileprivate var errors: [[String]] {
    MessageClass.allCases.flatMap { size in
      zip(before.bySource(size), after.bySource(size)).map { old, new in
        let figures = [old.errors, new.errors].flatMap { errors in
          errors.map { [Readable.percent($0.median), Readable.percent($0.percentile90)] } ?? ["", ""]
        }
        return [new.name, size.rawValue, "\(new.rowCount)"] + figures
      }
    }
  }
}
