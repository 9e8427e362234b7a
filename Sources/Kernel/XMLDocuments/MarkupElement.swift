import Diagnostics

/// An element of an XML text, with the places where it and its attributes stand.
public struct MarkupElement: Sendable, Equatable {
  public var name: String
  /// In the order they are written in; no two have the same name.
  public var attributes: [MarkupAttribute]
  public var children: [MarkupElement]
  /// The text directly inside, without the blanks around it.
  public var text: String
  /// Where the `<` stands.
  public var location: SourceLocation

  public init(_ name: String, at location: SourceLocation) {
    self.name = name
    self.location = location
    attributes = []
    children = []
    text = ""
  }

  /// The attribute of a name.
  public subscript(name: String) -> MarkupAttribute? { attributes.first { $0.name == name } }

  /// The children of a name, in order.
  public func children(named name: String) -> [MarkupElement] { children.filter { $0.name == name } }
}

/// One `name="value"` of an element, its value with references such as `&lt;` resolved.
public struct MarkupAttribute: Sendable, Equatable {
  public var name: String
  public var value: String
  /// Where the value begins, after its quote.
  public var location: SourceLocation

  public init(name: String, value: String, at location: SourceLocation) {
    self.name = name
    self.value = value
    self.location = location
  }
}
