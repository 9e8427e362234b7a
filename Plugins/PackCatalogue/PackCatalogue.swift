import Foundation
import PackagePlugin

/// Turns the files below `Catalogue/` into one Swift source file of the target that uses it.
@main
struct PackCatalogue: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL.appending(path: "Catalogue")
    let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL }
      .filter { $0.pathExtension == "yaml" }
      .sorted { $0.path < $1.path }
    let inputs = files ?? []
    let output = context.pluginWorkDirectoryURL.appending(path: "PackedCatalogue.swift")
    return [
      .buildCommand(
        displayName: "Packing the catalogue", executable: try context.tool(named: "CataloguePacker").url,
        arguments: [output.path, root.path] + inputs.map(\.path), inputFiles: inputs, outputFiles: [output])
    ]
  }
}
