import Diagnostics

/// A name as the document gives it, to be looked up in a catalogue later; equal when the texts are.
public struct DeclaredName: Sendable, Equatable, ExpressibleByStringLiteral {
  public var text: String
  /// Where the name stands, for complaints about a name that nothing bears.
  public var location: SourceLocation

  public init(_ text: String, at location: SourceLocation = SourceLocation(file: "")) {
    self.text = text
    self.location = location
  }
  public init(stringLiteral text: String) { self.init(text) }

  public static func == (a: DeclaredName, b: DeclaredName) -> Bool { a.text == b.text }
}

/// Where each key was written, for complaints that arise after reading. Takes no part in equality.
public struct KeyPlaces: Sendable, Equatable {
  private var places: [String: SourceLocation] = [:]
  /// Where the document itself begins, for keys that were left to their default.
  var document: SourceLocation

  init(document: SourceLocation = SourceLocation(file: "")) { self.document = document }

  /// The place of a key's value, or of the document where the key is not written.
  ///
  /// - Parameter keyPath: in the native dialect, such as `training.micro_batch`; for a document in
  ///   the flat dialect the answer names the flat key.
  public subscript(keyPath: String) -> SourceLocation {
    if let place = places[keyPath] { return place }
    return SourceLocation(
      file: document.file, line: document.line, column: document.column, keyPath: keyPath)
  }

  /// Whether the document writes the key.
  public func contains(_ keyPath: String) -> Bool { places[keyPath] != nil }

  mutating func note(_ keyPath: String, at location: SourceLocation) { places[keyPath] = location }

  public static func == (a: KeyPlaces, b: KeyPlaces) -> Bool { true }
}
