import Catalogues
import CommandLines
import Documents
import Files
import Reporting
import Terminal
import Validation

func performCalibrate(_ invocation: Invocation) throws -> ExitStatus {
  let corpus = invocation.text("corpus")
  let paths = isFolder(corpus) ? try findFiles(under: corpus, endingIn: [".csv"], depth: 2) : [corpus]
  if paths.isEmpty { throw InputError(reason: "\(corpus) holds no CSV files") }
  let tables = try paths.map { CorpusFile(name: $0, text: try readTextFile($0)) }
  let files = tables.filter { holdsRuns($0.text) }
  let kernels = tables.filter { holdsKernels($0.text) }
  if files.isEmpty, !kernels.isEmpty {
    if invocation.flag("from-kernels") {
      throw InputError(
        reason: "--from-kernels is of no use: \(corpus) holds kernels alone, and no training runs")
    }
    return try performCalibrateKernels(kernels, invocation)
  }
  let loaded = try loadCatalogue(invocation)
  let catalogue = invocation.flag("from-kernels") ? loaded.withProductsOfKernels : loaded
  let threads = threadCount(invocation, nil)
  let calibration = try withProgressBar("calibrate \(fileName(of: corpus))") { bar in
    try calibrate(files, catalogue: catalogue, threads: threads) { bar.report(fraction: $0) }
  }
  if calibration.rows.isEmpty {
    throw InputError(reason: "no row of \(corpus) states a speed and all of its run")
  }
  if let folder = invocation.text(ifGiven: "out") { try write(calibration, to: folder) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(calibration.text(on: TextStream.standardOutput.screen))
  case .json: try printed(calibration.document.json())
  case .csv: try printed(calibration.commaSeparated)
  }
  return .done
}

/// An overlay of the catalogue: the devices with their new constants, and the rows they rest on.
private func write(_ calibration: Calibration, to folder: String) throws {
  let devices = joinedPath(folder, "accelerators")
  try createFolder(devices)
  for entry in calibration.devices {
    let name = entry.name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" }
    try writeFile(entry.document.yaml(), to: joinedPath(devices, String(name) + ".yaml"))
  }
  try writeFile(calibration.commaSeparated, to: joinedPath(folder, "calibration.csv"))
}

extension Calibration {
  fileprivate func text(on screen: Screen) -> String {
    var constants = TextTable([
      "Device", .number("16-bit"), .number("8-bit"), .number("4-bit"), .number("Attention"),
      .number("Memory"),
    ])
    for entry in devices {
      constants.add([entry.name] + cells(of: entry))
    }
    var errors = TextTable([
      .ends("Source"), .number("Rows"), .number("Before"), .number("P90"), .number("After"), .number("P90"),
      .number("Left out"), .number("P90"),
    ])
    for group in groups {
      let figures = [group.before, group.after, group.leftOut].flatMap {
        [Readable.percent($0.median), Readable.percent($0.percentile90)]
      }
      errors.add([group.source, "\(group.before.count)"] + figures)
    }
    return constants.text(on: screen) + "\n" + errors.text(on: screen)
  }

  /// New constants, each with what it was.
  private func cells(of entry: AcceleratorEntry) -> [String] {
    guard let old = catalogue.accelerators.first(where: { $0.name == entry.name })?.accelerator.calibration
    else { return [] }
    let new = entry.accelerator.calibration
    func cell(_ before: Double?, _ after: Double?) -> String {
      guard let after else { return "" }
      let now = Readable.fixed(after, decimals: 3)
      guard let before, before != after else { return now }
      return "\(Readable.fixed(before, decimals: 3)) → \(now)"
    }
    return [
      cell(
        old.matrixEfficiency[.bf16] ?? old.matrixEfficiency[.fp16],
        new.matrixEfficiency[.bf16] ?? new.matrixEfficiency[.fp16]),
      cell(old.matrixEfficiency[.fp8], new.matrixEfficiency[.fp8]),
      cell(old.matrixEfficiency[.fp4], new.matrixEfficiency[.fp4]),
      cell(old.attentionFactor, new.attentionFactor), cell(old.memoryEfficiency, new.memoryEfficiency),
    ]
  }
}
