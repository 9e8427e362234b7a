import Diagnostics
import Documents

/// `training.micro_batch=4`: a value to put into a document.
public struct Assignment: Sendable {
  /// Keys joined by dots.
  public var key: String
  /// The value as YAML reads it, located at the option and the key: complaints about it begin with
  /// `--set: training.micro_batch:`.
  public var value: DocumentNode

  public init(key: String, value: DocumentNode) {
    self.key = key
    self.value = value
  }
}

/// `plan.tensor=1,2,4`: the values that a key takes in turn.
public struct Variation: Sendable {
  /// Keys joined by dots.
  public var key: String
  /// At least one value, in the order given.
  public var values: [DocumentNode]

  public init(key: String, values: [DocumentNode]) {
    self.key = key
    self.values = values
  }
}

/// The two sides of the first `=`, the left one not empty.
func splitAssignment(_ text: String) -> (key: String, value: String)? {
  guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
  return (String(text[..<sign]), String(text[text.index(after: sign)...]))
}

func readAssignment(_ key: String, _ text: String, source: String) throws(Diagnostics) -> Assignment {
  if text.isEmpty {
    return Assignment(key: key, value: DocumentNode(.null, at: SourceLocation(file: source, keyPath: key)))
  }
  let node = try parseDocument(text, file: source)
  return Assignment(key: key, value: relocated(node, file: source, path: key))
}

/// - Returns: `nil` if there is no value.
func readVariation(_ key: String, _ text: String, source: String) throws(Diagnostics) -> Variation? {
  let list = try parseDocument("[\(text)]", file: source)
  guard case .sequence(let items) = list.content, !items.isEmpty else { return nil }
  return Variation(key: key, values: items.map { relocated($0, file: source, path: key) })
}

/// The tree with every value located by option and key path: a line and column would point nowhere.
private func relocated(_ node: DocumentNode, file: String, path: String) -> DocumentNode {
  let location = SourceLocation(file: file, keyPath: path)
  switch node.content {
  case .sequence(let items):
    let moved = items.enumerated().map { relocated($1, file: file, path: "\(path)[\($0)]") }
    return DocumentNode(.sequence(moved), at: location)
  case .mapping(let entries):
    let moved = entries.map { entry in
      let entryPath = "\(path).\(entry.key)"
      return DocumentNode.Entry(
        key: entry.key, keyLocation: SourceLocation(file: file, keyPath: entryPath),
        value: relocated(entry.value, file: file, path: entryPath))
    }
    return DocumentNode(.mapping(moved), at: location)
  case .null, .bool, .integer, .real, .string:
    return DocumentNode(node.content, at: location)
  }
}
