import Charts
import CollectiveStudies
import Collectives
import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Quantities
import Reporting
import Terminal

func performCollective(_ invocation: Invocation) throws -> ExitStatus {
  guard let kind = CollectiveKind(rawValue: invocation.text("op")) else {
    throw InputError(reason: "no collective is named '\(invocation.text("op"))'")
  }
  let measured = try invocation.text(ifGiven: "measured").map { path throws(Diagnostics) in
    try readMeasuredCollectives(try readTextFile(path), file: path)
  }
  let calibration = try invocation.text(ifGiven: "calibration").map { path throws(Diagnostics) in
    try readCalibration(try readTextFile(path), file: path)
  }
  let machine = try CollectiveMachine(invocation)
  try checkEvents(of: machine, invocation)
  let ranks = try machine.ranks(invocation.integer(ifGiven: "ranks"), for: kind)
  let group = GroupFacts(kind, ranks: ranks, on: machine)
  if let measured { try group.check(measured) }
  if let calibration { try group.check(calibration) }
  let choices = try CollectiveChoices(invocation, kind, ranks, on: machine, calibration)
  let question = CollectiveQuestion(
    kind, sizes: try sizes(invocation, kind, measured), on: machine.fabric, ranks: ranks,
    algorithms: choices.algorithms, levels: choices.levels,
    graphs: machine.timeline.events.isEmpty ? choices.graphs : [],
    timing: try timing(invocation), tuners: choices.tuners,
    calibration: choices.isFixed ? nil : calibration, tuner: choices.tuner,
    reductionSecondsPerByte: machine.reductionSecondsPerByte, during: machine.timeline)
  let answer = withProgressBar("collective \(kind.rawValue)") { bar in
    question.answer(threads: threadCount(invocation, nil)) { bar.report(fraction: $0) }
  }
  if answer.rows.allSatisfy(\.times.isEmpty) {
    let reasons = answer.refusals.map { "\n  \($0.name): \($0.reason)" }.joined()
    throw InputError(reason: "no algorithm can do it\(reasons)")
  }
  let fit = measured.flatMap {
    $0.calibration(
      kind: kind, rankCount: ranks.count, nodeCount: group.nodeCount, device: machine.deviceName ?? "")
  }
  let report = CollectiveStudyReport(
    fabricName: machine.name, device: machine.deviceName, nodeCount: group.nodeCount,
    timing: question.timing, tuner: choices.tuner, elementType: invocation.choice("type"),
    seed: invocation.integer("seed"), answer: answer, calibration: question.calibration, measured: measured,
    fit: fit, absences: choices.absences.map { .init($0.tuner, $0.reason) })
  if let path = invocation.text(ifGiven: "save") {
    guard let fit else {
      throw InputError(
        reason: measured == nil
          ? "--save writes what is fitted to measured times; give them with --measured"
          : "a fit needs four sizes at least")
    }
    let document = fit.document
    try writeFile(path.hasSuffix(".json") ? document.json() + "\n" : document.yaml(), to: path)
  }
  return try present(report, invocation)
}

/// Writes the documents and charts where a folder is given, and prints the report as asked.
private func present(_ report: CollectiveStudyReport, _ invocation: Invocation) throws -> ExitStatus {
  var files: String?
  if let folder = invocation.text(ifGiven: "out") {
    try createFolder(folder)
    try writeFile(report.document.json() + "\n", to: joinedPath(folder, "collective.json"))
    try writeFile(report.csv, to: joinedPath(folder, "collective.csv"))
    var names = "\(folder): collective.json, collective.csv"
    if let fit = report.fit {
      try writeFile(fit.document.yaml(), to: joinedPath(folder, "calibration.yaml"))
      names += ", calibration.yaml"
    }
    if !invocation.flag("no-charts") {
      let outcome = ChartRenderer().write(report.charts, to: folder)
      if !outcome.files.isEmpty { names += ", charts" }
      if let note = outcome.note { names += "; \(note)" }
    }
    files = names
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.csv)
  case .text:
    let screen = TextStream.standardOutput.screen
    let comparesAll =
      invocation.flag("all") || report.answer.rows.count == 1 || invocation.isGiven("algorithm-file")
    let text = report.text(comparesAll: comparesAll, on: screen)
    try printed(text + (files.map { factBlock([("Files", $0)], on: screen) } ?? ""))
  }
  return .done
}

private func sizes(
  _ invocation: Invocation, _ kind: CollectiveKind, _ measured: MeasuredCollectives?
) throws -> [ByteCount] {
  if kind == .barrier {
    if invocation.isGiven("size") { throw InputError(reason: "a barrier has no size: leave out --size") }
    return [.zero]
  }
  let given = invocation.text(ifGiven: "size")
  if invocation.isGiven("factor"), given?.contains("..") != true, given != nil || measured != nil {
    throw InputError(reason: "--factor is of a range of sizes, such as --size 8B..8GiB")
  }
  if given == nil, let measured { return measured.bySize.map(\.bytes) }
  return try readSizes(given ?? "8B..8GiB", option: "--size", factor: invocation.integer("factor"))
}

/// Steps that are alike are solved once, and a fit knows no events: both would leave them out.
private func checkEvents(of machine: CollectiveMachine, _ invocation: Invocation) throws(InputError) {
  if machine.timeline.events.isEmpty { return }
  if !invocation.flag("unfolded") {
    throw InputError(reason: "events happen between messages: add --unfolded")
  }
  if invocation.isGiven("calibration") {
    throw InputError(reason: "a calibration knows no events: leave out --calibration")
  }
  if invocation.isGiven("algorithm-file") || invocation.text(ifGiven: "algorithm") == "themis" {
    throw InputError(reason: "algorithms as graphs take no events: name a schedule with --algorithm")
  }
}

private func timing(_ invocation: Invocation) throws(InputError) -> ScheduleTiming {
  switch (invocation.flag("unfolded"), invocation.flag("closed-form")) {
  case (true, true): throw InputError(reason: "--unfolded and --closed-form exclude each other")
  case (true, false): .messages
  case (false, true): .closedForm
  case (false, false): .steps
  }
}
