import CatalogueFiles
import Diagnostics

/// The catalogue that is compiled into the program; each kind is read at its first use.
enum BundledCatalogue {
  static let documents = catalogueFiles().map { CatalogueDocument(path: $0.path, text: $0.text) }
  static let accelerators = section(AcceleratorEntry.self)
  static let models = section(ModelEntry.self)
  static let nodes = section(NodeEntry.self)
  static let links = section(LinkEntry.self)
  static let frameworks = section(FrameworkEntry.self)

  private static func section<Entry>(_ type: Entry.Type) -> CatalogueSection<Entry> {
    do {
      return try CatalogueSection(documents)
    } catch {
      preconditionFailure("the bundled catalogue is broken:\n\(error)")
    }
  }
}
