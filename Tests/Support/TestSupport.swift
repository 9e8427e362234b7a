import Glibc

/// Whether two numbers agree to a relative tolerance.
public func agree(_ a: Double, _ b: Double, relative tolerance: Double = 1e-9) -> Bool {
  a == b || (a - b).magnitude <= tolerance * max(a.magnitude, b.magnitude)
}

/// A file that could not be read.
public struct UnreadableFile: Error {
  public var path: String
}

/// The whole text of a file.
public func readText(_ path: String) throws -> String {
  guard let file = fopen(path, "r") else { throw UnreadableFile(path: path) }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}

/// Writes a whole file, for recording what later runs are compared with.
public func writeText(_ text: String, to path: String) throws {
  guard let file = fopen(path, "w") else { throw UnreadableFile(path: path) }
  defer { fclose(file) }
  let bytes = Array(text.utf8)
  if fwrite(bytes, 1, bytes.count, file) != bytes.count { throw UnreadableFile(path: path) }
}

/// Whether this run records instead of comparing: the environment has `REHEARSAL_RECORD`.
public var isRecording: Bool { getenv("REHEARSAL_RECORD") != nil }
