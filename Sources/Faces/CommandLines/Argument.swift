/// Something given by its position: `SCENARIO`, `[SCENARIO]`, `SCENARIO…`.
public struct Argument: Sendable {
  /// How many values are given.
  public enum Count: Sendable { case one, oneOrNone, oneOrMore, any }

  public let name: String
  public let kind: ValueKind
  public let count: Count
  public let summary: String

  private init(_ name: String, _ kind: ValueKind, _ count: Count, _ summary: String) {
    self.name = name
    self.kind = kind
    self.count = count
    self.summary = summary
  }

  public static func text(_ name: String, count: Count = .one, _ summary: String) -> Argument {
    Argument(name, .text, count, summary)
  }
  public static func file(_ name: String, count: Count = .one, _ summary: String) -> Argument {
    Argument(name, .file, count, summary)
  }
  public static func folder(_ name: String, count: Count = .one, _ summary: String) -> Argument {
    Argument(name, .folder, count, summary)
  }
  public static func integer(
    _ name: String, count: Count = .one, in range: ClosedRange<Int> = .min ... .max, _ summary: String
  ) -> Argument {
    Argument(name, .integer(range), count, summary)
  }
  public static func choice(
    _ name: String, count: Count = .one, _ choices: [String], _ summary: String
  ) -> Argument {
    Argument(name, .choice(choices), count, summary)
  }
  /// The raw values of an enumeration; `invocation.choice(name, as:)` gives the case back.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, count: Count = .one, _ choices: Choice.Type, _ summary: String
  ) -> Argument {
    choice(name, count: count, choices.allCases.map(\.rawValue), summary)
  }
}

extension Argument {
  /// The name in a message and a usage line: `SCENARIO`.
  var placeholder: String { name.uppercased() }

  /// `SCENARIO`, `[SCENARIO]`, `SCENARIO…`, `[SCENARIO…]`.
  var usage: String {
    switch count {
    case .one: placeholder
    case .oneOrNone: "[\(placeholder)]"
    case .oneOrMore: "\(placeholder)…"
    case .any: "[\(placeholder)…]"
    }
  }

  var isRequired: Bool { count == .one || count == .oneOrMore }
  var isRepeated: Bool { count == .oneOrMore || count == .any }
}
