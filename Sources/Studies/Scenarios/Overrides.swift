import Diagnostics
import Documents

/// Puts values given as `key.path=value` in the place of a document's own, or adds them.
///
/// The value is read as YAML. Places name the file `--set`, line 1 and the column within the text.
func apply(_ overrides: [String], to document: DocumentNode) throws(Diagnostics) -> DocumentNode {
  var document = document
  var problems = Diagnostics()
  for text in overrides {
    do throws(Diagnostics) {
      document = try apply(text, to: document)
    } catch {
      problems.list += error.list
    }
  }
  try problems.throwIfAny()
  return document
}

private func apply(_ text: String, to document: DocumentNode) throws(Diagnostics) -> DocumentNode {
  let start = SourceLocation(file: "--set", line: 1, column: 1)
  guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
    throw Diagnostics(
      Diagnostic(
        .malformed(reason: "'\(text)' is not of the form key=value"), at: start,
        mend: "write it like training.steps=20"))
  }
  let path = String(text[..<equals])
  let shift = path.unicodeScalars.count + 1
  let value: DocumentNode
  do throws(Diagnostics) {
    let written = String(text[text.index(after: equals)...])
    value = written.isEmpty ? DocumentNode(.null, at: start) : try parseDocument(written, file: "--set")
  } catch {
    throw Diagnostics(
      error.list.map { Diagnostic($0.problem, at: moved($0.location, shift, below: path), mend: $0.mend) })
  }
  let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  return try set(keys[...], in: document, to: moved(value, shift, below: path), path: path)
}

private func set(
  _ keys: ArraySlice<String>, in node: DocumentNode, to value: DocumentNode, path: String
) throws(Diagnostics) -> DocumentNode {
  guard let key = keys.first else { return value }
  var entries: [DocumentNode.Entry]
  switch node.content {
  case .mapping(let existing): entries = existing
  case .null: entries = []
  default:
    let done = path.split(separator: ".").dropLast(keys.count).joined(separator: ".")
    throw Diagnostics(
      Diagnostic(
        .conflict("'\(done)' is \(node.kindName) in the document, not a mapping of keys"),
        at: SourceLocation(file: "--set", line: 1, column: 1, keyPath: path),
        mend: "set the whole of '\(done)'"))
  }
  let location = SourceLocation(file: "--set", line: 1, column: 1, keyPath: path)
  let index = entries.firstIndex { $0.key == key }
  let old = index.map { entries[$0].value } ?? DocumentNode(.mapping([]), at: location)
  let entry = DocumentNode.Entry(
    key: key, keyLocation: index == nil || keys.count == 1 ? location : entries[index!].keyLocation,
    value: try set(keys.dropFirst(), in: old, to: value, path: path))
  if let index { entries[index] = entry } else { entries.append(entry) }
  return DocumentNode(.mapping(entries), at: node.location)
}

private func moved(_ location: SourceLocation, _ shift: Int, below path: String) -> SourceLocation {
  var location = location
  if location.line == 1 { location.column += shift }
  let joint = location.keyPath.isEmpty || location.keyPath.hasPrefix("[") ? "" : "."
  location.keyPath = path + joint + location.keyPath
  return location
}

private func moved(_ node: DocumentNode, _ shift: Int, below path: String) -> DocumentNode {
  let location = moved(node.location, shift, below: path)
  switch node.content {
  case .sequence(let items):
    return DocumentNode(.sequence(items.map { moved($0, shift, below: path) }), at: location)
  case .mapping(let entries):
    let inner = entries.map { entry in
      DocumentNode.Entry(
        key: entry.key, keyLocation: moved(entry.keyLocation, shift, below: path),
        value: moved(entry.value, shift, below: path))
    }
    return DocumentNode(.mapping(inner), at: location)
  default: return DocumentNode(node.content, at: location)
  }
}
