import Glibc

// Packs the files of a catalogue into one Swift source file with a single string literal, which
// compiles in no time where an array literal takes minutes.
//
// Usage: CataloguePacker OUTPUT ROOT FILE…; each FILE lies below ROOT.

func fail(_ reason: String) -> Never {
  let message = "CataloguePacker: \(reason)\n"
  _ = write(STDERR_FILENO, message, message.utf8.count)
  exit(1)
}

func contents(of path: String) -> String {
  guard let file = fopen(path, "r") else { fail("cannot read \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  guard let text = String(validating: bytes, as: UTF8.self) else { fail("\(path) is not UTF-8") }
  return text
}

guard CommandLine.arguments.count >= 3 else { fail("usage: CataloguePacker OUTPUT ROOT FILE...") }
let output = CommandLine.arguments[1]
let root = CommandLine.arguments[2]
var packed = ""
for path in CommandLine.arguments.dropFirst(3).sorted() {
  guard path.hasPrefix(root + "/") else { fail("\(path) is not below \(root)") }
  let text = contents(of: path)
  if text.contains("\"\"\"##") { fail("\(path) holds the closing mark of the literal") }
  packed += "%% \(path.dropFirst(root.count + 1))\n\(text)"
  if !text.hasSuffix("\n") { packed += "\n" }
}

let source = """
  /// Every file of the catalogue: a line `%% path` and the text that follows.
  let packedCatalogue: StaticString = ##\"""
  \(packed)
  \"""##

  """
guard let file = fopen(output, "w") else { fail("cannot write \(output)") }
let written = fputs(source, file)
if fclose(file) != 0 || written < 0 { fail("cannot write \(output)") }
