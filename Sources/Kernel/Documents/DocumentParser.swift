import CYaml
import Diagnostics

/// Bounds on what a document may hold, so that hostile input ends in an error.
public struct DocumentLimits: Sendable {
  public var depth = 64
  /// Values, those that aliases repeat included.
  public var nodes = 2_000_000
  /// Values that aliases repeat.
  public var aliasedNodes = 100_000
  public var bytes = 256 << 20

  public init() {}
}

/// Reads one YAML or JSON document into a tree of positioned values.
///
/// Plain scalars resolve as `resolvePlainScalar` says: `true`, `null`, decimal integers, reals;
/// everything else, and everything quoted, is text. Keys are texts, unique within their mapping.
/// Aliases are expanded within `limits`; an expanded value keeps the line and column where it was written
/// and takes the key path of the alias.
/// Tags and merge keys (`<<`) are refused. An empty document is an empty mapping.
///
/// - Parameters:
///   - text: the whole document.
///   - file: the name used in error messages.
/// - Throws: the first malformation, or all duplicate and merge keys, each with line and column.
/// - Complexity: O(bytes + nodes after alias expansion).
public func parseDocument(
  _ text: String, file: String, limits: DocumentLimits = DocumentLimits()
) throws(Diagnostics) -> DocumentNode {
  try parseDocument(bytes: Array(text.utf8), file: file, limits: limits)
}

/// The same from the bytes of a file, which must be UTF-8; a byte order mark is skipped.
public func parseDocument(
  bytes: [UInt8], file: String, limits: DocumentLimits = DocumentLimits()
) throws(Diagnostics) -> DocumentNode {
  if bytes.count > limits.bytes {
    throw Diagnostics(
      Diagnostic(
        .tooLarge(what: "document size in bytes", limit: limits.bytes), at: SourceLocation(file: file)))
  }
  var parser = DocumentParser(file: file, limits: limits)
  return try parser.parse(screen(bytes, file: file))
}

struct DocumentParser {
  let file: String
  let limits: DocumentLimits
  var nodeCount = 0
  var aliasedCount = 0
  var refusedKeys = Diagnostics()
  var anchors: [String: Anchored] = [:]

  /// A value that aliases can repeat, with what one repetition adds.
  struct Anchored {
    var node: DocumentNode
    var size: Int
    var height: Int
  }

  init(file: String, limits: DocumentLimits) {
    self.file = file
    self.limits = limits
  }

  mutating func parse(_ text: ScreenedText) throws(Diagnostics) -> DocumentNode {
    var events = YamlEvents(text: text, file: file)
    defer { events.close() }
    _ = try events.next(expecting: YAML_STREAM_START_EVENT)
    let first = try events.next()
    if first.kind == YAML_STREAM_END_EVENT {
      return DocumentNode(.mapping([]), at: place(line: 1, column: 1))
    }
    let root = try node(from: try events.next(), &events, path: "", depth: 0).node
    _ = try events.next(expecting: YAML_DOCUMENT_END_EVENT)
    let last = try events.next()
    if last.kind != YAML_STREAM_END_EVENT {
      throw Diagnostics(
        Diagnostic(
          .malformed(reason: "a second document starts here; one is expected"),
          at: place(line: last.line, column: last.column)))
    }
    try refusedKeys.throwIfAny()
    return root
  }

  private func place(line: Int = 0, column: Int = 0, path: String = "") -> SourceLocation {
    SourceLocation(file: file, line: line, column: column, keyPath: path)
  }

  /// A value and the levels of lists and mappings below it.
  private typealias Subtree = (node: DocumentNode, height: Int)

