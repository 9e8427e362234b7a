import Diagnostics

/// A value read from a YAML or JSON text, with the place where it stands.
public struct DocumentNode: Sendable {
  public var content: Content
  public var location: SourceLocation

  public enum Content: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(String)
    case sequence([DocumentNode])
    case mapping([Entry])
  }

  /// One `key: value` of a mapping; keys are unique within their mapping.
  public struct Entry: Sendable {
    public var key: String
    /// Where the key itself stands, for complaints about the key rather than its value.
    public var keyLocation: SourceLocation
    public var value: DocumentNode

    public init(key: String, keyLocation: SourceLocation, value: DocumentNode) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }

  public init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// The entries of a mapping, `nil` for anything else.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The value under a key of a mapping.
  public subscript(key: String) -> DocumentNode? {
    entries?.first { $0.key == key }?.value
  }

  /// The kind of value in a reader's words, for "expected …, found …".
  public var kindName: String {
    switch content {
    case .null: "nothing"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "the number \(value)"
    case .real(let value): "the number \(value)"
    case .string(let value): value.count <= 60 ? "the text '\(value)'" : "the text '\(value.prefix(60))…'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
