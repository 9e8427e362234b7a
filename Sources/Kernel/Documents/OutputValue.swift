/// A value to be written: mappings keep their order, so equal values give equal bytes.
public enum OutputValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int64)
  case real(Double)
  case string(String)
  case list([OutputValue])
  case object([Field])

  public struct Field: Sendable, Equatable {
    public var key: String
    public var value: OutputValue
    public init(_ key: String, _ value: OutputValue) {
      self.key = key
      self.value = value
    }
  }

  /// A count.
  public static func count(_ value: Int) -> OutputValue { .integer(Int64(value)) }
}

extension OutputValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
{
  public init(dictionaryLiteral elements: (String, OutputValue)...) {
    self = .object(elements.map { Field($0.0, $0.1) })
  }
  public init(arrayLiteral elements: OutputValue...) { self = .list(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// The value under a key of an object.
  public subscript(key: String) -> OutputValue? {
    if case .object(let fields) = self { return fields.first { $0.key == key }?.value }
    return nil
  }
}
