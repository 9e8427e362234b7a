/// What could stand in place of the last word of an unfinished command line.
public struct Completions: Equatable, Sendable {
  public struct Candidate: Equatable, Sendable {
    public var word: String
    public var summary: String
  }

  /// Names that the shell looks up itself.
  public enum Paths: String, Sendable { case file, folder }

  public var candidates: [Candidate] = []
  public var paths: Paths?

  /// One `word<tab>summary` a line, or the word alone, then `:file` or `:folder` where the shell is to offer paths.
  var text: String {
    candidates.map { $0.summary.isEmpty ? "\($0.word)\n" : "\($0.word)\t\($0.summary)\n" }.joined()
      + (paths.map { ":\($0.rawValue)\n" } ?? "")
  }
}

extension Program {
  /// Completes the last of the words behind the program's name, which may be empty.
  ///
  /// A lone `=` is what bash makes of `--name=value`: it counts as the blank in `--name value`.
  ///
  /// - Complexity: O(words · parameters).
  public func completions(for words: [String]) -> Completions {
    var words = words
    let current = words.popLast() ?? ""
    var position = CompletionPosition(program: self)
    for word in words where word != "=" { position.pass(word) }
    return position.completions(of: current == "=" ? "" : current)
  }
}

/// Where in a command line the word to be completed stands.
private struct CompletionPosition {
  let program: Program
  var command: Command?
  /// The option whose value comes next.
  var pending: Option?
  var onlyArguments = false
  var argumentCount = 0
  var given: Set<String> = []

  init(program: Program) { self.program = program }

  var options: [Option] { (command?.options ?? []) + program.options }

  mutating func pass(_ word: String) {
    if pending != nil {
      pending = nil
    } else if onlyArguments || !word.hasPrefix("-") || word == "-" {
      if command == nil { command = program.command(named: word) } else { argumentCount += 1 }
    } else if word == "--" {
      onlyArguments = true
    } else if let option = option(of: word) {
      given.insert(option.name)
      if option.kind != nil, !isComplete(word) { pending = option }
    }
  }

  func completions(of current: String) -> Completions {
    if let kind = pending?.kind { return values(of: kind, startingWith: current) }
    if current.hasPrefix("-"), !onlyArguments { return optionCompletions(of: current) }
    guard let command else {
      return Completions(
        candidates: program.commands.filter { $0.name.hasPrefix(current) }
          .map { .init(word: $0.name, summary: $0.summary) })
    }
    let isBeyond = argumentCount >= command.arguments.count
    if isBeyond, command.arguments.last?.isRepeated != true { return Completions() }
    return values(
      of: command.arguments[min(argumentCount, command.arguments.count - 1)].kind, startingWith: current)
  }

  private func optionCompletions(of current: String) -> Completions {
    if let sign = current.firstIndex(of: "=") {
      guard let kind = option(of: current)?.kind else { return Completions() }
      let start = current.index(after: sign)
      var result = values(of: kind, startingWith: String(current[start...]))
      result.candidates = result.candidates.map {
        .init(word: current[..<start] + $0.word, summary: $0.summary)
      }
      return result
    }
    let open = options.filter { $0.allowsMany || !given.contains($0.name) } + [.help]
    return Completions(
      candidates: open.filter { "--\($0.name)".hasPrefix(current) }
        .map { .init(word: "--\($0.name)", summary: $0.summary) })
  }

  private func values(of kind: ValueKind, startingWith prefix: String) -> Completions {
    switch kind {
    case .choice(let choices):
      Completions(candidates: choices.filter { $0.hasPrefix(prefix) }.map { .init(word: $0, summary: "") })
    case .file: Completions(paths: .file)
    case .folder: Completions(paths: .folder)
    case .text, .integer, .number, .quantity, .integers, .assignment, .variation: Completions()
    }
  }

  private func option(of word: String) -> Option? {
    if word.hasPrefix("--") {
      let name = word.dropFirst(2).prefix { $0 != "=" }
      return options.first { $0.name == name }
    }
    return options.first { $0.short == word.dropFirst().first }
  }

  /// Whether the word holds the option's value already: `--out=DIR`, `-oDIR`.
  private func isComplete(_ word: String) -> Bool {
    word.hasPrefix("--") ? word.contains("=") : word.count > 2
  }
}
