import Diagnostics
import Documents

/// All entries of one kind, in the order of their files' paths, with their names indexed.
struct CatalogueSection<Entry: CatalogueEntry>: Sendable {
  private(set) var entries: [Entry] = []
  private var positions: [String: Int] = [:]
  /// Positions that share a key once decimal dots are dropped.
  private var loosePositions: [String: [Int]] = [:]

  /// Reads the documents that belong to this kind.
  ///
  /// - Throws: everything wrong in any of them, and every name that two entries claim.
  /// - Complexity: O(bytes).
  init(_ documents: [CatalogueDocument]) throws(Diagnostics) {
    let findings = Findings()
    for document in documents where document.folder == Entry.folder {
      do {
        let node = try parseDocument(document.text, file: document.path)
        if let entry = Entry(node, findings) { add(entry, node, findings) }
      } catch {
        findings.diagnostics.list += error.list
      }
    }
    try findings.diagnostics.throwIfAny()
  }

  /// The same with entries in place of those of the same name.
  func replacing(_ changed: [Entry]) -> CatalogueSection {
    var copy = self
    let byName = Dictionary(changed.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for index in copy.entries.indices {
      if let entry = byName[copy.entries[index].name] { copy.entries[index] = entry }
    }
    return copy
  }

  private mutating func add(_ entry: Entry, _ node: DocumentNode, _ findings: Findings) {
    let position = entries.count
    entries.append(entry)
    for name in [entry.name] + entry.aliases {
      let key = NameKey(name)
      if let other = positions[key.exact], other != position {
        findings.diagnostics.report(
          .conflict("the name '\(name)' already belongs to \(Entry.kindName) '\(entries[other].name)'"),
          at: node.location, mend: "rename one of them")
      } else {
        positions[key.exact] = position
      }
      if loosePositions[key.loose]?.contains(position) != true {
        loosePositions[key.loose, default: []].append(position)
      }
    }
  }

  /// The entry that a name or alias means.
  ///
  /// - Complexity: O(length of the name).
  func entry(named name: String) -> Entry? {
    let key = NameKey(name)
    if let position = positions[key.exact] { return entries[position] }
    if let loose = loosePositions[key.loose], loose.count == 1 { return entries[loose[0]] }
    return nil
  }

  /// Every name under which an entry can be found, canonical names first.
  var names: [String] { entries.map(\.name) + entries.flatMap(\.aliases) }
}

/// One file of a catalogue, named by its path below the catalogue's folder.
struct CatalogueDocument: Sendable {
  let path: String
  let text: String

  /// The first folder of the path that names a kind of entry.
  var folder: String? {
    path.split(separator: "/").dropLast().map(String.init).first { CatalogueDocument.folders.contains($0) }
  }

  static let folders = [
    AcceleratorEntry.folder, ModelEntry.folder, NodeEntry.folder, LinkEntry.folder, FrameworkEntry.folder,
  ]
}
