import Rehearsal
import TestSupport
import Testing

/// Results that were looked at and kept: whatever changes them must be meant.
///
/// `make golden` records them anew.
@Suite("Golden results") struct GoldenTests {
  private static let cases = ["small-preset", "bert-large-16-a100", "resnet-50-16-v100", "gpt2-ddp"]

  @Test(arguments: cases)
  func `are what a run still gives`(name: String) throws {
    let folder = "\(packageRoot(#filePath))/Tests/Golden/\(name)"
    let text = try #require(textOfFile("\(folder)/scenario.yaml"))
    let scenario = try readScenario(text: text, file: "\(name).yaml", catalogue: .bundled)
    let document = try rehearse(scenario, resolver: resolver).document
    if isRecording { record(document.json() + "\n", at: "\(folder)/result.json") }
    let recorded = try #require(textOfFile("\(folder)/result.json"), "record it: make golden")
    let expected = try parseDocument(recorded, file: "result.json").outputValue
    let differences = differences(expected, document, at: "")
    #expect(
      differences.isEmpty,
      """
      \(name) differs in \(differences.count) places; if that is meant, `make golden` and read the diff
      \(differences.prefix(10).joined(separator: "\n"))
      """)
  }

  @Test func `would show any difference`() {
    let expected: OutputValue = ["a": 1.0, "b": [1, "x"], "c": .null]
    func found(_ other: OutputValue) -> [String] { differences(expected, other, at: "") }
    #expect(found(["a": .real(1 + 1e-10), "b": [1, "x"], "c": .null]).isEmpty)
    #expect(found(["a": .real(1 + 1e-8), "b": [1, "x"], "c": .null]).count == 1)
    #expect(found(["b": [1, "x"], "a": 1.0, "c": .null]) == ["the document: keys b, a, c, not a, b, c"])
    #expect(found(["a": 1.0, "b": [2, "y"], "c": .null]) == ["b[0]: 2, not 1", "b[1]: \"y\", not \"x\""])
    #expect(found(["a": 1.0, "b": [1], "c": .null]) == ["b: 1 items, not 2"])
    #expect(found(["a": 1.0, "b": [1, "x"], "c": false]) == ["c: false, not null"])
  }

  /// Where two documents differ: keys and their order exactly, reals beyond one part in 10⁹. The program's
  /// version may differ.
  private func differences(_ expected: OutputValue, _ found: OutputValue, at path: String) -> [String] {
    let place = path.isEmpty ? "the document" : path
    switch (expected, found) {
    case (.object(let a), .object(let b)):
      let (keys, others) = (a.map(\.key), b.map(\.key))
      guard keys == others else {
        return ["\(place): keys \(others.joined(separator: ", ")), not \(keys.joined(separator: ", "))"]
      }
      return zip(a, b).filter { path.isEmpty ? $0.0.key != "version" : true }.flatMap { one, other in
        differences(one.value, other.value, at: path.isEmpty ? one.key : "\(path).\(one.key)")
      }
    case (.list(let a), .list(let b)):
      guard a.count == b.count else { return ["\(place): \(b.count) items, not \(a.count)"] }
      return a.indices.flatMap { differences(a[$0], b[$0], at: "\(path)[\($0)]") }
    case (.real(let a), .real(let b)) where agree(a, b): return []
    default:
      return expected == found
        ? [] : ["\(place): \(found.json(indented: false)), not \(expected.json(indented: false))"]
    }
  }
}
