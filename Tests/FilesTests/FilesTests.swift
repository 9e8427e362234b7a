import Diagnostics
import Files
import Glibc
import Testing

/// An empty folder that is removed afterwards.
private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/files-tests-XXXXXX".utf8CString)
  let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
  defer { removeAll(folder) }
  try body(folder)
}

private func removeAll(_ folder: String) {
  _ = chmod(folder, 0o700)
  guard let stream = opendir(folder) else { return }
  while let item = readdir(stream) {
    let name = withUnsafePointer(to: &item.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name == "." || name == ".." { continue }
    let path = "\(folder)/\(name)"
    var info = stat()
    if lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR { removeAll(path) } else { unlink(path) }
  }
  closedir(stream)
  rmdir(folder)
}

private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}

private func permissions(of path: String) -> mode_t {
  var info = stat()
  return stat(path, &info) == 0 ? info.st_mode & 0o7777 : 0
}

@Suite("Reading and writing files") struct ReadingAndWritingTests {
  @Test(arguments: ["", "a", "größer\nals 1 MiB\n", String(repeating: "0123456789abcdef", count: 1 << 17)])
  func `what is written is read back`(text: String) throws {
    try withTemporaryFolder { folder in
      try writeFile(text, to: "\(folder)/a.txt")
      #expect(try readTextFile("\(folder)/a.txt") == text)
      #expect(try readFile("\(folder)/a.txt") == Array(text.utf8))
      #expect(try listFolder(folder).map(\.name) == ["a.txt"])
    }
  }

  @Test func `a replaced file keeps its permissions and its link`() throws {
    try withTemporaryFolder { folder in
      try writeFile("old", to: "\(folder)/real.txt")
      #expect(chmod("\(folder)/real.txt", 0o640) == 0)
      #expect(symlink("real.txt", "\(folder)/link.txt") == 0)
      try writeFile("new", to: "\(folder)/link.txt")
      #expect(try readTextFile("\(folder)/real.txt") == "new")
      #expect(permissions(of: "\(folder)/real.txt") == 0o640)
      var info = stat()
      #expect(lstat("\(folder)/link.txt", &info) == 0 && info.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test func `a device is written in place`() throws {
    try writeFile("gone", to: "/dev/null")
    #expect(try readTextFile("/dev/null") == "")
  }

  @Test func `a failed write leaves what was there and nothing else`() throws {
    try withTemporaryFolder { folder in
      try createFolder("\(folder)/a.txt")
      #expect(
        message { try writeFile("x", to: "\(folder)/a.txt") }
          == "cannot write \(folder)/a.txt: a folder of that name is in the way")
      #expect(
        message { try writeFile("x", to: "\(folder)/none/a.txt") }
          == "cannot write \(folder)/none/a.txt: No such file or directory")
      #expect(
        message { try writeFile("x", to: "/dev/full") } == "cannot write /dev/full: No space left on device")
      #expect(try listFolder(folder).map(\.name) == ["a.txt"])
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may do everything"))
  func `without permission nothing is read or written`() throws {
    try withTemporaryFolder { folder in
      try writeFile("x", to: "\(folder)/a.txt")
      #expect(chmod("\(folder)/a.txt", 0) == 0 && chmod(folder, 0o500) == 0)
      #expect(
        message { _ = try readFile("\(folder)/a.txt") } == "cannot read \(folder)/a.txt: Permission denied")
      #expect(
        message { try writeFile("y", to: "\(folder)/b.txt") }
          == "cannot write \(folder)/b.txt: Permission denied")
    }
  }

  @Test func `a missing file offers the nearest name`() throws {
    try withTemporaryFolder { folder in
      try writeFile("", to: "\(folder)/scenario.yaml")
      #expect(
        message { _ = try readTextFile("\(folder)/scenaro.yaml") } == """
          cannot read \(folder)/scenaro.yaml: No such file or directory
            mend: did you mean '\(folder)/scenario.yaml'?
          """)
      #expect(
        message { _ = try readTextFile(folder) }
          == "cannot read \(folder): it is a folder\n  mend: name a file")
    }
  }

  @Test func `a byte that is not UTF-8 is located`() throws {
    try withTemporaryFolder { folder in
      try writeFile(Array("ok\nä".utf8) + [0xFF, 0x0A], to: "\(folder)/a.txt")
      #expect(
        message { _ = try readTextFile("\(folder)/a.txt") } == """
          \(folder)/a.txt:2:2: the text is not UTF-8: byte 0xff stands where a character should start or go on
            mend: save the file as UTF-8
          """)
    }
  }

  @Test func `a file over the limit is refused, one at the limit is not`() throws {
    try withTemporaryFolder { folder in
      try writeFile("12345", to: "\(folder)/a.txt")
      #expect(try readTextFile("\(folder)/a.txt", limit: 5) == "12345")
      #expect(
        message { _ = try readTextFile("\(folder)/a.txt", limit: 4) }
          == "\(folder)/a.txt: file size in bytes exceeds the limit of 4")
      #expect(
        message { _ = try readFile("/dev/zero", limit: 1 << 20) }.contains("exceeds the limit of 1048576"))
    }
  }
}

@Suite("Folders and paths") struct FolderTests {
  @Test func `folders are made with all those above them, once or twice`() throws {
    try withTemporaryFolder { folder in
      try createFolder("\(folder)/a/b//c/")
      try createFolder("\(folder)/a/b/c")
      #expect(isFolder("\(folder)/a/b/c") && !isFile("\(folder)/a/b/c"))
      try writeFile("", to: "\(folder)/a/file")
      #expect(
        message { try createFolder("\(folder)/a/file/d") }
          == "cannot write \(folder)/a/file: a file of that name is in the way")
    }
  }

  @Test func `files are found in order of names, hidden ones and circles left out`() throws {
    try withTemporaryFolder { folder in
      for name in ["b.yaml", "a.json", "c.txt", ".hidden.yaml", "B.yaml"] {
        try writeFile("", to: "\(folder)/\(name)")
      }
      try createFolder("\(folder)/aa")
      try writeFile("", to: "\(folder)/aa/z.yaml")
      #expect(
        try findFiles(under: folder, endingIn: [".yaml", ".json"])
          == ["B.yaml", "a.json", "aa/z.yaml", "b.yaml"].map { "\(folder)/\($0)" })
      #expect(symlink("..", "\(folder)/aa/up") == 0)
      #expect(try findFiles(under: folder, endingIn: [".json"], depth: 1) == ["\(folder)/a.json"])
      #expect(try findFiles(under: folder, endingIn: [".json"]).count == 8)
    }
    #expect(message { _ = try listFolder("/nowhere") } == "cannot read /nowhere: No such file or directory")
  }

  @Test func `paths come apart and together`() {
    #expect(joinedPath("a", "b") == "a/b" && joinedPath("a/", "b") == "a/b" && joinedPath("a", "/b") == "/b")
    #expect(joinedPath(".", "b") == "b" && joinedPath("", "b") == "b" && joinedPath("/", "b") == "/b")
    #expect(
      folderPath(of: "a/b/c.yaml") == "a/b" && folderPath(of: "c") == "." && folderPath(of: "/c") == "/")
    #expect(folderPath(of: "/") == "/" && folderPath(of: "a/b/") == "a")
    #expect(fileName(of: "a/b/c.yaml") == "c.yaml" && fileName(of: "a/b/") == "b")
    #expect(
      fileStem(of: "a/c.tar.gz") == "c.tar" && fileStem(of: ".hidden") == ".hidden"
        && fileStem(of: "a.b/c") == "c")
  }
}