  private mutating func node(
    from event: YamlEvents.Item, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> Subtree {
    let location = place(line: event.line, column: event.column, path: path)
    try count(1, at: location)
    try check(depth: depth, at: location)
    if let tag = event.tag { throw unreadableTag(tag, at: location) }
    let sizeBefore = nodeCount
    let result: Subtree
    switch event.kind {
    case YAML_SCALAR_EVENT:
      result = (
        DocumentNode(event.isPlain ? resolvePlainScalar(event.text) : .string(event.text), at: location), 0
      )
    case YAML_SEQUENCE_START_EVENT:
      result = try sequence(at: location, &events, path: path, depth: depth)
    case YAML_MAPPING_START_EVENT:
      result = try mapping(at: location, &events, path: path, depth: depth)
    case YAML_ALIAS_EVENT:
      guard let target = anchors[event.text] else {
        throw Diagnostics(
          Diagnostic(.malformed(reason: "no anchor '\(event.text)' stands before this alias"), at: location))
      }
      try count(target.size - 1, at: location)
      aliasedCount += target.size
      if aliasedCount > limits.aliasedNodes {
        throw Diagnostics(
          Diagnostic(
            .tooLarge(what: "number of values repeated by aliases", limit: limits.aliasedNodes), at: location)
        )
      }
      try check(depth: depth + target.height, at: location)
      return (target.node.rebased(from: target.node.location.keyPath, to: path), target.height)
    default:
      throw Diagnostics(Diagnostic(.malformed(reason: "a value is expected here"), at: location))
    }
    if let anchor = event.anchor {
      anchors[anchor] = Anchored(node: result.node, size: nodeCount - sizeBefore + 1, height: result.height)
    }
    return result
  }

  private mutating func sequence(
    at location: SourceLocation, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> Subtree {
    var items: [DocumentNode] = []
    var height = 0
    while true {
      let event = try events.next()
      if event.kind == YAML_SEQUENCE_END_EVENT {
        return (DocumentNode(.sequence(items), at: location), height)
      }
      let item = try node(from: event, &events, path: "\(path)[\(items.count)]", depth: depth + 1)
      items.append(item.node)
      height = max(height, item.height + 1)
    }
  }

  private mutating func mapping(
    at location: SourceLocation, _ events: inout YamlEvents, path: String, depth: Int
  ) throws(Diagnostics) -> Subtree {
    var entries: [DocumentNode.Entry] = []
    var seen: Set<String> = []
    var height = 0
    while true {
      let event = try events.next()
      if event.kind == YAML_MAPPING_END_EVENT {
        return (DocumentNode(.mapping(entries), at: location), height)
      }
      let key = try self.key(from: event, path: path)
      let keyPath = path.isEmpty ? key : "\(path).\(key)"
      let keyLocation = place(line: event.line, column: event.column, path: keyPath)
      if event.isPlain, key == "<<" {
        refusedKeys.report(
          .unsupported("merge keys ('<<') are not read"), at: keyLocation,
          mend: "write the keys out, or put an alias in place of the whole mapping")
      } else if !seen.insert(key).inserted {
        refusedKeys.report(.duplicateKey(key), at: keyLocation, mend: "keep one of them")
      }
      let value = try node(from: try events.next(), &events, path: keyPath, depth: depth + 1)
      entries.append(.init(key: key, keyLocation: keyLocation, value: value.node))
      height = max(height, value.height + 1)
    }
  }

  private mutating func key(from event: YamlEvents.Item, path: String) throws(Diagnostics) -> String {
    let location = place(line: event.line, column: event.column, path: path)
    if let tag = event.tag { throw unreadableTag(tag, at: location) }
    guard event.kind == YAML_SCALAR_EVENT else {
      throw Diagnostics(
        Diagnostic(.malformed(reason: "a key must be a text, not a list, mapping or alias"), at: location))
    }
    if let anchor = event.anchor {
      let content = event.isPlain ? resolvePlainScalar(event.text) : .string(event.text)
      anchors[anchor] = Anchored(node: DocumentNode(content, at: location), size: 1, height: 0)
    }
    return event.text
  }

  private func unreadableTag(_ tag: String, at location: SourceLocation) -> Diagnostics {
    Diagnostics(
      Diagnostic(
        .unsupported("the tag '\(tag)' is not read"), at: location, mend: "quote a value to make it a text"))
  }

  private func check(depth: Int, at location: SourceLocation) throws(Diagnostics) {
    if depth > limits.depth {
      throw Diagnostics(Diagnostic(.tooLarge(what: "nesting depth", limit: limits.depth), at: location))
    }
  }

  private mutating func count(_ added: Int, at location: SourceLocation) throws(Diagnostics) {
    nodeCount += added
    if nodeCount > limits.nodes {
      throw Diagnostics(
        Diagnostic(.tooLarge(what: "number of values", limit: limits.nodes), at: location))
    }
  }
}

extension DocumentNode {
  /// The same value under another key path, its lines and columns kept.
  func rebased(from old: String, to new: String) -> DocumentNode {
    func moved(_ location: SourceLocation) -> SourceLocation {
      var location = location
      location.keyPath = new + location.keyPath.dropFirst(old.count)
      return location
    }
    switch content {
    case .sequence(let items):
      return DocumentNode(.sequence(items.map { $0.rebased(from: old, to: new) }), at: moved(location))
    case .mapping(let entries):
      let inner = entries.map { entry in
        Entry(
          key: entry.key, keyLocation: moved(entry.keyLocation),
          value: entry.value.rebased(from: old, to: new))
      }
      return DocumentNode(.mapping(inner), at: moved(location))
    default: return DocumentNode(content, at: moved(location))
    }
  }
}
