import CommandLines

enum Format: String, CaseIterable { case text, json, csv }

/// A small program with every kind of parameter.
let rehearse = Program(
  "rehearse", version: "1.2.3", "rehearses distributed AI jobs before anyone pays for them",
  options: [.folder("catalogue", allowsMany: true, "a folder of catalogue entries to add")],
  sections: [
    .init(
      "Simulation",
      [
        Command(
          "run", "simulates one job and prints its step",
          arguments: [.file("scenario", "the scenario document, YAML or JSON")],
          options: [
            .assignment("set", "replaces a value of the scenario"),
            .folder("out", short: "o", "where the results are written"),
            .choice("format", Format.self, default: .text, "how the answer is printed"),
            .integer("steps", short: "n", in: 1...1000, default: 10, "training steps to simulate"),
            .number("jitter", in: 0...1, "sigma of the log-normal factor on every operator's time"),
            .flag("trace", short: "t", "also writes a timeline"),
            .text("label", "a name for the run"),
          ],
          example: "rehearse run examples/llama.yaml --set training.micro_batch=4",
          details: """
            Simulates the steps that the scenario asks for on its cluster, event by event, and prints one screen: \
            step time and its breakdown, throughput, memory and what holds the job back.
            Exit code 1 means that the job does not fit.
            """),
        Command(
          "scale", "step time and efficiency over a range of node counts",
          arguments: [.file("scenario", "the scenario document")],
          options: [
            .integers("nodes", in: 1...131_072, default: [1, 2, 4, 8], "node counts to simulate"),
            .integers("offsets", "whole numbers of any sign"),
          ],
          example: "rehearse scale examples/llama.yaml --nodes 1,2,4,8,16"),
        Command(
          "compare", "several scenarios side by side",
          arguments: [.file("scenarios", count: .oneOrMore, "the scenario documents")],
          example: "rehearse compare a.yaml b.yaml"),
        Command(
          "sweep", "all combinations of the values given",
          arguments: [.file("scenario", "the scenario document")],
          options: [.variation("vary", "a key and the values that it takes")],
          example: "rehearse sweep a.yaml --vary plan.tensor=1,2,4"),
      ]),
    .init(
      "Knowledge",
      [
        Command(
          "list", "what the catalogue holds",
          arguments: [
            .choice("kind", ["accelerators", "models", "networks"], "what to list"),
            .text("pattern", count: .oneOrNone, "a part of the name"),
          ],
          options: [.quantity("size", .bytes, default: "1 GiB", "message size for the times shown")],
          example: "rehearse list accelerators")
      ]),
  ])

func invocation(_ words: String...) throws -> Invocation {
  guard case .run(let invocation) = try rehearse.parse(words) else { throw NotACommand() }
  return invocation
}

struct NotACommand: Error {}

func printed(_ words: String...) throws -> String {
  guard case .print(let text) = try rehearse.parse(words) else { throw NotACommand() }
  return text
}

func complaint(_ words: [String]) -> String {
  do {
    _ = try rehearse.parse(words)
    return "no complaint"
  } catch { return "\(error)" }
}
