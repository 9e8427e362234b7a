import Catalogues
import Diagnostics
import Files
import Resolution
import Scenarios

/// Reads the scenario of a file, YAML or JSON, in either dialect.
///
/// ```swift
/// let scenario = try loadScenario("job.yaml", overrides: ["training.micro_batch=4"])
/// let report = try rehearse(scenario, resolver: Resolver())
/// print(report.summary())
/// ```
///
/// - Parameters:
///   - path: relative to the working directory, or absolute.
///   - overrides: `key.path=value` texts that replace or add keys, in order.
/// - Throws: what is wrong with the file or its document, all of it at once, with places.
public func loadScenario(
  _ path: String, overrides: [String] = [], catalogue: Catalogue = .bundled
) throws(Diagnostics) -> Scenario {
  try readScenario(text: try readTextFile(path), file: path, overrides: overrides) { name in
    try? catalogue.node(named: name).acceleratorsPerNode
  }
}

extension Resolver {
  /// A resolver that reads the files a scenario names from the disk.
  public init(catalogue: Catalogue = .bundled) {
    self.init(catalogue: catalogue) { path throws(Diagnostics) in try readTextFile(path) }
  }
}
