import CYaml
import Diagnostics

/// Bounds on what a document may hold, so that hostile input ends in an error.
public struct DocumentLimits: Sendable {
  public var depth = 64
  /// Nodes after alias expansion.
  public var nodes = 2_000_000
  public var bytes = 256 << 20

  public init() {}
}

/// Reads YAML 1.1 or JSON text into a tree of positioned values.
///
/// Plain scalars resolve as in the YAML 1.2 core schema: `true`, `null`, decimal integers, reals;
/// everything else, and everything quoted, is text. Keys must be unique. Aliases are expanded
/// within `limits`.
///
/// - Parameters:
///   - text: the whole document, UTF-8.
///   - file: the name used in error messages.
/// - Throws: the first malformation, or all duplicate keys, each with line and column.
/// - Complexity: O(bytes + nodes after alias expansion).
public func parseDocument(
  _ text: String, file: String, limits: DocumentLimits = DocumentLimits()
) throws(Diagnostics) -> DocumentNode {
  var parser = DocumentParser(file: file, limits: limits)
  return try parser.parse(text)
}

struct DocumentParser {
  let file: String
  let limits: DocumentLimits
  var nodeCount = 0
  var duplicates = Diagnostics()
  var anchors: [String: (node: DocumentNode, size: Int)] = [:]

  init(file: String, limits: DocumentLimits) {
    self.file = file
    self.limits = limits
  }

  mutating func parse(_ text: String) throws(Diagnostics) -> DocumentNode {
    if text.utf8.count > limits.bytes {
      throw Diagnostics(Diagnostic(.tooLarge(what: "document size in bytes", limit: limits.bytes), at: place()))
    }
    var events = YamlEvents(text: text, file: file)
    defer { events.close() }
    _ = try events.next(expecting: YAML_STREAM_START_EVENT)
    let first = try events.next()
    if first.kind == YAML_STREAM_END_EVENT { return DocumentNode(.mapping([]), at: place(line: 1, column: 1)) }
    let root = try node(from: try events.next(), &events, path: "", depth: 0)
    _ = try events.next(expecting: YAML_DOCUMENT_END_EVENT)
    let last = try events.next()
    if last.kind != YAML_STREAM_END_EVENT {
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "a second document starts here; one is expected"),
          at: place(line: last.line, column: last.column)))
    }
    try duplicates.throwIfAny()
    return root
  }

  private func place(line: Int = 0, column: Int = 0, path: String = "") -> SourceLocation {
    SourceLocation(file: file, line: line, column: column, keyPath: path)
  }

  private mutating func node(
    from event: YamlEvents.Item, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> DocumentNode {
    let location = place(line: event.line, column: event.column, path: path)
    try count(1, at: location)
    if depth > limits.depth {
      throw Diagnostics(Diagnostic(.tooLarge(what: "nesting depth", limit: limits.depth), at: location))
    }
    let sizeBefore = nodeCount
    let result: DocumentNode
    switch event.kind {
    case YAML_SCALAR_EVENT:
      result = DocumentNode(event.isPlain ? resolvePlainScalar(event.text) : .string(event.text), at: location)
    case YAML_SEQUENCE_START_EVENT:
      result = try sequence(at: location, &events, path: path, depth: depth)
    case YAML_MAPPING_START_EVENT:
      result = try mapping(at: location, &events, path: path, depth: depth)
    case YAML_ALIAS_EVENT:
      guard let target = anchors[event.text] else {
        throw Diagnostics(Diagnostic(.malformed(reason: "no anchor '\(event.text)' stands before this alias"), at: location))
      }
      try count(target.size, at: location)
      return target.node
    default:
      throw Diagnostics(Diagnostic(.malformed(reason: "a value is expected here"), at: location))
    }
    if let anchor = event.anchor { anchors[anchor] = (result, nodeCount - sizeBefore + 1) }
    return result
  }

  private mutating func sequence(
    at location: SourceLocation, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> DocumentNode {
    var items: [DocumentNode] = []
    while true {
      let event = try events.next()
      if event.kind == YAML_SEQUENCE_END_EVENT { return DocumentNode(.sequence(items), at: location) }
      items.append(try node(from: event, &events, path: "\(path)[\(items.count)]", depth: depth + 1))
    }
  }

  private mutating func mapping(
    at location: SourceLocation, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> DocumentNode {
    var entries: [DocumentNode.Entry] = []
    var seen: Set<String> = []
    while true {
      let event = try events.next()
      if event.kind == YAML_MAPPING_END_EVENT { return DocumentNode(.mapping(entries), at: location) }
      guard event.kind == YAML_SCALAR_EVENT else {
        throw Diagnostics(
          Diagnostic(
            .malformed(reason: "a key must be a text, not a list or mapping"),
            at: place(line: event.line, column: event.column, path: path)))
      }
      let key = event.text
      let keyPath = path.isEmpty ? key : "\(path).\(key)"
      let keyLocation = place(line: event.line, column: event.column, path: keyPath)
      if !seen.insert(key).inserted { duplicates.report(.duplicateKey(key), at: keyLocation, mend: "keep one of them") }
      let value = try node(from: try events.next(), &events, path: keyPath, depth: depth + 1)
      entries.append(.init(key: key, keyLocation: keyLocation, value: value))
    }
  }

  private mutating func count(_ added: Int, at location: SourceLocation) throws(Diagnostics) {
    nodeCount += added
    if nodeCount > limits.nodes {
      throw Diagnostics(
        Diagnostic(.tooLarge(what: "number of values (aliases expanded)", limit: limits.nodes), at: location))
    }
  }
}

/// The YAML 1.2 core schema for unquoted scalars, without octal and hexadecimal forms.
func resolvePlainScalar(_ text: String) -> DocumentNode.Content {
  switch text {
  case "", "~", "null", "Null", "NULL": return .null
  case "true", "True", "TRUE": return .bool(true)
  case "false", "False", "FALSE": return .bool(false)
  default: break
  }
  guard let lead = text.utf8.first else { return .null }
  let isNumeric =
    (48...57).contains(lead) || ((lead == 43 || lead == 45 || lead == 46) && text.utf8.count > 1)
  guard isNumeric, text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else {
    return .string(text)
  }
  if let integer = Int64(text) { return .integer(integer) }
  if let real = Double(text), real.isFinite { return .real(real) }
  return .string(text)
}
