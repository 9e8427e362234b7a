import Charts
import CommandLines
import Documents
import Files
import Reporting
import Scaling
import Scenarios
import Terminal

func performScale(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  let scenario = try loader.scenario(invocation.text("scenario"))
  let job = try loader.resolver.job(for: scenario)
  let counts = Set(invocation.integers("nodes")).sorted()
  let modes: [ScalingMode] =
    ScalingMode(rawValue: invocation.text("mode")).map { [$0] } ?? [.strong, .weak]
  let threads = threadCount(invocation, scenario)
  let total = Double(counts.count * modes.count)
  let studies = try withProgressBar("scale \(scenario.name)") { bar in
    try refusingUnrunnable {
      modes.enumerated().map { index, mode in
        scalingStudy(job, nodeCounts: counts, mode: mode, threads: threads) { done in
          bar.report(fraction: (Double(index * counts.count) + Double(done)) / total)
        }
      }
    }
  }
  let report = ScalingReport(name: scenario.name, studies: studies)
  let folder = invocation.text(ifGiven: "out") ?? "\(scenario.output.directory)-scaling"
  try createFolder(folder)
  try writeFile(report.document.json() + "\n", to: joinedPath(folder, "\(scenario.name)_scaling.json"))
  try writeFile(report.csv, to: joinedPath(folder, "\(scenario.name)_scaling.csv"))
  var files = "\(folder): \(scenario.name)_scaling.json, \(scenario.name)_scaling.csv"
  if !invocation.flag("no-charts"), scenario.output.charts {
    let outcome = ChartRenderer().write([("scaling_efficiency", report.chart)], to: folder)
    if !outcome.files.isEmpty { files += ", scaling_efficiency chart" }
    if let note = outcome.note { files += "; \(note)" }
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.csv)
  case .text:
    let screen = TextStream.standardOutput.screen
    try printed(report.text(on: screen) + factBlock([("Files", files)], on: screen))
  }
  return studies.contains { !$0.points.isEmpty } ? .done : .negative
}
