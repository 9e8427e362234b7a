/// One thing the program does, as a row of the table.
public struct Command: Sendable {
  public let name: String
  public let summary: String
  public let arguments: [Argument]
  public let options: [Option]
  /// A command line that works, for the help.
  public let example: String
  /// Paragraphs for the help, separated by line breaks.
  public let details: String

  public init(
    _ name: String, _ summary: String, arguments: [Argument] = [], options: [Option] = [], example: String,
    details: String = ""
  ) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
    self.options = options
    self.example = example
    self.details = details
  }
}

/// The table that parser, help, completion and reference page are read from.
public struct Program: Sendable {
  /// Commands that belong together under a heading.
  public struct Section: Sendable {
    public let title: String
    public let commands: [Command]

    public init(_ title: String, _ commands: [Command]) {
      self.title = title
      self.commands = commands
    }
  }

  public let name: String
  public let version: String
  public let summary: String
  /// Options that every command takes, before its name or behind it.
  public let options: [Option]
  /// The sections as given, and one with `completions` and `help`.
  public let sections: [Section]

  /// - Precondition: the table is sound (`Program+Invariants.swift`): names are unique, defaults can be
  ///   read, a repeated argument is the last one.
  public init(
    _ name: String, version: String, _ summary: String, options: [Option] = [], sections: [Section]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.options = options
    let names = sections.flatMap(\.commands).map(\.name)
    self.sections = sections + [Section("About the program", builtIn(name, commands: names))]
    checkTable()
  }

  public var commands: [Command] { sections.flatMap(\.commands) }

  public func command(named name: String) -> Command? { commands.first { $0.name == name } }
}

/// The shells that completion scripts are written for.
enum Shell: String, CaseIterable { case bash, zsh, fish }

private func builtIn(_ program: String, commands: [String]) -> [Command] {
  [
    Command(
      "completions", "print a script that completes commands in a shell",
      arguments: [.choice("shell", Shell.self, "the shell to print it for")],
      example: "source <(\(program) completions bash)",
      details: """
        In bash and zsh, put the example into the shell's start file with the shell's own name. In fish: \
        \(program) completions fish | source
        """),
    Command(
      "help", "print help for the program or one command",
      arguments: [
        .choice("command", count: .oneOrNone, commands + ["completions", "help"], "the command to explain")
      ],
      example: "\(program) help \(commands.first ?? "help")"),
  ]
}
