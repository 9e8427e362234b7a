import Glibc

/// The whole text of a file, `nil` where it cannot be read.
public func textOfFile(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return String(validating: bytes, as: UTF8.self)
}

/// Whether this run records expected texts instead of comparing: `make golden` sets the variable.
public var isRecording: Bool { getenv("REHEARSE_RECORD") != nil }

/// Writes a whole file, for recording.
public func record(_ text: String, at path: String) {
  guard let file = fopen(path, "w") else { return }
  fputs(text, file)
  fclose(file)
}

/// Whether `expected` is what the file holds; a recording run writes it first.
public func fileHolds(_ expected: String, _ path: String) -> Bool {
  if isRecording { record(expected, at: path) }
  return textOfFile(path) == expected
}

/// The package's root folder, from the path of a file in `Tests/<Target>/`.
public func packageRoot(_ testFile: String) -> String {
  testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
}
