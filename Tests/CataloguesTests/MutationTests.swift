import CatalogueFiles
import Catalogues
import Diagnostics
import TestSupport
import Testing

private let fragments: [String] = [
  "-1", "0", "9223372036854775807", "1e308", "99999999999", "null", "true", "[]", "{}", "[[", "\"", ":", "\n",
  "x", "GiB", ", ", "1 TB/s", "heads: 0", "&a", "*a", "\u{0}", "é",
]

private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
  var bytes = Array(text.utf8)
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
    bytes.replaceSubrange(start..<end, with: Array(fragments.randomElement(using: &random)!.utf8))
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// A refusal says what is wrong, and in which file.
private func expectLocated(_ error: Diagnostics, in file: String) {
  #expect(!error.isEmpty)
  #expect(error.list.allSatisfy { $0.location.file == file })
}

/// Mutated files must be read or refused; a trap would end the test run.
@Suite("Mutated files") struct MutationTests {
  @Test(arguments: 0..<20)
  func `catalogue files never trap`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let files = catalogueFiles()
    for _ in 0..<40 {
      let file = files.randomElement(using: &random)!
      do throws(Diagnostics) {
        let read = try Catalogue(adding: [(file.path, mutated(file.text, &random))])
        if file.path.hasPrefix("models/"), let entry = read.models.first {
          _ = entry.model(sequenceLength: 1 << 24)
        }
      } catch {
        expectLocated(error, in: file.path)
      }
    }
  }

  @Test(arguments: 0..<20)
  func `configurations never trap`(seed: Int) {
    var random = SeededGenerator(seed: seed + 1000)
    for _ in 0..<40 {
      let config = publishedConfigs.randomElement(using: &random)!
      do throws(Diagnostics) {
        let read = try readHuggingFaceConfig(mutated(config.text, &random), file: "config.json")
        _ = read.model(sequenceLength: 1 << 24)
      } catch {
        expectLocated(error, in: "config.json")
      }
    }
  }
}
