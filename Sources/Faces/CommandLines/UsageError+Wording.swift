extension UsageProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingCommand: "a command is missing"
    case .unknownCommand(let name): "unknown command '\(name)'"
    case .unknownOption(let name): "unknown option '\(name)'"
    case .missingValue(let option, let expected): "option '--\(option)' needs \(expected)"
    case .unexpectedValue(let option): "option '--\(option)' takes no value"
    case .repeatedOption(let option): "option '--\(option)' is given twice"
    case .missingArgument(let name): "argument \(name) is missing"
    case .surplusArgument(let text): "unexpected argument '\(text)'"
    case .wrongKind(let parameter, let text, let expected): "\(parameter): '\(text)' is not \(expected)"
    case .outOfRange(let parameter, let text, let allowed):
      "\(parameter): \(text) is out of range: \(allowed)"
    case .notAChoice(let parameter, let text, let choices):
      "\(parameter): '\(text)' is not one of \(choices.joined(separator: ", "))"
    case .malformed(let parameter, let reason): "\(parameter): \(reason)"
    }
  }
}

extension UsageProblem.Parameter: CustomStringConvertible {
  public var description: String {
    switch self {
    case .option(let name): "option '--\(name)'"
    case .argument(let name): "argument \(name)"
    }
  }
}

extension UsageError: CustomStringConvertible {
  /// One line for each finding, `rehearse run: what`, and its mend on a line of its own.
  public var description: String {
    findings.map { finding in
      let line = "\(subject): \(finding.problem)"
      return finding.mend.map { "\(line)\n  mend: \($0)" } ?? line
    }.joined(separator: "\n")
  }
}
