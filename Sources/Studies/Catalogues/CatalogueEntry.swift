import Diagnostics
import Documents

/// A kind of thing that the catalogue holds, one file per entry.
protocol CatalogueEntry: Sendable {
  /// The word for it in messages.
  static var kindName: String { get }
  /// The folder whose files hold this kind.
  static var folder: String { get }

  var name: String { get }
  var aliases: [String] { get }

  /// Reads one file; reports what is wrong and returns `nil` where nothing can be made of it.
  init?(_ node: DocumentNode, _ findings: Findings)
}
