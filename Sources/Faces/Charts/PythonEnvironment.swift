#if canImport(Glibc)
  import Glibc
#endif

/// The Python interpreter that draws charts, and running it.
enum PythonEnvironment {
  /// The interpreter named by `REHEARSE_PYTHON`, or the one that `make setup` put in `.build/venv`,
  /// looked for in the folders above the running program.
  static func interpreter() -> String? {
    if let named = getenv("REHEARSE_PYTHON") { return String(cString: named) }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard length > 0 else { return nil }
    return interpreter(
      aboveProgram: String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  /// The environment's interpreter for a program at `<root>/.build/…/rehearse`.
  static func interpreter(aboveProgram path: String) -> String? {
    var folder = path[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      let candidate = folder + "/.build/venv/bin/python"
      if access(String(candidate), X_OK) == 0 { return String(candidate) }
    }
    return nil
  }

  /// Runs a program, found on PATH where it has no slash, to its end and without input.
  ///
  /// - Returns: exit status and what it wrote to both outputs; `nil` where it could not be started.
  static func run(_ program: String, _ arguments: [String]) -> (status: Int32, output: String)? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    defer { close(ends[0]) }
    // Other children of this process must not keep the ends open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    for end in ends { posix_spawn_file_actions_addclose(&actions, end) }

    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var process = pid_t()
    let started = posix_spawnp(&process, program, &actions, nil, &argv, environ)
    close(ends[1])
    guard started == 0 else { return nil }

    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(ends[0], &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      output += chunk.prefix(count)
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let exited = status & 0x7F == 0
    return (exited ? (status >> 8) & 0xFF : 128 + (status & 0x7F), String(decoding: output, as: UTF8.self))
  }
}
