extension Program {
  /// The reference page of the command line in Markdown, from the same table as the help.
  public func referencePage() -> String {
    var page = """
      # Commands

      This page is written from the table that the program itself reads; `\(name) --help` and
      `\(name) COMMAND --help` print the same.

      """
    for section in sections {
      page += "\n## \(section.title)\n"
      for command in section.commands { page += reference(of: command) }
    }
    page += "\n## Options of every command\n\n" + table(of: options + [.help, .version])
    return page
  }

  private func reference(of command: Command) -> String {
    var text = "\n### `\(name) \(command.name)`\n\n\(sentence(command.summary))\n"
    text += "\n```text\n\(name) \(command.usage(withOptions: true))\n```\n"
    if !command.details.isEmpty {
      text += "\n" + command.details.split(separator: "\n").joined(separator: "\n\n") + "\n"
    }
    if !command.arguments.isEmpty {
      text += "\n| Argument | Meaning |\n| --- | --- |\n"
      text += command.arguments.map { row("`\($0.usage)`", $0.summaryWithChoices) }.joined()
    }
    if !command.options.isEmpty { text += "\n" + table(of: command.options) }
    return text + "\n```sh\n\(command.example)\n```\n"
  }

  private func table(of options: [Option]) -> String {
    let rows = options.map { option in
      let short = option.short.map { "`-\($0)`, " } ?? ""
      return row("\(short)`\(option.usage)`", option.summaryWithDefault)
    }
    return "| Option | Meaning |\n| --- | --- |\n" + rows.joined()
  }
}

private func row(_ name: String, _ meaning: String) -> String {
  "| \(escaped(name)) | \(escaped(meaning)) |\n"
}

private func escaped(_ text: String) -> String {
  text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
}

private func sentence(_ text: String) -> String {
  text.prefix(1).uppercased() + text.dropFirst() + "."
}
