import CommandLines
import Files
import Glibc
import RehearseCommands
import TestSupport
import Testing

@Suite("The program") struct ProgramTests {
  /// A folder of this test's own, removed at the end.
  private func inFolder(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/rehearse-test-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { for path in (try? findFiles(under: folder, endingIn: [""], depth: 4)) ?? [] { unlink(path) } }
    try body(folder)
  }

  @Test func `leaves what a run is known by`() throws {
    try inFolder { folder in
      let status = runProgram([
        "run", "small", "--set", "training.num_iterations=2", "--trace", "--history", "--no-charts", "--out",
        folder,
        "--format", "json",
      ])
      #expect(status == .done)
      let names = try listFolder(folder).map(\.name).sorted()
      #expect(
        names == [
          "small_bottlenecks.json", "small_config.yaml", "small_history.jsonl", "small_results.json",
          "small_trace.json",
        ])
      let history = try readTextFile(joinedPath(folder, "small_history.jsonl"))
      for event in [
        "ITERATION_START", "ITERATION_END", "COMPUTE_START", "COMPUTE_END", "COMM_START", "COMM_END",
        "ALLREDUCE_START", "ALLREDUCE_END",
      ] {
        #expect(history.contains("\"event\":\"\(event)\""))
      }
      // The resolved scenario runs again and gives the same results but for this machine's figures.
      let again = joinedPath(folder, "again")
      #expect(
        runProgram([
          "run", joinedPath(folder, "small_config.yaml"), "--no-charts", "--out", again, "--format", "json",
        ])
          == .done)
      func fingerprint(_ path: String) throws -> String {
        let text = try readTextFile(path)
        return try #require(text.split(separator: "\n").last { $0.contains("\"fingerprint\"") }).description
      }
      let first = try fingerprint(joinedPath(folder, "small_results.json"))
      let second = try fingerprint(joinedPath(again, "small_results.json"))
      #expect(first == second)
    }
  }

  @Test func `answers no where the job does not fit`() throws {
    try inFolder { folder in
      let status = runProgram([
        "run", "small", "--set", "hardware.memory_gb=1", "--no-charts", "--out", folder, "--format", "json",
      ])
      #expect(status == .negative)
      let results = try readTextFile(joinedPath(folder, "small_results.json"))
      #expect(results.contains("\"fits\": false"))
    }
  }

  @Test(arguments: ["text", "json", "csv"])
  func `memory and fit answer no where the job does not fit`(format: String) {
    let words = [
      "small", "--set", "training.num_iterations=1", "--set", "model.model_type=transformer", "--set",
      "model.num_layers=1", "--format", format,
    ]
    #expect(runProgram(["memory"] + words) == .done)
    #expect(runProgram(["fit"] + words) == .done)
    #expect(runProgram(["memory"] + words + ["--set", "hardware.memory_gb=1"]) == .negative)
    #expect(runProgram(["fit"] + words + ["--set", "hardware.memory_gb=1"]) == .negative)
  }

  @Test(arguments: [
    ["run", "nosuch"], ["run", "small", "--preset", "large"], ["run"], ["run", "small", "--nodse", "4"],
    ["frobnicate"], ["sweep", "small"], ["run", "small", "--set", "training.steps=5"],
    ["scale", "small", "--nodes", "0"],
    ["validate", "--corpus", "Validation/training", "--source", "nosuch"],
    ["validate", "--corpus", "Validation/recorded/errors.csv"],
    ["validate", "--corpus", "Validation/kernels.csv", "--page", "page.md"],
    ["validate", "--corpus", "Validation/collectives.csv", "--kernel-constants", "README.md"],
    ["calibrate", "--corpus", "Examples/collectives/all-reduce-8-h100.txt", "--from-starts"],
    ["calibrate", "--corpus", "README.md"],
    ["calibrate", "--corpus", "Validation/collectives.csv", "--accelerator", "H100"],
    [
      "calibrate", "--corpus", "Examples/collectives/all-reduce-8-h100.txt", "--inter-link", "8x400 Gb/s NDR",
    ],
    ["calibrate", "--corpus", "Examples/collectives/all-reduce-8-h100.txt", "--accelerators-per-node", "4"],
    ["calibrate", "--corpus", "Examples/collectives/all-reduce-8-h100.txt", "--accelerator", "Voodoo"],
  ])
  func `refuses bad input with status 2`(words: [String]) { #expect(runProgram(words) == .badInput) }

  @Test func `scales, compares and sweeps`() throws {
    try inFolder { folder in
      let quiet = ["--no-charts", "--format", "csv", "--out", folder]
      #expect(runProgram(["scale", "small", "--nodes", "1", "2", "4", "8", "16"] + quiet) == .done)
      #expect(runProgram(["compare", "small", "medium"] + quiet) == .done)
      #expect(runProgram(["compare", "small", "--patterns"] + quiet) == .done)
      #expect(
        runProgram(
          [
            "sweep", "small", "--vary", "training.batch_size_per_gpu=8,16", "--format", "csv", "--out",
            folder,
          ])
          == .done)
      let table = try readTextFile(joinedPath(folder, "small_scaling.csv"))
      #expect(table.split(whereSeparator: \.isNewline).count == 1 + 2 * 5)
    }
  }

  @Test func `calibrates to one's own runs, and takes the result as a catalogue`() throws {
    try inFolder { folder in
      let table = joinedPath(folder, "runs.csv")
      try writeFile(
        "id,source,hardware,gpus_per_node,num_gpus,model,arch,layers,hidden,heads,vocab,seq_len,micro_batch,global_batch,"
          + "dtype,tp,pp,dp,task,framework,metric,value\n"
          + "a,mine,A100,8,8,toy,decoder,4,2048,16,32000,2048,2,16,bf16,1,1,8,pretrain,x,step_time_s,0.1\n",
        to: table)
      let machine = joinedPath(folder, "machine")
      #expect(runProgram(["calibrate", "--corpus", table, "--out", machine, "--format", "csv"]) == .done)
      #expect(
        runProgram(["validate", "--corpus", table, "--catalogue", machine, "--leave-out", "--format", "csv"])
          == .done)
      #expect(
        runProgram(["calibrate", "--corpus", table, "--from-starts", "--format", "csv"]) == .done)
    }
  }

  /// Eight processes of which one was traced: two products and an all-reduce.
  private static let trace = """
    {"deviceProperties": [{"id": 0, "name": "NVIDIA H100 80GB HBM3"}], "traceEvents": [
    {"ph": "X", "cat": "cpu_op", "name": "aten::mm", "ts": 1, "dur": 5, "args": {"External id": 1,
     "Input Dims": [[8192, 4096], [4096, 4096]], "Input type": ["c10::BFloat16", "c10::BFloat16"]}},
    {"ph": "X", "cat": "kernel", "name": "nvjet", "ts": 9, "dur": 460, "args": {"External id": 1, "device": 0}},
    {"ph": "X", "cat": "kernel", "name": "ncclDevKernel_AllReduce", "ts": 500, "dur": 900, "args": {"device": 0,
     "Collective name": "allreduce", "In msg nelems": 67108864, "Group size": 8, "dtype": "BFloat16"}}]}
    """

  @Test func `calibrates to nccl-tests and a trace, and runs take the result`() throws {
    try inFolder { folder in
      let measured = joinedPath(folder, "measured")
      try createFolder(measured)
      try writeFile(Self.trace, to: joinedPath(measured, "trace.json"))
      try writeFile("no measurements", to: joinedPath(measured, "notes.txt"))
      let tests = packageRoot(#filePath) + "/Examples/collectives/all-reduce-8-h100.txt"
      let machine = joinedPath(folder, "machine")
      for format in ["text", "json", "csv"] {
        #expect(
          runProgram([
            "calibrate", "--corpus", measured, "--corpus", tests, "--out", machine, "--format", format,
          ]) == .done)
      }
      let device = try readTextFile(joinedPath(machine, "accelerators/h100-sxm-80gb.yaml"))
      #expect(device.contains("nccl:") && device.contains("ll128_share:"))
      let before = joinedPath(folder, "before")
      let after = joinedPath(folder, "after")
      let words = ["run", "small", "--no-charts", "--format", "json", "--set", "hardware.gpu_model=H100"]
      #expect(runProgram(words + ["--out", before]) == .done)
      #expect(runProgram(words + ["--out", after, "--catalogue", machine]) == .done)
      let results = try [before, after].map { try readTextFile(joinedPath($0, "small_results.json")) }
      #expect(results[0] != results[1])
    }
  }

  @Test func `runs plain traffic over a network`() {
    let folder = packageRoot(#filePath) + "/Examples/networks/"
    #expect(runProgram(["fabric", folder + "fat-tree.yaml", "--format", "json"]) == .done)
    #expect(
      runProgram(["flows", folder + "fat-tree.yaml", "--flows", folder + "incast.csv", "--format", "csv"])
        == .done)
    #expect(
      runProgram(["flows", folder + "fat-tree.yaml", "--flows", folder + "fat-tree.yaml"]) == .badInput)
  }

  @Test func `runs plain traffic while its network changes`() throws {
    let folder = packageRoot(#filePath) + "/Examples/networks/"
    let flows = ["--flows", folder + "incast.csv"]
    let tree = ["flows", folder + "fat-tree.yaml"] + flows
    for format in ["text", "json", "csv"] {
      let events = ["--events", folder + "events/fat-tree.csv", "--reroute-delay", "1ms", "--format", format]
      #expect(runProgram(tree + events) == .done)
    }
    #expect(runProgram(["flows", folder + "failing-spine.yaml"] + flows) == .done)
    #expect(runProgram(["fabric", folder + "failing-spine.yaml"]) == .done)
    #expect(runProgram(tree + ["--events", folder + "incast.csv"]) == .badInput)
    #expect(runProgram(tree + ["--reroute-delay", "1ms"]) == .badInput)
    try inFolder { folder in
      let file = joinedPath(folder, "cut.csv")
      try writeFile("0,fail,host 0\n", to: file)
      #expect(runProgram(tree + ["--events", file]) == .negative)
      #expect(runProgram(tree + ["--events", file, "--reroute-delay", "2h"]) == .badInput)
    }
  }

  @Test func `times a collective while its network changes`() {
    let folder = packageRoot(#filePath) + "/Examples/networks/"
    let words = ["collective", "--op", "all_reduce", "--algorithm", "ring", "--size", "1GB"]
    let tree = words + ["--fabric", folder + "fat-tree.yaml", "--events", folder + "events/fat-tree.csv"]
    #expect(runProgram(tree + ["--unfolded"]) == .done)
    #expect(runProgram(tree) == .badInput)
    #expect(runProgram(words + ["--fabric", folder + "failing-spine.yaml", "--unfolded"]) == .done)
    #expect(runProgram(words + ["--fabric", folder + "failing-spine.yaml"]) == .badInput)
    #expect(
      runProgram(words + ["--accelerator", "H100", "--events", folder + "events/fat-tree.csv"]) == .badInput)
    // Training takes no events.
    let fabric = "cluster.fabric={kind: file, file: \(folder)failing-spine.yaml}"
    #expect(runProgram(["run", "small", "--set", fabric, "--no-charts"]) == .badInput)
  }

  @Test func `draws a network, and its loads`() throws {
    let network = packageRoot(#filePath) + "/Examples/networks/"
    try inFolder { folder in
      let out = ["--out", folder, "--no-charts", "--format", "json"]
      #expect(runProgram(["fabric", network + "fat-tree.yaml"] + out) == .done)
      let flows = ["flows", network + "fat-tree.yaml", "--flows", network + "incast.csv"]
      #expect(runProgram(flows + out) == .done)
      #expect(try listFolder(folder).map(\.name).sorted() == ["fabric.json", "flows.json"])
      let figures = try readTextFile(joinedPath(folder, "fabric.json"))
      #expect(figures.contains("\"links_by_kind\""))
      #expect(runProgram(flows + ["--out", joinedPath(folder, "drawn")]) == .done)
      let drawn = try listFolder(joinedPath(folder, "drawn")).map(\.name)
      for name in ["network", "completion_times", "link_loads"] { #expect(drawn.contains("\(name).vl.json")) }
    }
  }

  @Test func `shows the network of a scenario's cluster`() {
    for source in ["small", "large", packageRoot(#filePath) + "/Examples/gpt2-ddp.yaml"] {
      #expect(runProgram(["fabric", source]) == .done)
    }
    #expect(runProgram(["fabric", "small", "--set", "training.num_nodes=4"]) == .done)
    let network = packageRoot(#filePath) + "/Examples/networks/fat-tree.yaml"
    #expect(runProgram(["fabric", network, "--set", "k=8"]) == .badInput)
    #expect(runProgram(["fabric", "nosuch"]) == .badInput)
  }

  @Test func `times a collective, beside measured times and from them`() throws {
    let measured = packageRoot(#filePath) + "/Examples/collectives/all-reduce-8-h100.txt"
    let machine = ["--accelerator", "H100-SXM-80GB"]
    try inFolder { folder in
      let file = joinedPath(folder, "fit.yaml")
      let quiet = ["--format", "csv", "--no-charts"]
      #expect(
        runProgram(
          ["collective", "--measured", measured, "--save", file, "--out", folder] + machine + quiet) == .done)
      #expect(
        try listFolder(folder).map(\.name).sorted() == [
          "calibration.yaml", "collective.csv", "collective.json", "fit.yaml",
        ])
      #expect(try readTextFile(file) == readTextFile(joinedPath(folder, "calibration.yaml")))
      let document = try readTextFile(joinedPath(folder, "collective.json"))
      #expect(document.contains("\"schema\": \"rehearsal.collective/1\""))
      // A header, and a line for each of 32 sizes and ways: eight schedules, three rings and NVLS, and what
      // Open MPI and MPICH take.
      let table = try readTextFile(joinedPath(folder, "collective.csv"))
      #expect(table.split(whereSeparator: \.isNewline).count == 1 + 32 * 14)
      #expect(runProgram(["collective", "--calibration", file, "--size", "1MiB"] + machine + quiet) == .done)
      let job = ["--set", "cluster={accelerator: H100-SXM-80GB, collectives: {calibration: \(file)}}"]
      #expect(
        runProgram(
          ["run", packageRoot(#filePath) + "/Examples/gpt2-ddp.yaml", "--no-charts", "--out", folder] + job
            + ["--format", "json"]) == .done)
    }
  }

  @Test(arguments: [
    [], ["--fabric", "small", "--nodes", "2"], ["--accelerator", "H100", "--size", "1"],
    ["--fabric", "small", "--ranks", "9"], ["--fabric", "small", "--op", "barrier", "--size", "1MiB"],
    ["--fabric", "small", "--op", "gather", "--algorithm", "ring"], ["--fabric", "small", "--save", "x"],
    ["--fabric", "small", "--unfolded", "--closed-form"], ["--fabric", "small", "--tuner", "calibration"],
    ["--fabric", "small", "--algorithm", "ring", "--tuner", "nccl"],
    ["--fabric", "small", "--op", "scatter", "--tuner", "nccl"],
    ["--fabric", "small", "--size", "1MiB", "--factor", "4"], ["--accelerator", "nosuch"],
    ["--fabric", "small", "--op", "send_receive", "--ranks", "3"],
    ["--accelerator", "H100", "--nodes", "1000000", "--accelerators-per-node", "4096"],
    ["--accelerator", "MI300X", "--tuner", "nccl"], ["--accelerator", "H100", "--tuner", "rccl"],
    ["--fabric", "small", "--algorithm", "themis"], ["--accelerator", "H100", "--algorithm", "themis"],
    ["--accelerator", "H100", "--nodes", "2", "--op", "broadcast", "--algorithm", "themis"],
    ["--accelerator", "H100", "--algorithm-file", "nosuch.xml"],
  ])
  func `refuses a collective that cannot be asked`(words: [String]) {
    #expect(runProgram(["collective"] + words) == .badInput)
  }

  @Test(arguments: ["auto", "nccl", "open_mpi", "mpich", "least"])
  func `times a collective as a library does it`(tuner: String) {
    let words = [
      "collective", "--accelerator", "H100", "--nodes", "2", "--size", "1MiB,64MiB", "--tuner", tuner,
    ]
    for option in [["--all"], ["--format", "json"], ["--closed-form"]] {
      #expect(runProgram(words + option) == .done)
    }
  }

  @Test func `runs an algorithm file beside the others`() throws {
    let file = packageRoot(#filePath) + "/Examples/collectives/all-reduce-8-ring.xml"
    let words = ["collective", "--algorithm-file", file, "--accelerator", "A100", "--no-charts"]
    try inFolder { folder in
      #expect(runProgram(words + ["--size", "1MiB,1GiB", "--out", folder]) == .done)
      let table = try readTextFile(joinedPath(folder, "collective.csv"))
      #expect(table.split(whereSeparator: \.isNewline).count { $0.contains(",file,ring,") } == 2)
    }
    // Another collective, other ranks, the trace of one rank, a folder without any.
    for other in [["--op", "all_gather"], ["--ranks", "4"]] {
      #expect(runProgram(words + ["--size", "1MiB"] + other) == .badInput)
    }
    try inFolder { folder in
      let trace = joinedPath(folder, "ring.0.et")
      try writeFile("", to: trace)
      for path in [trace, folder] {
        #expect(
          runProgram(["collective", "--algorithm-file", path, "--accelerator", "A100", "--size", "1MiB"])
            == .badInput)
      }
    }
  }

  @Test func `runs a folder of traces in the order of their ranks`() throws {
    /// A field of bytes, and one of a number, both below 128.
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2, UInt8(bytes.count)] + bytes
    }
    func attribute(_ name: String, _ value: UInt8) -> [UInt8] {
      field(10, field(1, Array(name.utf8)) + [9 << 3, value])
    }
    /// 100 bytes to or from a rank: kind 5 sends, 6 receives.
    func trace(_ kind: UInt8, _ end: String, _ other: UInt8) -> [UInt8] {
      let node = [1 << 3, 1, 3 << 3, kind] + attribute(end, other) + attribute("comm_size", 100)
      return [9, 10, 7] + Array("0.0.4..".utf8) + [UInt8(node.count)] + node
    }
    try inFolder { folder in
      let words = [
        "collective", "--algorithm-file", folder, "--accelerator", "A100", "--ranks", "2", "--op",
        "broadcast",
      ]
      try writeFile(trace(6, "comm_src", 0), to: joinedPath(folder, "pair.1.et"))
      try writeFile(trace(5, "comm_dst", 1), to: joinedPath(folder, "pair.0.et"))
      #expect(runProgram(words + ["--size", "100B"]) == .done)
      // Their bytes are their own: one size, not several.
      #expect(runProgram(words + ["--size", "100B,1KiB"]) == .badInput)
      #expect(runProgram(words) == .badInput)
      try writeFile(trace(5, "comm_dst", 1), to: joinedPath(folder, "pair.3.et"))
      #expect(runProgram(words + ["--size", "100B"]) == .badInput)
    }
  }

  @Test func `orders chunks over a network of several dimensions`() {
    let torus = packageRoot(#filePath) + "/Examples/fabrics/torus.yaml"
    for option in ["--closed-form", "--all"] {
      #expect(
        runProgram(["collective", "--fabric", torus, "--algorithm", "themis", "--size", "1MiB", option])
          == .done)
    }
  }

  @Test(arguments: ["--unfolded", "--closed-form", "--all"])
  func `times a collective over a network`(option: String) {
    let network = packageRoot(#filePath) + "/Examples/networks/fat-tree.yaml"
    #expect(
      runProgram([
        "collective", "--fabric", network, "--op", "all_to_all", "--size", "1MiB", "--seed", "3", option,
      ]) == .done)
  }

  @Test(arguments: ["nccl-node.xml", "astra-sim.yaml", "simai.txt", "ns-3.txt", "infragraph.yaml"])
  func `runs plain traffic over networks of other tools`(file: String) {
    let folder = packageRoot(#filePath) + "/Examples/networks/formats/"
    #expect(runProgram(["fabric", folder + file]) == .done)
    #expect(runProgram(["fabric", folder + file, "--format", "json"]) == .done)
    #expect(runProgram(["flows", folder + file, "--flows", folder + "pairs.csv"]) == .done)
  }

  @Test func `validates the tables of a folder, not those of folders below it`() throws {
    try inFolder { folder in
      let table = try readTextFile(packageRoot(#filePath) + "/Validation/collectives.csv")
      let lines = table.split(whereSeparator: \.isNewline).prefix(3).joined(separator: "\n")
      try writeFile(lines + "\n", to: joinedPath(folder, "few.csv"))
      try createFolder(joinedPath(folder, "below"))
      try writeFile(
        "# another record\na,b\n1,2,3\n", to: joinedPath(joinedPath(folder, "below"), "other.csv"))
      #expect(runProgram(["validate", "--corpus", folder]) == .done)
    }
  }

  @Test func `has a reference page made from its table`() throws {
    let page = packageRoot(#filePath) + "/docs/reference/commands.md"
    #expect(fileHolds(rehearseProgram.referencePage(), page), "record it again with make golden")
  }
}
