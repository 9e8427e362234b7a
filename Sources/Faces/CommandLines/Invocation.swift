/// A command with its values, checked against the table.
///
/// Values are asked for by the name in the table. To ask for a name or kind that the command does not
/// declare is a fault of the program and traps, as is `integer("steps")` where no value was given and the
/// table has no default: then ask `integer(ifGiven: "steps")`.
public struct Invocation: Sendable {
  /// The command's name.
  public let command: String
  /// Every declared parameter, with its values in order or, lacking those, its default.
  let values: [String: [ParameterValue]]
  let given: Set<String>

  /// Whether the command line itself gives the parameter a value.
  public func isGiven(_ name: String) -> Bool {
    _ = all(name)
    return given.contains(name)
  }

  public func flag(_ name: String) -> Bool { !all(name).isEmpty }

  /// A text, file, folder or choice.
  public func text(_ name: String) -> String { required(text(ifGiven: name), name) }
  public func text(ifGiven name: String) -> String? { texts(name).first }
  /// All values of a repeated argument or an option that may be given more than once.
  public func texts(_ name: String) -> [String] {
    all(name).map { if case .text(let text) = $0 { text } else { wrongKind(name, "text") } }
  }

  /// A choice as a case of its enumeration.
  public func choice<Choice: RawRepresentable<String>>(_ name: String, as type: Choice.Type = Choice.self)
    -> Choice
  {
    required(choice(ifGiven: name), name)
  }
  public func choice<Choice: RawRepresentable<String>>(
    ifGiven name: String, as type: Choice.Type = Choice.self
  ) -> Choice? {
    text(ifGiven: name).map { text in
      guard let choice = Choice(rawValue: text) else { wrongKind(name, "\(Choice.self)") }
      return choice
    }
  }

  public func integer(_ name: String) -> Int { required(integer(ifGiven: name), name) }
  public func integer(ifGiven name: String) -> Int? {
    all(name).first.map { if case .integer(let number) = $0 { number } else { wrongKind(name, "integer") } }
  }

  /// The numbers of a list, in the order given; empty if there are none.
  public func integers(_ name: String) -> [Int] {
    all(name).flatMap { value -> [Int] in
      switch value {
      case .integers(let numbers): numbers
      case .integer(let number): [number]
      default: wrongKind(name, "integers")
      }
    }
  }

  /// A number, or a quantity in its base unit (bytes, bytes per second, seconds, FLOP/s, FLOP, watts).
  public func number(_ name: String) -> Double { required(number(ifGiven: name), name) }
  public func number(ifGiven name: String) -> Double? {
    all(name).first.map { if case .number(let number) = $0 { number } else { wrongKind(name, "number") } }
  }

  /// The `key=value` pairs in the order given.
  public func assignments(_ name: String) -> [Assignment] {
    all(name).map { if case .assignment(let pair) = $0 { pair } else { wrongKind(name, "assignment") } }
  }

  /// The `key=a,b,c` lists in the order given.
  public func variations(_ name: String) -> [Variation] {
    all(name).map { if case .variation(let list) = $0 { list } else { wrongKind(name, "variation") } }
  }

  private func all(_ name: String) -> [ParameterValue] {
    guard let found = values[name] else {
      preconditionFailure("command '\(command)' declares no '\(name)'")
    }
    return found
  }

  private func required<Value>(_ value: Value?, _ name: String) -> Value {
    guard let value else {
      preconditionFailure("'\(name)' of '\(command)' has neither a value nor a default")
    }
    return value
  }

  private func wrongKind(_ name: String, _ kind: String) -> Never {
    preconditionFailure("'\(name)' of '\(command)' is not declared as \(kind)")
  }
}
