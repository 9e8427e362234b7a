/// What is wrong with a command line. The wording is in `UsageError+Wording.swift`.
public enum UsageProblem: Equatable, Sendable {
  /// The option or argument that a value was given for.
  public enum Parameter: Equatable, Sendable {
    case option(String)
    case argument(String)
  }

  case missingCommand
  case unknownCommand(String)
  case unknownOption(String)
  case missingValue(option: String, expected: String)
  case unexpectedValue(option: String)
  case repeatedOption(String)
  case missingArgument(String)
  case surplusArgument(String)
  case wrongKind(Parameter, text: String, expected: String)
  case outOfRange(Parameter, text: String, allowed: String)
  case notAChoice(Parameter, text: String, choices: [String])
  case malformed(Parameter, reason: String)
}

/// All that is wrong with a command line, in its order.
public struct UsageError: Error, Equatable, Sendable {
  public struct Finding: Error, Equatable, Sendable {
    public var problem: UsageProblem
    public var mend: String?

    public init(_ problem: UsageProblem, mend: String? = nil) {
      self.problem = problem
      self.mend = mend
    }
  }

  /// The program, and the command as far as it is known: `rehearse run`.
  public var subject: String
  /// Never empty.
  public var findings: [Finding]
}
