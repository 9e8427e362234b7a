extension Program {
  /// What a table must hold to be parsed without ambiguity; a fault here is the program's, not the user's.
  func checkTable() {
    requireUnique(commands.map(\.name), "command")
    for command in commands {
      let all = [Option.help, .version] + options + command.options
      requireUnique(all.map(\.name) + command.arguments.map(\.name), "parameter of '\(command.name)'")
      requireUnique(all.compactMap { $0.short.map { String($0) } }, "short option of '\(command.name)'")
      for (index, argument) in command.arguments.enumerated() {
        let isLast = index == command.arguments.count - 1
        precondition(
          isLast || !argument.isRepeated, "only the last argument may be repeated: \(argument.name)")
        precondition(
          isLast || argument.isRequired || !command.arguments[index + 1].isRequired,
          "a required argument cannot follow the optional \(argument.name)")
      }
      for option in all {
        guard let kind = option.kind, let text = option.defaultText else { continue }
        let value = try? readValue(text, as: kind, of: .option(option.name))
        precondition(value != nil, "the default of --\(option.name) cannot be read: \(text)")
      }
    }
  }

  private func requireUnique(_ names: [String], _ what: String) {
    var seen: Set<String> = []
    for name in names { precondition(seen.insert(name).inserted, "\(what) '\(name)' is declared twice") }
  }
}
