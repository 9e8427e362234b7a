import Scenarios
import TestSupport
import Testing

@Suite("Hostile scenarios") struct HostileTests {
  private static let values = [
    "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "1e400", "1e300", "1e18", "1e9", "0.5",
    "-0.0", "true",
    "null", "[]", "{}", "[1]", "{a: 1}", "''", "x", "auto", "none", "1 B", "1e18 B", "1e300 TB", "-5 GB",
    "0 s", "1 ps",
    "3600 s", "1e17 h", "1000000", "999999999", "10000000", "1000000 Gb/s", "1e12 PFLOP/s", "../..",
    "\"a\\u0000\"",
  ]

  private func check(_ text: String, _ override: String) {
    guard let scenario = try? readScenario(text: text, file: "s.yaml", overrides: [override]) else { return }
    let written = scenario.document().yaml()
    do {
      #expect(try readScenario(text: written, file: "s.yaml") == scenario, "\(override)")
    } catch {
      Issue.record("\(override): its document is refused: \(error)")
    }
  }

  @Test(arguments: DefaultsTests.documents[2...3])
  func `any value of any key is read and written back, or refused`(document: String) {
    for key in Scenario.schema where !key.path.contains("[]") {
      for value in Self.values { check(document, "\(key.path)=\(value)") }
    }
  }

  @Test(arguments: [
    FlatDialectTests.example, "model: {model_type: custom, total_parameters: 1e15, sequence_length: 1e8}",
  ])
  func `so is any value of a flat key`(document: String) {
    for key in Scenario.flatSchema.map(\.key.path) {
      for value in Self.values { check(document, "\(key)=\(value)") }
    }
  }

  @Test(arguments: 0..<300)
  func `mutated documents are read and written back, or refused with a place`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let documents = DefaultsTests.documents + [FlatDialectTests.example] + scenarioPresets.map(\.text)
    let text = String(decoding: generator.mutated(documents.randomElement(using: &generator)!), as: UTF8.self)
    do {
      let scenario = try readScenario(text: text, file: "s.yaml")
      #expect(try readScenario(text: scenario.document().yaml(), file: "s.yaml") == scenario, "seed \(seed)")
    } catch {
      #expect(!error.isEmpty && error.list.allSatisfy { $0.location.line > 0 }, "seed \(seed): \(error)")
    }
  }

  @Test func `an aliased section is read in its place`() throws {
    let text = "model: m\ncluster:\n  fabric: {intra_node: &x {latency: 1 us}}\n  disk: *x"
    #expect(
      complaints(text) == """
        s.yaml:3:28: cluster.disk.latency: unknown key 'latency'
          mend: it belongs at 'cluster.fabric.intra_node.latency'
        """)
  }
}
