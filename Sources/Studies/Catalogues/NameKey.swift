/// How names of the catalogue are compared: letters and digits alone, in lower case.
///
/// Blanks, hyphens, underscores, slashes and brackets carry nothing. A dot between digits does:
/// `opt-1.3b` and `opt-13b` differ; it may be left out where that leaves one meaning.
struct NameKey {
  /// The name with its decimal dots.
  let exact: String
  /// The name without them.
  let loose: String

  init(_ name: String) {
    let bytes = Array(name.utf8)
    var exact: [UInt8] = []
    exact.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case 0x41...0x5A: exact.append(byte + 0x20)
      case 0x61...0x7A, 0x30...0x39, 0x2B, 0x80...: exact.append(byte)
      case 0x2E where NameKey.isDigit(bytes, index - 1) && NameKey.isDigit(bytes, index + 1):
        exact.append(byte)
      default: break
      }
    }
    self.exact = String(decoding: exact, as: UTF8.self)
    loose = String(decoding: exact.filter { $0 != 0x2E }, as: UTF8.self)
  }

  private static func isDigit(_ bytes: [UInt8], _ index: Int) -> Bool {
    bytes.indices.contains(index) && (0x30...0x39).contains(bytes[index])
  }
}
