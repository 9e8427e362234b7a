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

/// Whether `expected` is what the file holds; with `RECORD=1` in the environment it is written first.
public func fileHolds(_ expected: String, _ path: String) -> Bool {
  if getenv("RECORD") != nil, let file = fopen(path, "w") {
    fputs(expected, file)
    fclose(file)
  }
  return textOfFile(path) == expected
}

/// The package's root folder, from the path of a file in `Tests/<Target>/`.
public func packageRoot(_ testFile: String) -> String {
  testFile.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
}
