import Charts
import Collectives
import CommandLines
import Diagnostics
import Documents
import Fabrics
import Files
import Rehearsal
import Reporting
import Scenarios
import Terminal
import Training

func performRun(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  let source = try runSource(invocation)
  var scenario = try loader.scenario(source)
  if let folder = invocation.text(ifGiven: "out") { scenario.output.directory = folder }
  if invocation.flag("trace") { scenario.output.trace = true }
  if invocation.flag("history") { scenario.output.history = true }
  if invocation.flag("no-charts") { scenario.output.charts = false }
  let threads = threadCount(invocation, scenario)
  let report = try withProgressBar("simulate \(scenario.name)") { bar in
    try refusingUnrunnable {
      try rehearse(
        scenario, resolver: loader.resolver, threads: threads, clock: monotonicSeconds,
        progress: { bar.report(fraction: $0) })
    }
  }
  let written = try writeRun(report, scenario)
  if invocation.choice("format", as: OutputFormat.self) == .json {
    try printed(report.document.json())
  } else {
    let screen = TextStream.standardOutput.screen
    try printed(report.summary(on: screen) + factBlock([("Files", written.description)], on: screen))
  }
  return report.result.memory.fits ? .done : .negative
}

private func runSource(_ invocation: Invocation) throws(InputError) -> String {
  switch (invocation.text(ifGiven: "scenario"), invocation.text(ifGiven: "preset")) {
  case (let file?, nil): return file
  case (nil, let preset?): return preset
  case (.some, .some): throw InputError(reason: "run takes a scenario or --preset, not both")
  case (nil, nil):
    throw InputError(reason: "run needs a scenario: a file, or --preset small, medium or large")
  }
}

/// Topologies that leave ranks apart, algorithms that cannot do the job and runs beyond the simulated clock
/// are bad input, not faults.
func refusingUnrunnable<Answer>(_ work: () throws -> Answer) throws -> Answer {
  do {
    return try work()
  } catch let error as FabricError {
    throw InputError(reason: "\(error)")
  } catch let error as CollectiveError {
    throw InputError(reason: "\(error)")
  } catch let error as JobError {
    throw InputError(reason: "\(error)")
  }
}

/// Files of a run.
struct WrittenRun {
  var folder: String
  var names: [String]
  var note: String?

  var description: String {
    var text = "\(folder): \(names.joined(separator: ", "))"
    if let note { text += "; \(note)" }
    return text
  }
}

/// Writes what a run leaves behind under the scenario's output directory.
private func writeRun(_ report: RunReport, _ scenario: Scenario) throws -> WrittenRun {
  let folder = scenario.output.directory
  let name = scenario.name
  try createFolder(folder)
  var names: [String] = []
  func write(_ text: String, _ file: String) throws {
    try writeFile(text, to: joinedPath(folder, file))
    names.append(file)
  }
  try write(report.scenario.yaml(), "\(name)_config.yaml")
  try write(report.document.json() + "\n", "\(name)_results.json")
  let findings = OutputValue.list(report.bottlenecks.map(\.document))
  try write(findings.json() + "\n", "\(name)_bottlenecks.json")
  if scenario.output.trace {
    try write(collected { try writeTrace(report.result, to: $0) }, "\(name)_trace.json")
  }
  if scenario.output.history {
    try write(collected { try writeHistory(report.result, to: $0) }, "\(name)_history.jsonl")
  }
  var note: String?
  if scenario.output.charts {
    let outcome = ChartRenderer().write(runCharts(report.result), to: folder)
    let stems = outcome.files.filter { $0.hasSuffix(".vl.json") }.count
    names.append("\(stems) charts (\(outcome.note == nil ? "PNG, SVG, Vega-Lite" : "Vega-Lite"))")
    note = outcome.note
  }
  return WrittenRun(folder: folder, names: names, note: note)
}

private func collected(_ body: ((String) throws -> Void) throws -> Void) rethrows -> String {
  var text = ""
  try body { text += $0 }
  return text
}
