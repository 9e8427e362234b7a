import Terminal

extension Program {
  /// What `--help` prints for the whole program, at 80 columns.
  public func help() -> String {
    var text = lines("\(name) \(version): \(summary)") + "\nUsage: \(name) COMMAND [options] …\n"
    let width = commands.map(\.name.count).max() ?? 0
    for section in sections {
      text += "\n\(section.title):\n"
      text += section.commands.map { entry($0.name, $0.summary, column: width + 4) }.joined()
    }
    text += "\nOptions of every command:\n" + optionEntries(options + [.help, .version])
    return text + "\n'\(name) COMMAND --help' tells more, with an example.\n"
  }

  /// What `--help` prints for one command, at 80 columns.
  public func help(for command: Command) -> String {
    var text = lines("\(name) \(command.name): \(command.summary)")
    text += "\n" + lines("Usage: \(name) \(command.usage(withOptions: true))", indent: 7)
    if !command.details.isEmpty { text += "\n" + lines(command.details) }
    if !command.arguments.isEmpty {
      let column = min(leftColumnLimit, (command.arguments.map(\.placeholder.count).max() ?? 0) + 4)
      text += "\nArguments:\n"
      text += command.arguments.map { entry($0.placeholder, $0.summaryWithChoices, column: column) }.joined()
    }
    text += "\nOptions:\n" + optionEntries(command.options + options + [.help])
    return text + "\nExample:\n  \(command.example)\n"
  }
}

extension Command {
  /// `run [options] SCENARIO`
  func usage(withOptions: Bool) -> String {
    ([name] + (withOptions ? ["[options]"] : []) + arguments.map(\.usage)).joined(separator: " ")
  }
}

extension Argument {
  /// The summary, and the choices where there are some.
  var summaryWithChoices: String {
    guard case .choice(let choices) = kind else { return summary }
    return "\(summary): \(choices.joined(separator: ", "))"
  }
}

private let helpWidth = 80
private let leftColumnLimit = 26

private func optionEntries(_ options: [Option]) -> String {
  let rows = options.map { option in
    ((option.short.map { "-\($0), " } ?? "    ") + option.usage, option.summaryWithDefault)
  }
  let fitting = rows.map { displayWidth($0.0) + 4 }.filter { $0 <= leftColumnLimit }
  let column = fitting.max() ?? leftColumnLimit
  return rows.map { entry($0.0, $0.1, column: column) }.joined()
}

/// `  left   right`, the right side wrapped at its column; a long left side has a line of its own.
private func entry(_ left: String, _ right: String, column: Int) -> String {
  let blanks = String(repeating: " ", count: column)
  let room = column - 2 - displayWidth(left)
  var text = "  " + left + (room >= 2 ? String(repeating: " ", count: room) : "\n" + blanks)
  text += wrapped(right, to: helpWidth - column).joined(separator: "\n" + blanks)
  return text + "\n"
}

private func lines(_ text: String, indent: Int = 0) -> String {
  let blanks = String(repeating: " ", count: indent)
  return wrapped(text, to: helpWidth - indent).joined(separator: "\n" + blanks) + "\n"
}
