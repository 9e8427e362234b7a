import Collectives
import CommandLines
import Documents
import Files
import Reporting
import Scenarios
import Sweeps
import Terminal
import Training

func performCompare(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  let scenarios = try invocation.texts("scenario").map { try loader.scenario($0) }
  let folder = invocation.text(ifGiven: "out") ?? "./results/compare"
  guard invocation.flag("patterns") else {
    let jobs = try scenarios.map { ($0.name, try loader.resolver.job(for: $0)) }
    return try compare(jobs, title: "Scenarios", name: "compare", invocation, folder: folder)
  }
  var jobs: [(String, TrainingJob)] = []
  for scenario in scenarios {
    let job = try loader.resolver.job(for: scenario)
    for algorithm in CollectiveKind.allReduce.algorithms {
      var variant = job
      variant.allReduce = algorithm
      variant.calibration = nil
      let label = scenarios.count == 1 ? algorithm.rawValue : "\(scenario.name) \(algorithm.rawValue)"
      jobs.append((label, variant))
    }
  }
  return try compare(jobs, title: "All-reduce algorithms", name: "patterns", invocation, folder: folder)
}

func performSweep(_ invocation: Invocation) throws -> ExitStatus {
  let loader = try ScenarioLoader(invocation)
  let source = invocation.text("scenario")
  let base = try loader.scenario(source)
  let variations = invocation.variations("vary")
  if variations.isEmpty {
    throw InputError(reason: "sweep needs --vary, such as --vary training.micro_batch=1,2,4")
  }
  var combinations: [(overrides: [String], label: String)] = [([], "")]
  for variation in variations {
    let name = variation.key.split(separator: ".").last.map(String.init) ?? variation.key
    let values = variation.values.map(\.outputValue)
    combinations = combinations.flatMap { before in
      values.map { value in
        // One key needs no name in every row: the title has it.
        let label = variations.count == 1 ? plainText(value) : "\(name)=\(plainText(value))"
        return (
          before.overrides + ["\(variation.key)=\(value.json(indented: false))"],
          before.label.isEmpty ? label : "\(before.label) \(label)"
        )
      }
    }
  }
  let jobs = try combinations.map { item in
    (item.label, try loader.resolver.job(for: try loader.scenario(source, extra: item.overrides)))
  }
  let title = variations.count == 1 ? "\(base.name): \(variations[0].key)" : base.name
  let folder = invocation.text(ifGiven: "out") ?? "\(base.output.directory)-sweep"
  return try compare(jobs, title: title, name: "\(base.name)_sweep", invocation, folder: folder)
}

/// A value as a reader writes it: texts without quotes.
private func plainText(_ value: OutputValue) -> String {
  if case .string(let text) = value { return text }
  return value.json(indented: false)
}

/// Simulates jobs side by side, prints the table and writes table and chart.
private func compare(
  _ jobs: [(label: String, job: TrainingJob)], title: String, name: String, _ invocation: Invocation,
  folder: String
) throws -> ExitStatus {
  let total = Double(jobs.count)
  let outcomes = withProgressBar(title) { bar in
    parallelMap(
      jobs, threads: threadCount(invocation, nil), progress: { bar.report(fraction: Double($0) / total) }
    ) { item in Result { try simulate(item.job) } }
  }
  let report = ComparisonReport(
    title: title,
    rows: zip(jobs, outcomes).map { item, outcome in
      switch outcome {
      case .success(let result): .init(label: item.label, result: result)
      case .failure(let error): .init(label: item.label, refusal: "\(error)")
      }
    })
  try report.present(
    invocation, name: name, chartName: invocation.flag("no-charts") ? nil : "comparison", to: folder)
  return report.rows.contains { $0.result != nil } ? .done : .badInput
}
