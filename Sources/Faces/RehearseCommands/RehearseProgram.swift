import CollectiveStudies
import Collectives
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
    .init("Memory", [memoryCommand, fitCommand]),
    .init("Networks", [fabricCommand, flowsCommand, collectiveCommand]),
    .init("Knowledge", [listCommand, validateCommand, calibrateCommand]),
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

let memoryCommand = Command(
  "memory", "What a rank's memory is for, part by part, at the peak of a step",
  arguments: [.text("scenario", "a file or preset")],
  options: [
    .text("set", placeholder: "key=value", allowsMany: true, "replace a key of the scenario"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse memory small",
  details:
    "Every stage of a pipeline is a column, equal ones one. Needed is what PyTorch's allocator reserves, "
    + "the driver's context and the communication library. Exits with 1 where the job does not fit.")

let fitCommand = Command(
  "fit", "Whether a job fits in memory, and what to change if it does not",
  arguments: [.text("scenario", "a file or preset")],
  options: scenarioOptions + [.choice("format", OutputFormat.self, default: .text, "what is printed")],
  example: "rehearse fit Examples/memory/1-plain.yaml",
  details:
    "A job that does not fit exits with 1 after the changes that make it fit, the fastest first, as keys to "
    + "set: one change, then two and three at once, each simulated, the global batch kept. For a job that fits the "
    + "largest micro-batch and the longest sequence follow.")

let validateCommand = Command(
  "validate", "Set predictions beside published measurements",
  options: [
    .text(
      "corpus", placeholder: "PATH", default: "Validation", "a CSV file of measurements, or a folder of them"),
    .text("source", placeholder: "NAME", "only rows of sources whose name holds this"),
    .text("metric", placeholder: "NAME", "only rows with this figure, such as step_time_s"),
    .text("run", placeholder: "NAME", "only rows of runs whose name holds this"),
    .integer("worst", in: 0...10_000, default: 8, "how many of the worst rows are shown and written"),
    .integer("threads", in: 1...1024, "threads (default: all cores)"),
    .flag("leave-out", "predict each source with constants fitted without it, too"),
    .file("kernel-constants", "predict kernels by the kernel-constants.csv of rehearse calibrate"),
    .file("page", "write all errors as a Markdown page to this file"),
    .file(
      "against", "an errors.csv of --out: exit with 1 where a source's median has grown by more than a tenth"),
    .folder("out", short: "o", "write the rows as JSON and CSV, and a chart, to this folder"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse validate --corpus Validation --out results/validation",
  details: "Predicts every row it can, says for each row it cannot why, and prints errors by source "
    + "(of collectives by fabric too). A file with the columns collective and size_bytes holds times of "
    + "collectives, which the tuning models of NCCL and RCCL predict. One with the columns kernel, m, n and k holds "
    + "kernels that ran alone. One with the columns num_gpus, "
    + "metric and framework holds training runs: each becomes a scenario, and with --out the worst are written as such under runs/."
)

let calibrateCommand = Command(
  "calibrate", "Fit the constants of devices and links to measurements",
  options: [
    .text(
      "corpus", placeholder: "PATH", default: "Validation", allowsMany: true,
      "a file of measurements, or a folder of them"),
    .text(
      "accelerator", placeholder: "NAME", "the device of traces and of nccl-tests, in place of what they name"
    ),
    .text(
      "inter-link", placeholder: "PORTS", "what joins a node to others, such as '8x400 Gb/s InfiniBand NDR'"),
    .integer("accelerators-per-node", in: 1...4096, default: 8, "devices of one node, for groups of traces"),
    .integer("threads", in: 1...1024, "threads (default: all cores)"),
    .flag(
      "from-starts",
      "forget what was fitted before: kernels begin at their starts, runs at what products reach alone"),
    .folder(
      "out", short: "o", "write devices and links as a folder for --catalogue, and every row, to this folder"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse calibrate --corpus all-reduce.txt --corpus trace.json.gz --out my-machine",
  details:
    "Reads tables of training runs, of kernels alone and of collectives, the output of nccl-tests, and traces of "
    + "PyTorch's profiler, packed by gzip or not. Runs and traces give the shares of the peak that products reach, "
    + "attention, convolutions and memory, traces the launch of a kernel too: a factor for all devices, one by "
    + "generation and one by device, each nearer to 1 than the one before. Kernels alone move the same constants, and "
    + "are written as a kernel-constants.csv for rehearse validate. Collectives give latencies and rates in a node, "
    + "and between nodes. Prints constants, and errors before, after, and by fits that a source took no part in. The "
    + "folder of --out goes to --catalogue.")

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
  "fabric", "Show and draw a network: its size, links, diameter and bisection bandwidth",
  arguments: [
    .text(
      "fabric",
      "a description, a .csv edge list, a network of another tool, or a scenario or preset for its cluster's")
  ],
  options: [
    .text("set", placeholder: "key=value", allowsMany: true, "replace a key of the scenario"),
    .folder("out", short: "o", "write the figures and a picture to this folder"),
    .flag("no-charts", "write no charts"),
    .choice(
      "format", [OutputFormat.text.rawValue, OutputFormat.json.rawValue], default: "text", "what is printed"),
  ],
  example: "rehearse fabric Examples/networks/fat-tree.yaml --out results/fat-tree",
  details:
    "In the picture tiers are rows and groups circles. Of parts that are alike and too many to read, one "
    + "is drawn with their number.")

let flowsCommand = Command(
  "flows", "Run plain traffic over a network, links shared fairly",
  arguments: [.file("fabric", "a YAML or JSON description, a .csv edge list, or a network of another tool")],
  options: [
    .file("flows", "lines of start_seconds,source,destination,bytes[,weight][,rate_cap], or an htsim matrix"),
    eventsOption, rerouteDelayOption,
    .integer("seed", in: 0...Int.max, default: 0, "of the choice among equal shortest paths"),
    .folder("out", short: "o", "write flows, a picture of the loads and charts to this folder"),
    .flag("no-charts", "write no charts"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ],
  example: "rehearse flows Examples/networks/fat-tree.yaml --flows Examples/networks/incast.csv",
  details: "Prints when each flow ends and which links are loaded most. Rates are max-min fair at every "
    + "instant; latency comes before the bytes. Exits with 1 where events cut flows off for ever.")

let eventsOption = Option.file(
  "events", "lines of time_seconds,event,target[,value][,until_seconds]: fail, degrade, recover, background")
let rerouteDelayOption = Option.quantity(
  "reroute-delay", .duration, "from a failure or recovery to new routes, such as 50ms (default: none)")

let collectiveCommand = Command(
  "collective", "How long a collective takes, by every algorithm and as libraries do it",
  options: [
    .choice("op", CollectiveKind.self, default: .allReduce, "what is done"),
    .text(
      "size", placeholder: "SIZES",
      "1GiB, a list 8B,1KiB or a range 8B..8GiB (default: those measured, else 8B..8GiB)"),
    .integer("factor", in: 2...1024, default: 2, "from one size of a range to the next"),
    .choice("type", ElementType.self, default: .float, "of the elements that are counted"),
    .text("fabric", placeholder: "FILE", "a network's description, or the machines of a scenario or preset"),
    .text("accelerator", placeholder: "NAME", "a device of the catalogue, in place of --fabric"),
    .integer("nodes", in: 1...1_000_000, "its nodes (default: 1)"),
    .integer("accelerators-per-node", in: 1...4096, "devices of one node (default: 8)"),
    .integer("ranks", in: 1...(1 << 24), "the first devices only (default: all; of send_receive two)"),
    .choice(
      "algorithm", CollectiveAlgorithm.allCases.map(\.rawValue) + [CollectiveChoices.themis],
      default: CollectiveAlgorithm.auto.rawValue, "one alone, themis over the network's dimensions; auto: all"
    ),
    .file("algorithm-file", "MSCCL's XML, or a folder of Chakra traces: run beside the others"),
    .choice(
      "tuner", TunerName.self,
      "whose choice the table shows (default: calibration where given, else auto, the vendor's library)"),
    .flag("unfolded", "every message an event of its own"),
    eventsOption, rerouteDelayOption,
    .flag("closed-form", "schedules by alpha and beta alone"),
    .flag("all", "every algorithm at every size; one size shows them anyway"),
    .file("measured", "what nccl-tests printed, or its JSON: shown beside the prediction, and fitted"),
    .file("save", "write the fit of --measured to this file, as YAML or as .json"),
    .file("calibration", "a fit written before, as the answer"),
    .integer("seed", in: 0...Int.max, default: 0, "of the choice among equal shortest paths of a network"),
    .folder("out", short: "o", "write documents and charts to this folder"),
    .flag("no-charts", "write no charts"),
    .choice("format", OutputFormat.self, default: .text, "what is printed"),
  ] + scenarioOptions,
  example: "rehearse collective --op all_reduce --size 1GiB --accelerator H100-SXM-80GB --nodes 4",
  details: "Prints the table of nccl-tests: time, algorithm and bus bandwidth by size. NVIDIA clusters take "
    + "what NCCL's tuning model takes, AMD's what RCCL's does, where nothing between their nodes holds their "
    + "ports back; schedules of sends on the fabric and the choices of other libraries stand beside it. "
    + "Measured times of nccl-tests are fitted with alpha and beta by classes of sizes.")
