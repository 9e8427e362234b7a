import CommandLines
import Documents
import Fitting
import Reporting
import Scenarios
import Terminal
import Training

func performMemory(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  var scenario = try loader.scenario(invocation.text("scenario"))
  // Memory repeats from step to step.
  scenario.training.steps = 1
  let job = try loader.resolver.job(for: scenario)
  let result = try refusingUnrunnable { try simulate(job) }
  let table = MemoryTable(name: scenario.name, result: result)
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(table.document.json())
  case .csv: try printed(table.csv)
  case .text: try printed(table.text(on: TextStream.standardOutput.screen))
  }
  return table.fits ? .done : .negative
}

func performFit(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  let scenario = try loader.scenario(invocation.text("scenario"))
  let study = try refusingUnrunnable {
    try fitStudy(
      scenario, resolver: loader.resolver, threads: threadCount(invocation, scenario))
  }
  let report = FitReport(study)
  switch invocation.choice("format", as: OutputFormat.self) {
  case .json: try printed(report.document.json())
  case .csv: try printed(report.csv)
  case .text: try printed(report.text(on: TextStream.standardOutput.screen))
  }
  return study.base.fits ? .done : .negative
}
