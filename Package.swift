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
  room("RandomStreams", floor: "Kernel"),
  room("EventCore", floor: "Kernel", ["Quantities"]),
  room("FlowSharing", floor: "Kernel"),
]

let machine: [Target] = [
  room("Hardware", floor: "Machine", ["Quantities"]),
  room("Fabrics", floor: "Machine", ["Quantities", "FlowSharing"]),
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
  .target(name: "CatalogueFiles", path: "Catalogue", swiftSettings: strict, plugins: ["PackCatalogue"]),
  room(
    "Catalogues", floor: "Studies",
    ["Quantities", "Diagnostics", "Documents", "Hardware", "ModelGraphs", "CatalogueFiles"]),
  room(
    "Scenarios", floor: "Studies",
    [
      "Quantities", "Diagnostics", "Documents", "Hardware", "Fabrics", "Collectives", "ModelGraphs",
      "MemoryModels", "StepGraphs", "Training", "Catalogues",
    ]),
]

let package = Package(
  name: "Rehearsal",
  targets: system + kernel + machine + workload + simulation + studies + [
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    tests("ModelGraphsTests", ["ModelGraphs", "Hardware"]),
    tests(
      "CataloguesTests",
      ["CatalogueFiles", "Catalogues", "ModelGraphs", "Hardware", "Documents", "Diagnostics", "Quantities"]),
  ],
  swiftLanguageModes: [.v6]
)
