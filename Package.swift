// swift-tools-version: 6.2
import PackageDescription

// The floors of the architecture, lowest first. A target may import only from its own floor or
// below; `docs/explanation/architecture.md` says what each one knows.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func room(_ name: String, floor: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)", swiftSettings: strict)
}

let system: [Target] = [
  .systemLibrary(
    name: "CYaml", path: "Sources/System/CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
  .systemLibrary(
    name: "CExpat", path: "Sources/System/CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
  .systemLibrary(
    name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  .executableTarget(
    name: "CataloguePacker", path: "Sources/System/CataloguePacker", swiftSettings: strict),
  .plugin(
    name: "PackCatalogue", capability: .buildTool(), dependencies: ["CataloguePacker"],
    path: "Plugins/PackCatalogue"),
]

let kernel: [Target] = [
  room("Quantities", floor: "Kernel"),
  room("Diagnostics", floor: "Kernel"),
  room("Documents", floor: "Kernel", ["Diagnostics", "Quantities", "CYaml"]),
  room("XMLDocuments", floor: "Kernel", ["Diagnostics", "CExpat"]),
  room("RandomStreams", floor: "Kernel"),
  room("EventCore", floor: "Kernel", ["Quantities"]),
  room("FlowSharing", floor: "Kernel", ["EventCore"]),
]

let machine: [Target] = [
  room("Hardware", floor: "Machine", ["Quantities"]),
  room("Fabrics", floor: "Machine", ["Quantities", "RandomStreams", "EventCore", "FlowSharing", "Hardware"]),
  room("Traffic", floor: "Machine", ["Quantities", "EventCore", "FlowSharing", "Fabrics"]),
  room("Collectives", floor: "Machine", ["Quantities", "EventCore", "FlowSharing", "Hardware", "Fabrics"]),
  room("ComputeModels", floor: "Machine", ["Quantities", "Hardware"]),
]

let workload: [Target] = [
  room("ModelGraphs", floor: "Workload", ["Quantities", "Hardware", "ComputeModels"]),
  room("Parallelism", floor: "Workload", ["Quantities", "Collectives", "ModelGraphs"]),
  room("MemoryModels", floor: "Workload", ["Quantities", "Hardware", "ComputeModels", "ModelGraphs"]),
  room("FineTuning", floor: "Workload", ["ModelGraphs"]),
  room(
    "StepGraphs", floor: "Workload",
    [
      "Quantities", "Hardware", "Collectives", "ComputeModels", "ModelGraphs", "MemoryModels", "Parallelism",
    ]),
]

let simulation: [Target] = [
  room(
    "PostTraining", floor: "Simulation",
    ["Quantities", "RandomStreams", "Hardware", "ComputeModels", "ModelGraphs", "FineTuning"]),
  room("Resources", floor: "Simulation", ["Quantities"]),
  room(
    "Execution", floor: "Simulation",
    ["Quantities", "RandomStreams", "EventCore", "MemoryModels", "Parallelism", "StepGraphs"]),
  room(
    "Training", floor: "Simulation",
    [
      "Quantities", "RandomStreams", "EventCore", "Hardware", "Fabrics", "Collectives", "ComputeModels",
      "ModelGraphs", "MemoryModels", "Parallelism", "FineTuning", "StepGraphs", "PostTraining", "Execution",
    ]),
]

let studies: [Target] = [
  .target(name: "CatalogueFiles", path: "Catalogue", swiftSettings: strict, plugins: ["PackCatalogue"]),
  room(
    "Catalogues", floor: "Studies",
    ["Quantities", "Diagnostics", "Documents", "Hardware", "ModelGraphs", "MemoryModels", "CatalogueFiles"]),
  room(
    "Scenarios", floor: "Studies",
    [
      "Quantities", "Diagnostics", "Documents", "Hardware", "Fabrics", "Collectives", "ModelGraphs",
      "MemoryModels", "Parallelism", "FineTuning", "StepGraphs", "Training", "Catalogues",
    ]),
  room(
    "NetworkFiles", floor: "Studies",
    ["Quantities", "Diagnostics", "Documents", "XMLDocuments", "Fabrics"]),
  room("NetworkLayouts", floor: "Studies", ["Fabrics"]),
  room(
    "TrafficFiles", floor: "Studies",
    ["Quantities", "Diagnostics", "Documents", "Fabrics", "Traffic", "NetworkFiles"]),
  room("CollectiveFiles", floor: "Studies", ["Diagnostics", "XMLDocuments", "Collectives"]),
  room("TraceFiles", floor: "Studies", ["Quantities", "Diagnostics", "Documents"]),
  room("Sweeps", floor: "Studies"),
  room(
    "CollectiveStudies", floor: "Studies",
    ["Quantities", "Diagnostics", "Documents", "Fabrics", "Collectives", "Sweeps"]),
  room(
    "Analysis", floor: "Studies",
    [
      "Quantities", "Hardware", "Fabrics", "Collectives", "MemoryModels", "ModelGraphs", "StepGraphs",
      "Training",
      "Sweeps",
    ]),
  room("Scaling", floor: "Studies", ["Fabrics", "Training", "Sweeps"]),
  room(
    "Validation", floor: "Studies",
    [
      "Quantities", "Diagnostics", "Documents", "Hardware", "Fabrics", "Collectives", "ComputeModels",
      "ModelGraphs", "MemoryModels", "StepGraphs", "Training", "Analysis", "Catalogues", "Scenarios",
      "Resolution", "Sweeps", "TraceFiles", "CollectiveStudies",
    ]),
  room(
    "Resolution", floor: "Studies",
    [
      "Quantities", "Diagnostics", "Hardware", "Fabrics", "Collectives", "ComputeModels", "ModelGraphs",
      "MemoryModels", "Parallelism", "FineTuning", "StepGraphs", "PostTraining", "Training", "Catalogues",
      "Scenarios", "TrafficFiles",
      "CollectiveStudies",
    ]),
  room(
    "Fitting", floor: "Studies",
    [
      "Quantities", "Diagnostics", "MemoryModels", "StepGraphs", "Training", "Scenarios", "Resolution",
      "Sweeps",
    ]),
]

let benchmarks: [Target] = [
  .target(name: "PriorityQueuePeer", path: "Benchmarks/PriorityQueuePeer"),
  .executableTarget(
    name: "EventQueueBenchmark", dependencies: ["EventCore", "RandomStreams", "PriorityQueuePeer"],
    path: "Benchmarks/EventQueueBenchmark", swiftSettings: strict),
  .executableTarget(
    name: "StepBenchmark", dependencies: ["Rehearsal"], path: "Benchmarks/StepBenchmark",
    swiftSettings: strict),
  .executableTarget(
    name: "ScaleBenchmark", dependencies: ["Rehearsal"], path: "Benchmarks/ScaleBenchmark",
    swiftSettings: strict),
  .executableTarget(
    name: "CollectiveBenchmark", dependencies: ["Collectives", "Fabrics", "Hardware", "Quantities"],
    path: "Benchmarks/CollectiveBenchmark", swiftSettings: strict),
  .executableTarget(
    name: "FlowBenchmark",
    dependencies: ["Traffic", "Fabrics", "FlowSharing", "Quantities", "RandomStreams"],
    path: "Benchmarks/FlowBenchmark", swiftSettings: strict),
  .executableTarget(
    name: "GrowthPlot", dependencies: ["Charts", "Diagnostics", "Files"], path: "Benchmarks/GrowthPlot",
    swiftSettings: strict),
]

let examples: [Target] = ["OwnModel", "OwnHardware", "OwnPattern", "OwnMetric"].map { name in
  .executableTarget(
    name: name, dependencies: ["Rehearsal"], path: "Examples/Extending/\(name)", swiftSettings: strict)
}

let faces: [Target] = [
  room("Files", floor: "Faces", ["Diagnostics", "CZlib"]),
  room("Terminal", floor: "Faces"),
  room("CommandLines", floor: "Faces", ["Quantities", "Diagnostics", "Documents", "Terminal"]),
  room("Charts", floor: "Faces", ["Quantities", "Documents"]),
  room(
    "Reporting", floor: "Faces",
    [
      "Quantities", "Documents", "ModelGraphs", "MemoryModels", "Parallelism", "FineTuning", "StepGraphs",
      "PostTraining", "Execution", "Training", "Analysis", "Fitting", "Scaling", "Collectives",
      "CollectiveStudies",
      "Charts", "Terminal", "Fabrics",
      "Traffic",
      "TrafficFiles", "NetworkLayouts",
    ]),
  room(
    "Rehearsal", floor: "Faces",
    [
      "Quantities", "Diagnostics", "Documents", "RandomStreams", "EventCore", "Hardware", "Fabrics",
      "Collectives", "ComputeModels", "ModelGraphs", "MemoryModels", "FineTuning", "StepGraphs",
      "PostTraining", "Execution",
      "Resources",
      "Traffic", "TrafficFiles", "CollectiveFiles", "Training", "Catalogues", "Scenarios", "Resolution",
      "Sweeps",
      "Analysis", "Fitting", "Scaling", "CollectiveStudies", "Files", "Charts",
      "Reporting", "Terminal",
    ]),
  room(
    "RehearseCommands", floor: "Faces",
    [
      "Quantities", "Diagnostics", "Documents", "Collectives", "Fabrics", "Traffic", "Training", "Catalogues",
      "Scenarios", "TrafficFiles", "Resolution",
      "Hardware", "Sweeps", "Fitting", "Scaling", "CollectiveFiles", "CollectiveStudies", "Validation",
      "TraceFiles",
      "Charts",
      "CommandLines", "Files",
      "Terminal", "Reporting",
      "Rehearsal",
    ]),
  .executableTarget(
    name: "rehearse", dependencies: ["RehearseCommands"], path: "Sources/Faces/rehearse",
    swiftSettings: strict),
]

let testing: [Target] = [
  tests("QuantitiesTests", ["Quantities"]),
  tests("DiagnosticsTests", ["Diagnostics"]),
  tests("DocumentsTests", ["Documents", "Diagnostics", "Quantities"]),
  tests("XMLDocumentsTests", ["XMLDocuments", "Diagnostics"]),
  tests("RandomStreamsTests", ["RandomStreams"]),
  tests("EventCoreTests", ["EventCore", "Quantities", "RandomStreams"]),
  tests("FlowSharingTests", ["FlowSharing", "RandomStreams"]),
  tests("FabricsTests", ["Fabrics", "FlowSharing", "Hardware", "Quantities", "RandomStreams"]),
  tests(
    "TrafficTests", ["Traffic", "Fabrics", "FlowSharing", "Quantities", "RandomStreams"]),
  tests(
    "NetworkFilesTests",
    ["NetworkFiles", "TrafficFiles", "Fabrics", "Diagnostics", "Documents", "Quantities"]),
  tests("NetworkLayoutsTests", ["NetworkLayouts", "Fabrics", "Quantities"]),
  tests(
    "CollectiveFilesTests",
    ["CollectiveFiles", "Collectives", "Fabrics", "Hardware", "Diagnostics", "Quantities", "XMLDocuments"]),
  tests("TraceFilesTests", ["TraceFiles", "Diagnostics", "Quantities"]),
  tests(
    "TrafficFilesTests", ["TrafficFiles", "Traffic", "Fabrics", "Diagnostics", "Documents", "Quantities"]),
  tests(
    "CollectivesTests", ["Collectives", "EventCore", "Fabrics", "FlowSharing", "Hardware", "Quantities"]),
  tests(
    "CollectiveStudiesTests",
    ["CollectiveStudies", "Collectives", "Fabrics", "Hardware", "Diagnostics", "Documents", "Quantities"]),
  tests("ComputeModelsTests", ["ComputeModels", "Hardware", "Quantities"]),
  tests("ModelGraphsTests", ["ComputeModels", "ModelGraphs", "Hardware"]),
  tests("ParallelismTests", ["Parallelism", "ModelGraphs"]),
  tests(
    "MemoryModelsTests", ["MemoryModels", "ModelGraphs", "ComputeModels", "Hardware", "Quantities"]),
  tests("FineTuningTests", ["ComputeModels", "FineTuning", "ModelGraphs", "Hardware", "Quantities"]),
  tests(
    "PostTrainingTests",
    ["PostTraining", "FineTuning", "ComputeModels", "ModelGraphs", "Hardware", "Quantities"]),
  tests("StepGraphsTests", ["Quantities", "MemoryModels", "ModelGraphs", "StepGraphs"]),
  tests("ResourcesTests", ["Resources", "Quantities", "EventCore"]),
  tests("ExecutionTests", ["Quantities", "MemoryModels", "StepGraphs", "Execution"]),
  tests(
    "TrainingTests",
    [
      "Quantities", "Hardware", "Fabrics", "Collectives", "ModelGraphs", "MemoryModels", "Parallelism",
      "FineTuning", "StepGraphs", "PostTraining", "Execution", "Training",
    ]),
  tests(
    "CataloguesTests",
    ["CatalogueFiles", "Catalogues", "ModelGraphs", "Hardware", "Documents", "Diagnostics", "Quantities"]),
  tests(
    "ScenariosTests",
    [
      "Scenarios", "Collectives", "Fabrics", "MemoryModels", "FineTuning", "Training", "Documents",
      "Diagnostics", "Quantities", "Hardware",
    ]),
  tests(
    "ValidationTests",
    [
      "Validation", "Analysis", "Catalogues", "Scenarios", "Resolution", "Collectives", "ComputeModels",
      "Training",
      "StepGraphs",
      "ModelGraphs", "Hardware", "Fabrics", "Documents", "Diagnostics", "Quantities", "TraceFiles",
      "CollectiveStudies",
    ]),
  tests("FilesTests", ["Files", "Diagnostics"]),
  tests("TerminalTests", ["Terminal"]),
  tests("CommandLinesTests", ["CommandLines", "Documents"]),
  tests("ChartsTests", ["Charts", "Documents"]),
  tests("RehearseCommandsTests", ["RehearseCommands", "CommandLines", "Files"]),
  tests("RehearsalTests", ["Rehearsal"]),
  tests("ExamplesTests", ["Rehearsal", "Files"]),
]

let package = Package(
  name: "Rehearsal",
  products: [
    .library(name: "Rehearsal", targets: ["Rehearsal"]),
    .executable(name: "rehearse", targets: ["rehearse"]),
  ],
  targets: system + kernel + machine + workload + simulation + studies + faces + examples + benchmarks
    + testing + [
      .target(
        name: "TestSupport", dependencies: ["Fabrics", "Hardware", "Quantities"], path: "Tests/Support",
        swiftSettings: strict)
    ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
