import Quantities

/// Something given by name: `--nodes 8`, `--nodes=8`, `-o DIR`, `--trace`.
///
/// Made by one function per kind, each of which reads as a row of the table:
///
///     .integers("nodes", in: 1...100_000, default: [1, 2, 4], "node counts to simulate")
///     .folder("out", short: "o", "where the results are written")
///     .flag("trace", "also write a timeline")
public struct Option: Sendable {
  public let name: String
  public let short: Character?
  /// `nil` for a flag.
  public let kind: ValueKind?
  public let placeholder: String
  /// The value in effect where none is given, written as it would be on the command line.
  public let defaultText: String?
  /// Whether it may be given more than once; its values add up.
  public let allowsMany: Bool
  public let summary: String

  private init(
    _ name: String, _ short: Character?, _ kind: ValueKind?, _ summary: String, placeholder: String? = nil,
    default defaultText: String? = nil, allowsMany: Bool = false
  ) {
    self.name = name
    self.short = short
    self.kind = kind
    self.placeholder = placeholder ?? kind?.placeholder ?? ""
    self.defaultText = defaultText
    self.allowsMany = allowsMany
    self.summary = summary
  }

  public static func flag(_ name: String, short: Character? = nil, _ summary: String) -> Option {
    Option(name, short, nil, summary)
  }

  public static func text(
    _ name: String, short: Character? = nil, placeholder: String = "TEXT", default value: String? = nil,
    allowsMany: Bool = false, _ summary: String
  ) -> Option {
    Option(
      name, short, .text, summary, placeholder: placeholder, default: value, allowsMany: allowsMany)
  }

  public static func file(
    _ name: String, short: Character? = nil, default value: String? = nil, allowsMany: Bool = false,
    _ summary: String
  ) -> Option {
    Option(name, short, .file, summary, default: value, allowsMany: allowsMany)
  }

  public static func folder(
    _ name: String, short: Character? = nil, default value: String? = nil, allowsMany: Bool = false,
    _ summary: String
  ) -> Option {
    Option(name, short, .folder, summary, default: value, allowsMany: allowsMany)
  }

  public static func integer(
    _ name: String, short: Character? = nil, in range: ClosedRange<Int> = .min ... .max,
    default value: Int? = nil, _ summary: String
  ) -> Option {
    Option(name, short, .integer(range), summary, default: value.map { String($0) })
  }

  public static func number(
    _ name: String, short: Character? = nil,
    in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
    default value: Double? = nil, _ summary: String
  ) -> Option {
    Option(name, short, .number(range), summary, default: value.map { "\($0)" })
  }

  /// A number with a unit; the invocation gives it in the dimension's base unit.
  public static func quantity(
    _ name: String, short: Character? = nil, _ dimension: Dimension, default value: String? = nil,
    _ summary: String
  ) -> Option {
    Option(
      name, short, .quantity(dimension), summary, placeholder: dimension.rawValue.uppercased(), default: value
    )
  }

  public static func choice(
    _ name: String, short: Character? = nil, _ choices: [String], default value: String? = nil,
    _ summary: String
  ) -> Option {
    Option(name, short, .choice(choices), summary, default: value)
  }

  /// The raw values of an enumeration; `invocation.choice(name, as:)` gives the case back.
  public static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, short: Character? = nil, _ choices: Choice.Type, default value: Choice? = nil,
    _ summary: String
  ) -> Option {
    choice(name, short: short, choices.allCases.map(\.rawValue), default: value?.rawValue, summary)
  }

  /// Whole numbers: `--nodes 1,2,4`, `--nodes 1 2 4` and `--nodes 1 --nodes 2` alike.
  public static func integers(
    _ name: String, short: Character? = nil, in range: ClosedRange<Int> = .min ... .max,
    default values: [Int]? = nil, _ summary: String
  ) -> Option {
    let text = values.map { $0.map(String.init).joined(separator: ",") }
    return Option(name, short, .integers(range), summary, default: text, allowsMany: true)
  }

  /// `--set key=value`, as often as wanted.
  public static func assignment(_ name: String, short: Character? = nil, _ summary: String) -> Option {
    Option(name, short, .assignment, summary, allowsMany: true)
  }

  /// `--vary key=a,b,c`, as often as wanted.
  public static func variation(_ name: String, short: Character? = nil, _ summary: String) -> Option {
    Option(name, short, .variation, summary, allowsMany: true)
  }
}

extension Option {
  static let help = Option.flag("help", short: "h", "print this help")
  static let version = Option.flag("version", "print the version")

  /// `--out DIR`
  var usage: String { placeholder.isEmpty ? "--\(name)" : "--\(name) \(placeholder)" }

  /// The summary, and the default where there is one.
  var summaryWithDefault: String { defaultText.map { "\(summary) [default: \($0)]" } ?? summary }
}
