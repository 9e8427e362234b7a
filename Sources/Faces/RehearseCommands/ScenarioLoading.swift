import Catalogues
import CommandLines
import Diagnostics
import Files
import Rehearsal
import Resolution
import Scenarios

/// What a command needs to turn the words after it into scenarios.
struct ScenarioLoader {
  let resolver: Resolver
  let overrides: [String]

  init(_ invocation: Invocation) throws(Diagnostics) {
    resolver = Resolver(catalogue: try loadCatalogue(invocation)) { path throws(Diagnostics) in
      try readTextFile(path)
    }
    overrides = invocation.texts("set")
  }

  /// The scenario of a file or of a preset's name.
  ///
  /// - Parameter extra: more `key=value` texts, after those of the command line.
  func scenario(_ source: String, extra: [String] = []) throws(Diagnostics) -> Scenario {
    var (text, file) = ("", source)
    if !isFile(source), let preset = scenarioPresets.first(where: { $0.name == source }) {
      (text, file) = (preset.text, "preset \(preset.name)")
    } else if source.contains("/") || source.contains(".") || isFile(source) || isFolder(source) {
      text = try readTextFile(source)
    } else {
      let names = scenarioPresets.map(\.name)
      throw Diagnostics(
        Diagnostic(
          .unknownName(kind: "file or preset", name: source), at: SourceLocation(file: "rehearse"),
          mend: nearestName(to: source, in: names).map { "did you mean '\($0)'?" }
            ?? "presets are \(names.joined(separator: ", "))"))
    }
    let catalogue = resolver.catalogue
    return try readScenario(text: text, file: file, overrides: overrides + extra) { name in
      try? catalogue.node(named: name).acceleratorsPerNode
    }
  }
}

/// The bundled catalogue, with the folder of `--catalogue` on top.
func loadCatalogue(_ invocation: Invocation) throws(Diagnostics) -> Catalogue {
  guard let folder = invocation.text(ifGiven: "catalogue") else { return .bundled }
  var files: [(path: String, text: String)] = []
  for path in try findFiles(under: folder, endingIn: [".yaml", ".yml", ".json"], depth: 4) {
    files.append((path, try readTextFile(path)))
  }
  return try Catalogue(adding: files)
}

/// Threads to use: as told, as the scenario says, or all cores.
func threadCount(_ invocation: Invocation, _ scenario: Scenario?) -> Int {
  invocation.integer(ifGiven: "threads") ?? scenario?.simulation.threads ?? coreCount()
}
