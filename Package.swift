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
    name: "CYaml", path: "Sources/System/CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])])
]

let kernel: [Target] = [
  room("Quantities", floor: "Kernel"),
  room("Diagnostics", floor: "Kernel"),
  room("Documents", floor: "Kernel", ["Diagnostics", "Quantities", "CYaml"]),
  room("RandomStreams", floor: "Kernel"),
  room("EventCore", floor: "Kernel", ["Quantities"]),
  room("FlowSharing", floor: "Kernel"),
]

let machine: [Target] = [
  room("Hardware", floor: "Machine", ["Quantities"]),
  room("Fabrics", floor: "Machine", ["Quantities", "EventCore", "FlowSharing", "Hardware"]),
  room("Collectives", floor: "Machine", ["Quantities", "EventCore", "FlowSharing", "Fabrics"]),
  room("ComputeModels", floor: "Machine", ["Quantities", "Hardware"]),
]

let workload: [Target] = [
  room("ModelGraphs", floor: "Workload", ["Quantities", "Hardware", "ComputeModels"]),
  room("MemoryModels", floor: "Workload", ["Quantities", "Hardware", "ModelGraphs"]),
  room(
    "StepGraphs", floor: "Workload",
    ["Quantities", "Hardware", "Collectives", "ComputeModels", "ModelGraphs", "MemoryModels"]),
]

let simulation: [Target] = [
  room("Resources", floor: "Simulation", ["Quantities"]),
  room(
    "Execution", floor: "Simulation", ["Quantities", "RandomStreams", "EventCore", "Hardware", "StepGraphs"]),
  room(
    "Training", floor: "Simulation",
    [
      "Quantities", "RandomStreams", "EventCore", "Hardware", "Fabrics", "Collectives", "ComputeModels",
      "ModelGraphs", "MemoryModels", "StepGraphs", "Execution",
    ]),
]

let studies: [Target] = [
  room(
    "Catalogues", floor: "Studies", ["Quantities", "Diagnostics", "Documents", "Hardware", "ModelGraphs"]),
  room(
    "Scenarios", floor: "Studies",
    [
      "Quantities", "Diagnostics", "Documents", "Hardware", "Fabrics", "Collectives", "ModelGraphs",
      "MemoryModels", "StepGraphs", "Training", "Catalogues",
    ]),
]

let benchmarks: [Target] = [
  .target(name: "PriorityQueuePeer", path: "Benchmarks/PriorityQueuePeer"),
  .executableTarget(
    name: "EventQueueBenchmark", dependencies: ["EventCore", "RandomStreams", "PriorityQueuePeer"],
    path: "Benchmarks/EventQueueBenchmark", swiftSettings: strict),
  .executableTarget(
    name: "CollectiveBenchmark", dependencies: ["Collectives", "Fabrics", "Hardware", "Quantities"],
    path: "Benchmarks/CollectiveBenchmark", swiftSettings: strict),
]

let testing: [Target] = [
  tests("RandomStreamsTests", ["RandomStreams"]),
  tests("FlowSharingTests", ["FlowSharing", "RandomStreams"]),
  tests("FabricsTests", ["Fabrics", "FlowSharing", "Hardware", "Quantities", "RandomStreams"]),
  tests(
    "CollectivesTests", ["Collectives", "EventCore", "Fabrics", "FlowSharing", "Hardware", "Quantities"]),
  tests("EventCoreTests", ["EventCore", "Quantities", "RandomStreams"]),
  tests("ResourcesTests", ["Resources", "Quantities", "EventCore"]),
]

let package = Package(
  name: "Rehearsal",
  targets: system + kernel + machine + workload + simulation + studies + benchmarks + testing + [
    .target(
      name: "TestSupport", dependencies: ["Fabrics", "Hardware", "Quantities"], path: "Tests/Support",
      swiftSettings: strict)
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
