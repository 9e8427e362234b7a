import Documents

/// One row of the reference: a key, what it takes and what it means.
public struct KeyDescription: Sendable, Equatable {
  /// From the root, `[]` standing for any place of a list: `cluster.fabric.links[].from`.
  public var path: String
  public var type: String
  /// The range or the words allowed.
  public var allowed: String
  /// As the resolved document writes it; empty where the key is required.
  public var defaultText: String
  public var meaning: String
  public var example: String

  /// The same key below another.
  func under(_ prefix: String) -> KeyDescription {
    var copy = self
    copy.path = path.hasPrefix("[]") || prefix.isEmpty ? prefix + path : "\(prefix).\(path)"
    return copy
  }
}

/// The rows of a table, inline mappings after the key that holds them.
func describe<Root>(_ fields: [SchemaField<Root>], defaults: Root) -> [KeyDescription] {
  fields.flatMap { field in
    let value = field.write(defaults)
    let isComposite = if case .object = value { true } else { false }
    let text = isComposite ? "" : value.json(indented: false)
    let own = KeyDescription(
      path: field.path, type: field.type, allowed: field.allowed,
      defaultText: field.isRequired ? "" : text, meaning: field.meaning, example: field.example)
    return [own] + field.nested.map { $0.under(field.path) }
  }
}
