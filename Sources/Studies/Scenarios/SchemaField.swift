import Diagnostics
import Documents

/// One key of a table: where it stands, what it takes, what it means.
struct SchemaField<Root: Sendable>: Sendable {
  let path: String
  let type: String
  let allowed: String
  let meaning: String
  let example: String
  let isRequired: Bool
  let nested: [KeyDescription]
  let read: @Sendable (DocumentNode, inout Root, inout ReadingContext) -> Void
  let write: @Sendable (Root) -> OutputValue

  init<Value>(
    _ path: String, _ property: any WritableKeyPath<Root, Value> & Sendable, _ form: ValueForm<Value>,
    example: String, required: Bool = false, _ meaning: String
  ) {
    self.path = path
    self.type = form.type
    self.allowed = form.allowed
    self.meaning = meaning
    self.example = example
    self.isRequired = required
    self.nested = form.nested
    self.read = { node, root, context in
      if let value = form.read(node, &context) { root[keyPath: property] = value }
    }
    self.write = { form.write($0[keyPath: property]) }
  }

  /// A key that is known but whose effect is not simulated: only its neutral value is taken.
  init(_ path: String, neutral: OutputValue, _ meaning: String) {
    self.path = path
    let word = neutral.json().filter { $0 != "\"" }
    self.type = "`\(word)` only"
    self.allowed = word
    self.meaning = "\(meaning.prefix(1).uppercased())\(meaning.dropFirst()); not simulated."
    self.example = word
    self.isRequired = false
    self.nested = []
    let mend = "leave it out, or write \(word)"
    self.read = { node, _, context in
      guard node.outputValue != neutral else { return }
      context.problems.report(.unsupported("\(meaning) is not simulated"), at: node.location, mend: mend)
    }
    self.write = { _ in neutral }
  }
}

/// Reads the entries of a mapping by a table; everything that is wrong is reported, nothing is ignored.
///
/// - Returns: the paths that were read.
@discardableResult
func readMapping<Root>(
  _ node: DocumentNode, _ fields: [SchemaField<Root>], into root: inout Root, _ context: inout ReadingContext,
  prefix: String = ""
) -> Set<String> {
  guard let entries = node.entries else {
    if case .null = node.content { return [] }
    context.wrongType(node, expected: "a mapping of keys")
    return []
  }
  var found: Set<String> = []
  for entry in entries {
    let path = prefix + entry.key
    if let field = fields.first(where: { $0.path == path }) {
      found.insert(path)
      context.places.note(entry.keyLocation.keyPath, at: entry.value.location)
      field.read(entry.value, &root, &context)
    } else if fields.contains(where: { $0.path.hasPrefix(path + ".") }) {
      found.formUnion(readMapping(entry.value, fields, into: &root, &context, prefix: path + "."))
    } else {
      context.problems.report(
        .unknownKey(entry.key), at: entry.keyLocation,
        mend: mendForUnknown(entry.key, among: fields.map(\.path), prefix: prefix))
    }
  }
  if prefix.isEmpty {
    for field in fields where field.isRequired && !found.contains(field.path) {
      var location = node.location
      location.keyPath = location.keyPath.isEmpty ? field.path : "\(location.keyPath).\(field.path)"
      context.problems.report(
        .missingKey(field.path), at: location, mend: "write it like '\(field.path): \(field.example)'")
    }
  }
  return found
}

private func mendForUnknown(_ key: String, among paths: [String], prefix: String) -> String {
  var siblings: [String] = []
  for path in paths where path.hasPrefix(prefix) {
    let name = String(path.dropFirst(prefix.count).prefix { $0 != "." })
    if !siblings.contains(name) { siblings.append(name) }
  }
  if let near = nearestName(to: key, in: siblings) { return "did you mean '\(near)'?" }
  if let other = paths.first(where: { $0.hasSuffix(".\(key)") }) { return "it belongs at '\(other)'" }
  return "keys here: \(siblings.joined(separator: ", "))"
}

/// The document of a value: every key of its table, in the table's order.
func writeMapping<Root>(_ root: Root, _ fields: [SchemaField<Root>], prefix: String = "") -> OutputValue {
  var result: [OutputValue.Field] = []
  for field in fields where field.path.hasPrefix(prefix) {
    let rest = field.path.dropFirst(prefix.count)
    let name = String(rest.prefix { $0 != "." })
    if name.count == rest.count {
      result.append(.init(name, field.write(root)))
    } else if !result.contains(where: { $0.key == name }) {
      result.append(.init(name, writeMapping(root, fields, prefix: "\(prefix)\(name).")))
    }
  }
  return .object(result)
}

extension ValueForm {
  /// A mapping read by a table of its own.
  static func object(_ fields: [SchemaField<Value>], _ initial: Value, type: String = "mapping") -> ValueForm
  {
    ValueForm(type: type, nested: describe(fields, defaults: initial).map { $0.under("") }) { node, context in
      guard node.entries != nil else {
        context.wrongType(node, expected: "a mapping of \(fields.map(\.path).joined(separator: ", "))")
        return nil
      }
      let before = context.problems.list.count
      var value = initial
      readMapping(node, fields, into: &value, &context)
      return context.problems.list.count == before ? value : nil
    } write: {
      writeMapping($0, fields)
    }
  }
}
