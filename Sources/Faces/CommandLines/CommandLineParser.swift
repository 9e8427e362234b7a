import Diagnostics

/// What a command line asks for.
public enum Request: Sendable {
  /// A command to carry out.
  case run(Invocation)
  /// A text for standard output, and done: help, version, completions.
  case print(String)
}

extension Program {
  /// Reads the words behind the program's name.
  ///
  /// - Throws: everything that is wrong with them at once, each with its mend.
  /// - Complexity: O(words · parameters).
  public func parse(_ words: [String]) throws(UsageError) -> Request {
    if words.isEmpty { return .print(help()) }
    if words[0] == Self.completionWord { return .print(completions(for: Array(words.dropFirst())).text) }
    var parser = CommandLineParser(program: self, words: words)
    parser.scan()
    if parser.wantsHelp { return .print(parser.command.map { help(for: $0) } ?? help()) }
    if parser.wantsVersion { return .print("\(name) \(version)\n") }
    let invocation = try parser.invocation()
    switch invocation.command {
    case "help":
      return .print(invocation.text(ifGiven: "command").flatMap(command(named:)).map(help(for:)) ?? help())
    case "completions": return .print(completionScript(for: invocation.choice("shell")))
    default: return .run(invocation)
    }
  }

  /// The hidden command that completion scripts call.
  static let completionWord = "__complete"
}

/// Walks over the words once and sorts them into command, options and arguments.
struct CommandLineParser {
  private let program: Program
  private var rest: ArraySlice<String>
  private(set) var command: Command?
  private(set) var wantsHelp = false
  private(set) var wantsVersion = false
  private var positional: [String] = []
  private var values: [String: [ParameterValue]] = [:]
  private var given: Set<String> = []
  private var findings: [UsageError.Finding] = []
  /// Words behind an option that is not understood may be its values: then they are not complained about.
  private var hasUnknownOption = false
  private var hasUnknownCommand = false

  init(program: Program, words: [String]) {
    self.program = program
    rest = words[...]
  }

  mutating func scan() {
    while let word = rest.popFirst() {
      if word == "--" {
        while let argument = rest.popFirst() { take(argument) }
      } else if word.hasPrefix("--") {
        takeLong(word)
      } else if word.hasPrefix("-"), word.count > 1 {
        takeShort(word)
      } else {
        take(word)
      }
    }
  }

  /// The result, after `scan`.
  mutating func invocation() throws(UsageError) -> Invocation {
    if let command { takeArguments(of: command) }
    if command == nil, !hasUnknownCommand, !hasUnknownOption {
      findings.append(.init(.missingCommand, mend: "'\(program.name) --help' lists the commands"))
    }
    guard findings.isEmpty, let command else {
      throw UsageError(
        subject: command.map { "\(program.name) \($0.name)" } ?? program.name, findings: findings)
    }
    for argument in command.arguments where values[argument.name] == nil { values[argument.name] = [] }
    for option in options where values[option.name] == nil { values[option.name] = defaultValue(of: option) }
    return Invocation(command: command.name, values: values, given: given)
  }

  private var options: [Option] { program.options + (command?.options ?? []) }

  private mutating func take(_ word: String) {
    if command != nil || hasUnknownCommand {
      positional.append(word)
    } else if let found = program.command(named: word) {
      command = found
    } else if !hasUnknownOption {
      hasUnknownCommand = true
      let near = nearestName(to: word, in: program.commands.map(\.name))
      let mend = near.map { "did you mean '\($0)'?" } ?? "'\(program.name) --help' lists the commands"
      findings.append(.init(.unknownCommand(word), mend: mend))
    }
  }

  private mutating func takeLong(_ word: String) {
    let body = word.dropFirst(2)
    let sign = body.firstIndex(of: "=")
    let name = String(body[..<(sign ?? body.endIndex)])
    let attached = sign.map { String(body[body.index(after: $0)...]) }
    switch name {
    case "help": wantsHelp = true
    case "version": wantsVersion = true
    default:
      if let option = options.first(where: { $0.name == name }) {
        takeValue(of: option, attached: attached)
      } else {
        reportUnknown("--\(name)")
      }
    }
  }

