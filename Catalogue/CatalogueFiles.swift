/// The files of the bundled catalogue, in the order of their paths.
///
/// They are compiled in as one text, each behind a line `%% path`.
///
/// - Complexity: O(bytes); the result is not kept.
public func catalogueFiles() -> [(path: String, text: String)] {
  let bytes = UnsafeBufferPointer(
    start: packedCatalogue.utf8Start, count: packedCatalogue.utf8CodeUnitCount)
  var files: [(path: String, text: String)] = []
  var path: String?
  var textStart = 0
  var lineStart = 0
  func close(at end: Int) {
    guard let path else { return }
    files.append((path, String(decoding: bytes[textStart..<end], as: UTF8.self)))
  }
  while lineStart < bytes.count {
    let lineEnd = bytes[lineStart...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    if lineEnd - lineStart > 3, bytes[lineStart] == UInt8(ascii: "%"),
      bytes[lineStart + 1] == UInt8(ascii: "%")
    {
      close(at: lineStart)
      path = String(decoding: bytes[(lineStart + 3)..<lineEnd], as: UTF8.self)
      textStart = min(lineEnd + 1, bytes.count)
    }
    lineStart = lineEnd + 1
  }
  close(at: bytes.count)
  return files
}
