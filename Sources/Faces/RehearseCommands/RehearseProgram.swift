import CommandLines
import Reporting
import Scaling

/// How an answer is printed.
enum OutputFormat: String, CaseIterable, Sendable { case text, json, csv }

/// The program's commands, one table from which parsing, help, completions and reference come.
public let rehearseProgram = Program(
  "rehearse", version: rehearsalVersion,
  "Rehearses a distributed training job before anyone pays for it: does it fit, how fast, what holds it back.",
  options: [
    .folder("catalogue", "a folder of your own accelerators, models, nodes and links")
  ],
  sections: [
    .init("Simulation", [runCommand, compareCommand, sweepCommand, scaleCommand]),
    .init("Networks", [fabricCommand, flowsCommand]),
    .init("Knowledge", [listCommand, validateCommand]),
  ])

/// Options that every command which simulates takes.
let scenarioOptions: [Option] = [
  .text("set", placeholder: "key=value", allowsMany: true, "replace a key of the scenario"),
  .integer("threads", in: 1...1024, "threads for independent runs (default: all cores)"),
]

let runCommand = Command(
  "run", "Simulate one scenario",
  arguments: [
    .text("scenario", count: .oneOrNone, "a YAML or JSON file, or the preset small, medium or large")
  ],
  options: scenarioOptions + [
    .choice("preset", ["small", "medium", "large"], "run a preset instead of a file"),
    .folder("out", short: "o", "where files go (default: ./results/<name>)"),
    .flag("trace", "write a Perfetto trace"),
    .flag("history", "write every event as JSON lines"),
    .flag("no-charts", "write no charts"),
    .choice(
      "format", [OutputFormat.text.rawValue, OutputFormat.json.rawValue], default: "text", "what is printed"),
  ],
  example: "rehearse run Examples/gpt2-ddp.yaml --set training.micro_batch=4",
  details: "Prints a summary and writes the resolved scenario, results, bottlenecks and charts. "
    + "Exits with 1 where the job does not fit in memory.")

let compareCommand = Command(
  "compare", "Simulate scenarios, or one scenario's communication patterns, side by side",
  arguments: [.text("scenario", count: .oneOrMore, "files or presets")],
  options: scenarioOptions + [
    .flag("patterns", "compare all-reduce algorithms for one scenario"),
    .folder("out", short: "o", "where the chart and table go (default: ./results/compare)"),
    .flag("no-charts", "write no charts"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse compare small --patterns")

let sweepCommand = Command(
  "sweep", "Simulate a scenario over the values of some keys",
  arguments: [.text("scenario", "a file or preset")],
  options: scenarioOptions + [
    .variation("vary", "a key and its values; with several, every combination"),
    .folder("out", short: "o", "where the chart and table go (default: ./results/<name>-sweep)"),
    .flag("no-charts", "write no charts"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse sweep small --vary training.micro_batch=1,2,4,8")

let scaleCommand = Command(
  "scale", "Strong and weak scaling over node counts",
  arguments: [.text("scenario", "a file or preset")],
  options: scenarioOptions + [
    .integers("nodes", in: 1...1_000_000, default: [1, 2, 4, 8], "node counts"),
    .choice(
      "mode", ["strong", "weak", "both"], default: "both", "what stays: the global batch, or that of a rank"),
    .folder("out", short: "o", "where the chart and tables go (default: ./results/<name>-scaling)"),
    .flag("no-charts", "write no charts"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse scale medium --nodes 1 2 4 8 16")

let validateCommand = Command(
  "validate", "Set predictions beside published measurements",
  options: [
    .text(
      "corpus", placeholder: "PATH", default: "Validation", "a CSV file of measurements, or a folder of them"),
    .integer("threads", in: 1...1024, "threads (default: all cores)"),
    .folder("out", short: "o", "write the rows as JSON and CSV, and a chart, to this folder"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse validate --corpus Validation --out results/validation",
  details: "Predicts every row it can, says for each row it cannot why, and prints errors by source, "
    + "device and framework. A file with the columns collective and size_bytes holds times of "
    + "collectives, which NCCL's tuning model predicts.")

let listCommand = Command(
  "list", "Show what the catalogue holds",
  arguments: [
    .choice(
      "kind", count: .one, ["accelerators", "models", "nodes", "links", "presets", "keys"],
      "what to list")
  ],
  options: [.choice("format", OutputFormat.self, default: .text, "what is printed")],
  example: "rehearse list accelerators")

let fabricCommand = Command(
  "fabric", "Show a network's size, diameter and bisection bandwidth",
  arguments: [.file("fabric", "a YAML or JSON description, a .csv edge list, or a network of another tool")],
  options: [
    .choice(
      "format", [OutputFormat.text.rawValue, OutputFormat.json.rawValue], default: "text", "what is printed")
  ],
  example: "rehearse fabric Examples/networks/fat-tree.yaml")

let flowsCommand = Command(
  "flows", "Run plain traffic over a network, links shared fairly",
  arguments: [.file("fabric", "a YAML or JSON description, a .csv edge list, or a network of another tool")],
  options: [
    .file("flows", "lines of start_seconds,source,destination,bytes[,weight][,rate_cap], or an htsim matrix"),
    .integer("seed", in: 0...Int.max, default: 0, "of the choice among equal shortest paths"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse flows Examples/networks/fat-tree.yaml --flows Examples/networks/incast.csv",
  details: "Prints when each flow ends and which links are loaded most. Rates are max-min fair at every "
    + "instant; latency comes before the bytes.")
