import Foundation
import PackagePlugin

/// Turns the YAML files of a target into one Swift source file of that target.
@main
struct PackCatalogue: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let inputs = (target.sourceModule?.sourceFiles.map(\.url) ?? [])
      .filter { $0.pathExtension == "yaml" }
      .sorted { $0.path < $1.path }
    let output = context.pluginWorkDirectoryURL.appending(path: "PackedCatalogue.swift")
    return [
      .buildCommand(
        displayName: "Packing the catalogue", executable: try context.tool(named: "CataloguePacker").url,
        arguments: [output.path, target.directoryURL.path] + inputs.map(\.path), inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
