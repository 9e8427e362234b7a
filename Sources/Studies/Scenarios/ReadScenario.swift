import Diagnostics
import Documents

/// Reads a scenario document of either dialect.
///
/// - Parameters:
///   - text: YAML or JSON.
///   - file: the name used in error messages; its stem names the run where the document does not.
///   - overrides: `key.path=value` texts that replace or add keys, in order.
///   - acceleratorsPerNode: devices of a catalogue node, for a document that names one without its count.
/// - Throws: everything that is wrong with the document, in the order in which it stands there.
public func readScenario(
  text: String, file: String, overrides: [String] = [], acceleratorsPerNode: (String) -> Int? = { _ in nil }
) throws(Diagnostics) -> Scenario {
  let root = try apply(overrides, to: try parseDocument(text, file: file))
  guard root.entries != nil else {
    throw Diagnostics(
      Diagnostic(
        .wrongType(expected: "a mapping of keys", found: root.kindName), at: root.location,
        mend: "begin like 'model: gpt2-small'"))
  }
  var context = ReadingContext(places: KeyPlaces(document: root.location))
  let dialect = try dialect(of: root)
  var scenario: Scenario
  switch dialect {
  case .native:
    scenario = Scenario(name: "", model: .named(""))
    readMapping(root, scenarioFields, into: &scenario, &context)
  case .flat: scenario = readFlat(root, &context)
  }
  scenario.places = context.places
  scenario.complete(file: file, devicesPerNode: acceleratorsPerNode, &context.problems)
  try inDocumentOrder(context.problems, file: file).throwIfAny()
  return scenario
}

/// Findings by place, those of overrides last.
private func inDocumentOrder(_ problems: Diagnostics, file: String) -> Diagnostics {
  let sorted = problems.list.enumerated().sorted { a, b in
    let (x, y) = (a.element.location, b.element.location)
    if (x.file == file) != (y.file == file) { return x.file == file }
    return (x.line, x.column, a.offset) < (y.line, y.column, b.offset)
  }
  return Diagnostics(sorted.map(\.element))
}

extension Scenario {
  /// The resolved document: every key of the native dialect, in order; it reads back to an equal scenario.
  public func document() -> OutputValue { writeMapping(self, scenarioFields) }

  /// Every key of the native dialect, inline mappings included.
  public static var schema: [KeyDescription] {
    describe(scenarioFields, defaults: Scenario(name: "", model: .named("")))
  }

  /// Every key of the flat dialect, with the native key that says the same.
  public static var flatSchema: [(key: KeyDescription, native: String)] {
    let rows = describe(flatFields.map(\.field), defaults: FlatDocument())
    return zip(rows, flatFields).map { ($0, $1.native) }
  }
}