  private mutating func takeShort(_ word: String) {
    let letter = word[word.index(after: word.startIndex)]
    var attached: String? = String(word.dropFirst(2))
    if attached == "" { attached = nil }
    if word == "-h" {
      wantsHelp = true
    } else if let option = options.first(where: { $0.short == letter }) {
      if attached?.hasPrefix("=") == true { attached?.removeFirst() }
      takeValue(of: option, attached: attached)
    } else {
      reportUnknown(word)
    }
  }

  private mutating func reportUnknown(_ word: String) {
    hasUnknownOption = true
    if hasUnknownCommand { return }
    if command == nil,
      let owner = program.commands.first(where: { $0.options.contains { "--\($0.name)" == word } })
    {
      let mend = "write it behind its command: '\(program.name) \(owner.name) \(word)'"
      findings.append(.init(.unknownOption(word), mend: mend))
      return
    }
    let near = nearestName(to: word, in: options.map { "--\($0.name)" } + ["--help", "--version"])
    let subject = [program.name, command?.name].compactMap { $0 }.joined(separator: " ")
    let mend = near.map { "did you mean '\($0)'?" } ?? "'\(subject) --help' lists the options"
    findings.append(.init(.unknownOption(word), mend: mend))
  }

  private mutating func takeValue(of option: Option, attached: String?) {
    let isRepeated = !given.insert(option.name).inserted && option.kind != nil && !option.allowsMany
    if isRepeated { findings.append(.init(.repeatedOption(option.name), mend: "keep one of them")) }
    guard let kind = option.kind else {
      if attached != nil { findings.append(.init(.unexpectedValue(option: option.name))) }
      values[option.name] = [.flag]
      return
    }
    guard let text = attached ?? nextValue(of: kind) else {
      findings.append(.init(.missingValue(option: option.name, expected: kind.noun)))
      return
    }
    store(text, kind, option.name, .option(option.name))
    if case .integers = kind, attached == nil {
      while let next = rest.first, isIntegerList(next) {
        rest.removeFirst()
        store(next, kind, option.name, .option(option.name))
      }
    }
  }

  /// The next word, unless it is an option; `-1` is a value where numbers are expected.
  private mutating func nextValue(of kind: ValueKind) -> String? {
    guard let word = rest.first else { return nil }
    if word.hasPrefix("-"), word.count > 1 {
      let second = word.dropFirst().first!
      guard kind.isNumeric, second.isWholeNumber || second == "." else { return nil }
    }
    return rest.removeFirst()
  }

  private mutating func store(
    _ text: String, _ kind: ValueKind, _ name: String, _ parameter: UsageProblem.Parameter
  ) {
    do {
      values[name, default: []].append(try readValue(text, as: kind, of: parameter))
    } catch {
      findings.append(error)
    }
  }

  private mutating func takeArguments(of command: Command) {
    var words = positional[...]
    for argument in command.arguments {
      if words.isEmpty, argument.isRequired, !hasUnknownOption {
        let usage = "\(program.name) \(command.usage(withOptions: false))"
        findings.append(.init(.missingArgument(argument.placeholder), mend: "write '\(usage)'"))
      }
      for word in argument.isRepeated ? words : words.prefix(1) {
        given.insert(argument.name)
        store(word, argument.kind, argument.name, .argument(argument.placeholder))
      }
      words = argument.isRepeated ? [] : words.dropFirst()
    }
    if let word = words.first, !hasUnknownOption {
      let mend = "'\(program.name) \(command.name) --help' tells what it takes"
      findings.append(.init(.surplusArgument(word), mend: mend))
    }
  }

  private func defaultValue(of option: Option) -> [ParameterValue] {
    guard let kind = option.kind, let text = option.defaultText else { return [] }
    // The table was checked when it was made.
    return (try? [readValue(text, as: kind, of: .option(option.name))]) ?? []
  }
}

private func isIntegerList(_ word: String) -> Bool {
  let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  return word.utf8.first.map(digits.contains) == true
    && word.utf8.allSatisfy { digits.contains($0) || $0 == UInt8(ascii: ",") }
}
