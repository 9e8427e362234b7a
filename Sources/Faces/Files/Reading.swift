import Diagnostics
import Glibc

/// The whole of a UTF-8 text file; `-` reads standard input.
///
/// - Parameters:
///   - path: relative to the working directory or absolute.
///   - limit: the largest size accepted, in bytes.
/// - Throws: `.unreadable` (with the nearest name in the folder when the file is missing), `.tooLarge`,
///   or `.malformed` at the line and column of the first byte that is not UTF-8.
/// - Complexity: O(bytes).
public func readTextFile(_ path: String, limit: Int = 1 << 30) throws(Diagnostics) -> String {
  let bytes = try readFile(path, limit: limit)
  do {
    return String(copying: try UTF8Span(validating: bytes.span))
  } catch {
    let offset = error.byteOffsets.lowerBound
    let hex = String(bytes[offset], radix: 16)
    throw Diagnostics(
      Diagnostic(
        .malformed(
          reason: "the text is not UTF-8: byte 0x\(hex) stands where a character should start or go on"),
        at: location(ofByte: offset, in: bytes, file: displayName(path)), mend: "save the file as UTF-8"))
  }
}

/// The bytes of a whole file; `-` reads standard input.
///
/// - Throws: `.unreadable` or `.tooLarge`.
/// - Complexity: O(bytes).
public func readFile(_ path: String, limit: Int = 1 << 30) throws(Diagnostics) -> [UInt8] {
  if path == "-" { return try readAll(from: STDIN_FILENO, name: displayName(path), limit: limit) }
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  if descriptor < 0 {
    let code = errno
    throw unreadable(path, systemReason(code), mend: code == ENOENT ? mendForMissing(path) : nil)
  }
  defer { _ = close(descriptor) }
  return try readAll(from: descriptor, name: path, limit: limit)
}

private func readAll(from descriptor: Int32, name: String, limit: Int) throws(Diagnostics) -> [UInt8] {
  var info = stat()
  if fstat(descriptor, &info) != 0 { throw unreadable(name, systemReason(errno)) }
  if info.isFolder { throw unreadable(name, "it is a folder", mend: "name a file") }
  // A regular file is read in one call and a second one that finds the end; a pipe in pieces.
  var bytes: [UInt8] = []
  var room = info.isRegularFile ? min(Int(info.st_size), limit) + 1 : 1 << 16
  while bytes.count <= limit {
    let before = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: room))
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + before, room) }
    let code = errno
    bytes.removeLast(room - max(0, count))
    if count == 0 { return bytes }
    if count < 0, code != EINTR { throw unreadable(name, systemReason(code)) }
    room = 1 << 16
  }
  throw Diagnostics(
    Diagnostic(.tooLarge(what: "file size in bytes", limit: limit), at: SourceLocation(file: name)))
}

private func displayName(_ path: String) -> String { path == "-" ? "standard input" : path }

private func mendForMissing(_ path: String) -> String? {
  let folder = folderPath(of: path)
  guard let entries = try? listFolder(folder) else { return nil }
  guard let name = nearestName(to: fileName(of: path), in: entries.map(\.name)) else { return nil }
  return "did you mean '\(joinedPath(folder, name))'?"
}

/// One-based line and column, the column counted in characters that start before the byte.
private func location(ofByte offset: Int, in bytes: [UInt8], file: String) -> SourceLocation {
  var line = 1
  var column = 1
  for byte in bytes[..<offset] {
    if byte == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }
  return SourceLocation(file: file, line: line, column: column)
}
