import Diagnostics
import Documents

/// The native dialect: every key of a scenario document, in the order in which it is written.
let scenarioFields: [SchemaField<Scenario>] =
  [
    .init(
      "name", \.name, .runName, example: "gpt2 on 32 A100", "Name of the run; left out: the file's name."),
    .init("description", \.description, .text, example: "First sizing", "A sentence for reports."),
    .init("model", \.model, .model, example: "gpt2-small", required: true, "What is trained."),
  ] + clusterFields + trainingFields + planFields + runFields

private let runFields: [SchemaField<Scenario>] = [
  .init(
    "simulation.network", \.simulation.network, .choice("network model"), example: "analytic",
    "`flow`: flows share links event by event; `analytic`: closed forms on an idle network."),
  .init(
    "simulation.fold", \.simulation.fold, .choice("folding"), example: "off",
    "Whether equal ranks are simulated as one; `auto`: where the result is the same."),
  .init("simulation.seed", \.simulation.seed, .integer(0...Int.max), example: "7", "Seed of all randomness."),
  .init(
    "simulation.jitter", \.simulation.jitter, .real(0...2), example: "0.05",
    "σ of the log-normal factor on the time of every operator."),
  .init(
    "simulation.threads", \.simulation.threads, ValueForm<Int>.integer(1...4096).orAutomatic, example: "4",
    "Threads for independent runs; `auto`: one for each core. Never changes a result."),
  .init(
    "simulation.interference.inside_node", \.simulation.interference.insideNode,
    ValueForm<Double>.real(0...0.9).orAutomatic, example: "0.15",
    "Share of a device's computation that a collective inside its node takes while it runs beside it."),
  .init(
    "simulation.interference.between_nodes", \.simulation.interference.betweenNodes,
    ValueForm<Double>.real(0...0.9).orAutomatic, example: "0.02", "The same for a collective between nodes."),
  .init(
    "simulation.stragglers", \.simulation.stragglers,
    ValueForm<StragglerDeclaration>.object(stragglerFields, StragglerDeclaration()).list(
      type: "list of stragglers", count: 0...10_000), example: "[{rank: 3, slowdown: 1.2}]",
    "Ranks whose kernels take longer than their device's, by a factor."),
  .init(
    "output.directory", \.output.directory, .path, example: "./results/first",
    "Where files are written; left out: `./results/` and the name."),
  .init("output.charts", \.output.charts, .boolean, example: "false", "Whether charts are drawn."),
  .init("output.trace", \.output.trace, .boolean, example: "true", "Whether a Perfetto trace is written."),
  .init("output.history", \.output.history, .boolean, example: "true", "Whether every event is written."),
  .init(
    "output.detailed_stats", \.output.detailedStats, .boolean, example: "true",
    "Whether statistics of every device and link are written."),
]

private let stragglerFields: [SchemaField<StragglerDeclaration>] = [
  .init("rank", \.rank, .integer(0...1_000_000_000), example: "3", required: true, "Which rank."),
  .init(
    "slowdown", \.slowdown, .real(1...1000), example: "1.2", required: true, "Time over the others' time."),
]

extension ValueForm where Value == String {
  /// A name that can also name a folder.
  static var runName: ValueForm {
    ValueForm(type: "text", allowed: "1 to 200 letters, no `/` and no line breaks") { node, context in
      guard let name = text.read(node, &context) else { return nil }
      if isFolderName(name) { return name }
      context.problems.report(
        .outOfRange(value: "the name", allowed: "1 to 200 letters, no '/' and no control characters"),
        at: node.location, mend: "write it like first-run")
      return nil
    } write: {
      .string($0)
    }
  }

  static var path: ValueForm {
    ValueForm(type: "path") { node, context in
      guard let path = text.read(node, &context) else { return nil }
      if !path.isEmpty, path.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) { return path }
      context.problems.report(
        .outOfRange(value: "the path", allowed: "at least 1 letter, no control characters"), at: node.location
      )
      return nil
    } write: {
      .string($0)
    }
  }
}

func isFolderName(_ name: String) -> Bool {
  (1...200).contains(name.count) && name != "." && name != ".."
    && name.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
}
