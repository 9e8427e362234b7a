import CatalogueFiles
import Catalogues
import Diagnostics
import Testing

/// A small generator whose seed replays a failure.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

private let fragments: [String] = [
  "-1", "0", "9223372036854775807", "1e308", "99999999999", "null", "true", "[]", "{}", "[[", "\"", ":", "\n",
  "x", "GiB", ", ", "1 TB/s", "heads: 0", "&a", "*a", "\u{0}", "é",
]

private func mutated(_ text: String, _ random: inout SplitMix) -> String {
  var bytes = Array(text.utf8)
  for _ in 0..<Int.random(in: 1...4, using: &random) {
    let start = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
    bytes.replaceSubrange(start..<end, with: Array(fragments.randomElement(using: &random)!.utf8))
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Mutated files must be read or refused; a trap would end the test run.
@Suite("Mutated files") struct MutationTests {
  @Test(arguments: 0..<UInt64(20))
  func `catalogue files never trap`(seed: UInt64) {
    var random = SplitMix(state: seed)
    let files = catalogueFiles()
    for _ in 0..<40 {
      let file = files.randomElement(using: &random)!
      guard let read = try? Catalogue(adding: [(file.path, mutated(file.text, &random))]) else { continue }
      if file.path.hasPrefix("models/"), let entry = read.models.first {
        _ = entry.model(sequenceLength: 1 << 24)
      }
    }
  }

  @Test(arguments: 0..<UInt64(20))
  func `configurations never trap`(seed: UInt64) {
    var random = SplitMix(state: seed &+ 1000)
    for _ in 0..<40 {
      let config = publishedConfigs.randomElement(using: &random)!
      let read = try? readHuggingFaceConfig(mutated(config.text, &random), file: "config.json")
      _ = read?.model(sequenceLength: 1 << 24)
    }
  }
}
