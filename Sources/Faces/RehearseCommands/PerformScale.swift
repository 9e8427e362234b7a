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
  let drawsChart = !invocation.flag("no-charts") && scenario.output.charts
  try report.present(
    invocation, name: "\(scenario.name)_scaling", chartName: drawsChart ? "scaling_efficiency" : nil,
    to: folder)
  return studies.contains { !$0.points.isEmpty } ? .done : .negative
}
