import Diagnostics
import Testing

@Suite("Diagnostics") struct DiagnosticsTests {
  @Test(arguments: [
    (Problem.unreadable(path: "a.yaml", reason: "no such file"), "cannot read a.yaml: no such file"),
    (.malformed(reason: "a value is expected here"), "a value is expected here"),
    (.tooLarge(what: "nesting depth", limit: 64), "nesting depth exceeds the limit of 64"),
    (.duplicateKey("a"), "key 'a' appears twice"),
    (.unknownKey("a"), "unknown key 'a'"),
    (.missingKey("model"), "required key 'model' is missing"),
    (.wrongType(expected: "a text", found: "a list"), "expected a text, found a list"),
    (.unknownName(kind: "model", name: "gpt5"), "no model is named 'gpt5'"),
    (.notANumber("x GB"), "'x GB' does not start with a number"),
    (.missingUnit("80"), "'80' has no unit"),
    (.unknownUnit("gib"), "unknown unit 'gib'"),
    (.outOfRange(value: "0", allowed: "at least 1"), "0 is out of range: at least 1"),
    (.conflict("6 does not divide 64 attention heads"), "6 does not divide 64 attention heads"),
    (.unsupported("tags are not read"), "tags are not read"),
  ])
  func `a problem says`(problem: Problem, wording: String) {
    #expect(problem.description == wording)
  }

  @Test func `a finding says where, what and the mend`() {
    let location = SourceLocation(file: "s.yaml", line: 14, column: 15, keyPath: "plan.tensor")
    let finding = Diagnostic(.conflict("6 does not divide 64 attention heads"), at: location, mend: "use 8")
    #expect(
      finding.description == "s.yaml:14:15: plan.tensor: 6 does not divide 64 attention heads\n  mend: use 8")
    #expect(Diagnostic(.unknownKey("x"), at: SourceLocation(file: "s")).description == "s: unknown key 'x'")
    #expect(
      Diagnostics([finding, Diagnostic(.unknownKey("x"), at: SourceLocation(file: "s"))]).description
        == "\(finding)\ns: unknown key 'x'")
  }

  @Test func `findings are thrown only where there are some`() throws {
    try Diagnostics().throwIfAny()
    var findings = Diagnostics()
    findings.report(.unknownKey("x"), at: SourceLocation(file: "s"))
    #expect(throws: findings) { try findings.throwIfAny() }
  }

  @Test(arguments: [
    ("nodse", "nodes"), ("NODES", "nodes"), ("node", "nodes"), ("pipline", "pipeline"), ("tensor", "tensor"),
    ("xyz", nil), ("", nil), ("n", nil),
  ])
  func `the nearest name is one that may have been meant`(name: String, nearest: String?) {
    #expect(nearestName(to: name, in: ["nodes", "tensor", "pipeline"]) == nearest)
  }

  @Test func `of equally near names the one of like length is offered, then the first`() {
    #expect(nearestName(to: "cat", in: ["bat", "hat"]) == "bat")
    // One letter dropped, or two swapped: the swap keeps the length.
    #expect(nearestName(to: "nodse", in: ["node", "nodes"]) == "nodes")
  }
}
