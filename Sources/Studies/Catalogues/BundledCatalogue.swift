import Diagnostics

/// The catalogue that is compiled into the program; each kind is read at its first use.
enum BundledCatalogue {
  static let documents = unpack(packedCatalogue)
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

  /// Splits the packed text at its `%% path` lines.
  static func unpack(_ packed: StaticString) -> [CatalogueDocument] {
    let bytes = UnsafeBufferPointer(start: packed.utf8Start, count: packed.utf8CodeUnitCount)
    var documents: [CatalogueDocument] = []
    var path: String?
    var start = 0
    var lineStart = 0
    func close(at end: Int) {
      guard let path else { return }
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      documents.append(CatalogueDocument(path: path, text: text))
    }
    while lineStart < bytes.count {
      let lineEnd = bytes[lineStart...].firstIndex(of: 0x0A) ?? bytes.count
      if lineEnd - lineStart > 3, bytes[lineStart] == 0x25, bytes[lineStart + 1] == 0x25 {
        close(at: lineStart)
        path = String(decoding: bytes[(lineStart + 3)..<lineEnd], as: UTF8.self)
        start = min(lineEnd + 1, bytes.count)
      }
      lineStart = lineEnd + 1
    }
    close(at: bytes.count)
    return documents
  }
}
