import Diagnostics

/// Accelerators, models, nodes, links and frameworks by name: the bundled ones and those a user adds.
///
/// Names are compared without regard to case, blanks, hyphens, underscores and slashes. An added
/// entry stands before a bundled one of the same name.
public struct Catalogue: Sendable {
  private struct Added: Sendable {
    var accelerators: CatalogueSection<AcceleratorEntry>
    var models: CatalogueSection<ModelEntry>
    var nodes: CatalogueSection<NodeEntry>
    var links: CatalogueSection<LinkEntry>
    var frameworks: CatalogueSection<FrameworkEntry>
  }

  private var added: Added?
  /// The bundled accelerators, as far as their constants were replaced.
  private var recalibrated: CatalogueSection<AcceleratorEntry>?
  /// The bundled links, likewise.
  private var recalibratedLinks: CatalogueSection<LinkEntry>?

  /// The catalogue compiled into the program. Each kind is read once, at its first use.
  public static let bundled = Catalogue(added: nil)

  private init(added: Added?) { self.added = added }

  /// The same with accelerators in place of those of the same name, whose aliases stay.
  ///
  /// - Complexity: O(accelerators).
  public func replacing(accelerators: [AcceleratorEntry]) -> Catalogue {
    var copy = self
    if let added { copy.added?.accelerators = added.accelerators.replacing(accelerators) }
    copy.recalibrated = bundledAccelerators.replacing(accelerators)
    return copy
  }

  /// The same with links in place of those of the same name.
  ///
  /// - Complexity: O(links).
  public func replacing(links: [LinkEntry]) -> Catalogue {
    var copy = self
    if let added { copy.added?.links = added.links.replacing(links) }
    copy.recalibratedLinks = bundledLinks.replacing(links)
    return copy
  }

  private var bundledLinks: CatalogueSection<LinkEntry> { recalibratedLinks ?? BundledCatalogue.links }

  private var bundledAccelerators: CatalogueSection<AcceleratorEntry> {
    recalibrated ?? BundledCatalogue.accelerators
  }

  /// The bundled catalogue with a user's files on top.
  ///
  /// - Parameter files: path and text of each file; a folder `accelerators`, `models`, `nodes`,
  ///   `links` or `frameworks` on the path says what it holds.
  /// - Throws: everything wrong in any of the files.
  /// - Complexity: O(bytes).
  public init(adding files: [(path: String, text: String)]) throws(Diagnostics) {
    let documents = files.map { CatalogueDocument(path: $0.path, text: $0.text) }
    var findings = Diagnostics()
    for document in documents where document.folder == nil {
      findings.report(
        .unsupported("the folder does not say what this file holds"),
        at: SourceLocation(file: document.path),
        mend: "put it under \(CatalogueDocument.folders.joined(separator: "/, "))/")
    }
    func section<Entry>(_ type: Entry.Type) -> CatalogueSection<Entry>? {
      do {
        return try CatalogueSection<Entry>(documents)
      } catch {
        findings.list += error.list
        return nil
      }
    }
    let accelerators = section(AcceleratorEntry.self)
    let models = section(ModelEntry.self)
    let nodes = section(NodeEntry.self)
    let links = section(LinkEntry.self)
    let frameworks = section(FrameworkEntry.self)
    try findings.throwIfAny()
    guard let accelerators, let models, let nodes, let links, let frameworks else { throw findings }
    added = Added(
      accelerators: accelerators, models: models, nodes: nodes, links: links, frameworks: frameworks)
  }

  /// All accelerators, added ones first, each set in the order of its paths.
  public var accelerators: [AcceleratorEntry] {
    merged(added?.accelerators, bundledAccelerators)
  }
  public var models: [ModelEntry] { merged(added?.models, BundledCatalogue.models) }
  public var nodes: [NodeEntry] { merged(added?.nodes, BundledCatalogue.nodes) }
  public var links: [LinkEntry] { merged(added?.links, bundledLinks) }
  public var frameworks: [FrameworkEntry] { merged(added?.frameworks, BundledCatalogue.frameworks) }

  /// The accelerator of a name or alias.
  ///
  /// - Parameter location: where the name was written, for the error.
  /// - Throws: an unknown name, with the nearest known one.
  public func accelerator(
    named name: String, at location: SourceLocation = SourceLocation(file: "catalogue")
  ) throws(Diagnostics) -> AcceleratorEntry {
    try entry(name, added?.accelerators, bundledAccelerators, location)
  }

  /// The model of a name or alias; see `accelerator(named:at:)`.
  public func model(
    named name: String, at location: SourceLocation = SourceLocation(file: "catalogue")
  ) throws(Diagnostics) -> ModelEntry {
    try entry(name, added?.models, BundledCatalogue.models, location)
  }

  /// The kind of node of a name or alias; see `accelerator(named:at:)`.
  public func node(
    named name: String, at location: SourceLocation = SourceLocation(file: "catalogue")
  ) throws(Diagnostics) -> NodeEntry {
    try entry(name, added?.nodes, BundledCatalogue.nodes, location)
  }

  /// The kind of link of a name or alias; see `accelerator(named:at:)`.
  public func link(
    named name: String, at location: SourceLocation = SourceLocation(file: "catalogue")
  ) throws(Diagnostics) -> LinkEntry {
    try entry(name, added?.links, bundledLinks, location)
  }

  /// The framework of a name or alias; see `accelerator(named:at:)`.
  public func framework(
    named name: String, at location: SourceLocation = SourceLocation(file: "catalogue")
  ) throws(Diagnostics) -> FrameworkEntry {
    try entry(name, added?.frameworks, BundledCatalogue.frameworks, location)
  }

  private func entry<Entry: CatalogueEntry>(
    _ name: String, _ added: CatalogueSection<Entry>?, _ bundled: CatalogueSection<Entry>,
    _ location: SourceLocation
  ) throws(Diagnostics) -> Entry {
    if let entry = added?.entry(named: name) ?? bundled.entry(named: name) { return entry }
    // Nearest in what a name is looked up by, so that dashes and blanks do not count as differences.
    let names = (added?.names ?? []) + bundled.names
    let nearest = nearestName(to: NameKey(name).exact, in: names.map { NameKey($0).exact })
      .flatMap { key in names.first { NameKey($0).exact == key } }
    throw Diagnostics(
      Diagnostic(
        .unknownName(kind: Entry.kindName, name: name), at: location,
        mend: nearest.map { "did you mean '\($0)'?" } ?? "'rehearse list \(Entry.folder)' shows all names"))
  }

  private func merged<Entry: CatalogueEntry>(
    _ added: CatalogueSection<Entry>?, _ bundled: CatalogueSection<Entry>
  ) -> [Entry] {
    guard let added else { return bundled.entries }
    let hidden = Set(added.entries.map { NameKey($0.name).exact })
    return added.entries + bundled.entries.filter { !hidden.contains(NameKey($0.name).exact) }
  }
}
