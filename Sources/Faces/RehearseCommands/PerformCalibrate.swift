import Catalogues
import CommandLines
import Documents
import Files
import Terminal
import Validation

func performCalibrate(_ invocation: Invocation) throws -> ExitStatus {
  let files = try MeasuredFiles(invocation)
  let catalogue = try loadCatalogue(invocation)
  let base: KernelBase = invocation.flag("from-starts") ? .starts : .shipped
  if base == .starts, files.measurements.runs.isEmpty, files.measurements.kernels.isEmpty {
    throw InputError(
      reason:
        "--from-starts is of no use: \(invocation.texts("corpus").joined(separator: ", ")) holds neither runs "
        + "nor kernels")
  }
  try checkPlaces(invocation, files.measurements)
  let calibration = try withProgressBar("calibrate") { bar in
    try calibrateMachine(
      files.measurements, catalogue: catalogue, from: base, threads: threadCount(invocation, nil)
    ) { bar.report(fraction: $0) }
  }
  if invocation.isGiven("inter-link"), !calibration.hasNodes {
    throw InputError(reason: "--inter-link is of no use: no trace and no output of nccl-tests spans nodes")
  }
  if let reason = calibration.emptiness(of: files.measurements) { throw InputError(reason: reason) }
  if let folder = invocation.text(ifGiven: "out") { try write(calibration, to: folder) }
  for file in files.passedOver {
    _ = try TextStream.standardError.write("not read: \(file.path): \(file.reason)\n")
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(calibration.text(on: TextStream.standardOutput.screen))
  case .json: try printed(calibration.document.json())
  case .csv:
    try printed(calibration.tables.map(\.text).joined(separator: "\n"))
    for skip in calibration.skips {
      _ = try TextStream.standardError.write("skipped \(skip.count): \(skip.reason)\n")
    }
  }
  return .done
}

/// Options that say of what a file was measured, where no file leaves that open.
private func checkPlaces(_ invocation: Invocation, _ measured: MachineMeasurements) throws(InputError) {
  if invocation.isGiven("accelerator"), measured.traces.isEmpty, measured.collectiveRuns.isEmpty {
    throw InputError(reason: "--accelerator is of no use: tables name their devices")
  }
  if invocation.isGiven("accelerators-per-node"), measured.traces.allSatisfy(\.collectives.isEmpty) {
    throw InputError(reason: "--accelerators-per-node is of no use: no trace holds collectives")
  }
}

extension MachineCalibration {
  /// Whether a file that leaves the network open was measured on several nodes.
  fileprivate var hasNodes: Bool {
    collectives?.before.rows.contains {
      $0.measurement.provenance == MeasuredPlace.provenance && ($0.measurement.nodeCount ?? 1) > 1
    } ?? false
  }

  /// What measurements there were that told nothing; nil where all told something.
  fileprivate func emptiness(of measured: MachineMeasurements) -> String? {
    if !measured.runs.isEmpty, measured.traces.isEmpty, steps?.rows.isEmpty != false {
      return
        "no row of \(measured.runs.map(\.name).joined(separator: ", ")) states a speed and all of its run"
    }
    if let kernels, !kernels.report.rows.contains(where: { $0.outcome != nil }) {
      return
        "no row of \(measured.kernels.map(\.name).joined(separator: ", ")) is a kernel that can be predicted"
    }
    for trace in traces where trace.work.isEmpty && collectives == nil {
      return "\(trace.file) holds no operator whose shapes are known: profile with record_shapes=True"
    }
    let hasCollectives = collectives?.after.rows.contains { $0.outcome != nil } ?? false
    if !traces.isEmpty, measured.runs.isEmpty, !hasCollectives, steps?.rows.isEmpty != false {
      let reasons = skips.map { "\n  \($0.count): \($0.reason)" }.joined()
      return "no call of a trace tells a constant" + reasons
    }
    if let collectives, !hasCollectives, steps == nil, kernels == nil {
      let reasons = (collectives.after.skips + skips).map { "\n  \($0.count): \($0.reason)" }.joined()
      return "no collective can be predicted" + reasons
    }
    return nil
  }
}

/// An overlay of the catalogue: devices and links with their new constants, and the rows they rest on. Entries that a folder
/// has from before are told: they stay, and count.
private func write(_ calibration: MachineCalibration, to folder: String) throws {
  var written: Set<String> = []
  func write(_ document: OutputValue, named name: String, in kind: String) throws {
    let path = joinedPath(folder, kind)
    try createFolder(path)
    let file = String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
    try writeFile(document.yaml(), to: joinedPath(path, file + ".yaml"))
    written.insert(joinedPath(path, file + ".yaml"))
  }
  try createFolder(folder)
  for entry in calibration.devices { try write(entry.document, named: entry.name, in: "accelerators") }
  for entry in calibration.links { try write(entry.document, named: entry.name, in: "links") }
  for table in calibration.tables { try writeFile(table.text, to: joinedPath(folder, table.name)) }
  for path in try findFiles(under: folder, endingIn: [".yaml"], depth: 2) where !written.contains(path) {
    _ = try TextStream.standardError.write("not of this fit, and left: \(path)\n")
  }
}
