import Diagnostics
import Documents
import TestSupport
import Testing

@Suite("Malformed documents") struct MalformedTests {
  @Test(arguments: [
    ("a: 1\nb: 2\na: 3", "f.yaml:3:1: a: key 'a' appears twice\n  mend: keep one of them"),
    (
      "a: {b: 1, b: 2}\na: 3",
      """
      f.yaml:1:11: a.b: key 'b' appears twice
        mend: keep one of them
      f.yaml:2:1: a: key 'a' appears twice
        mend: keep one of them
      """
    ),
    (
      "a: &x {b: 1}\nc:\n  <<: *x",
      """
      f.yaml:3:3: c.<<: merge keys ('<<') are not read
        mend: write the keys out, or put an alias in place of the whole mapping
      """
    ),
    (
      "a: !!str 5",
      "f.yaml:1:4: a: the tag 'tag:yaml.org,2002:str' is not read\n  mend: quote a value to make it a text"
    ),
    ("a: *x", "f.yaml:1:4: a: no anchor 'x' stands before this alias"),
    ("a: &x [*x]", "f.yaml:1:8: a[0]: no anchor 'x' stands before this alias"),
    ("? [a]\n: 1", "f.yaml:1:3: a key must be a text, not a list, mapping or alias"),
    ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document starts here; one is expected"),
    (
      "a: [1, 2",
      "f.yaml:2:1: did not find expected ',' or ']' while parsing a flow sequence that starts in line 1"
    ),
    (
      "a: 1\n\tb: 2",
      """
      f.yaml:2:1: found a tab character that violates indentation while scanning a plain scalar that starts in line 1
        mend: indent with blanks, not with tabs
      """
    ),
    (
      "a:\n\tb: 2",
      """
      f.yaml:2:1: found character that cannot start any token while scanning for the next token that starts in line 2
        mend: indent with blanks, not with tabs
      """
    ),
    (
      "a: \"\\ud83d\"",
      "f.yaml:1:7: found invalid Unicode character escape code while parsing a quoted scalar that starts in line 1"
    ),
    ("a: 1\nb: x\u{0}", "f.yaml:2:5: the control character U+0000 may not stand in a document"),
    ("é\u{7F}", "f.yaml:1:2: the control character U+007F may not stand in a document"),
    ("a\u{9F}", "f.yaml:1:2: the control character U+009F may not stand in a document"),
  ])
  func `is said word for word`(text: String, complaint: String) {
    #expect(outcome(text) == complaint)
  }

  @Test(arguments: [
    ([0x61, 0x0A, 0x62, 0xFF], "f:2:2: the byte 0xFF is not UTF-8\n  mend: save the file as UTF-8"),
    ([0xC3], "f:1:1: the byte 0xC3 is not UTF-8\n  mend: save the file as UTF-8"),
    ([0x61, 0xED, 0xA0, 0x80], "f:1:2: the byte 0xED is not UTF-8\n  mend: save the file as UTF-8"),
    ([0xC0, 0x80], "f:1:1: the byte 0xC0 is not UTF-8\n  mend: save the file as UTF-8"),
    ([0xF4, 0x90, 0x80, 0x80], "f:1:1: the byte 0xF4 is not UTF-8\n  mend: save the file as UTF-8"),
  ])
  func `bytes that are not UTF-8 are found`(bytes: [UInt8], complaint: String) {
    do {
      _ = try parseDocument(bytes: bytes, file: "f")
      Issue.record("read \(bytes)")
    } catch {
      #expect(error.description == complaint)
    }
  }

  @Test func `nesting beyond the limit is refused, written out or through aliases`() {
    let open = String(repeating: "[", count: 100_000)
    let path = String(repeating: "[0]", count: 65)
    #expect(outcome(open) == "f.yaml:1:66: \(path): nesting depth exceeds the limit of 64")
    var chain = "a0: &a0 [x]\n"
    for index in 1..<200 { chain += "a\(index): &a\(index) [*a\(index - 1)]\n" }
    #expect(outcome(chain) == "f.yaml:64:12: a63[0]: nesting depth exceeds the limit of 64")
  }

  @Test func `an alias bomb is refused`() {
    var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    for index in 1..<12 {
      let list = Array(repeating: "*a\(index - 1)", count: 10).joined(separator: ",")
      bomb += "a\(index): &a\(index) [\(list)]\n"
    }
    #expect(outcome(bomb).hasSuffix("number of values repeated by aliases exceeds the limit of 100000"))
  }

  @Test func `more values than the limit are refused`() {
    var limits = DocumentLimits()
    limits.nodes = 4
    #expect(outcome("[1, 2, 3]", limits: limits) == "[1,2,3]")
    #expect(
      outcome("[1, 2, 3, 4]", limits: limits) == "f.yaml:1:11: [3]: number of values exceeds the limit of 4")
  }

  @Test func `a text beyond the limit of bytes is refused`() {
    var limits = DocumentLimits()
    limits.bytes = 3
    #expect(outcome("a: 1", limits: limits) == "f.yaml: document size in bytes exceeds the limit of 3")
  }

  @Test(arguments: 0..<400)
  func `mutated and truncated texts end in a value or a located complaint`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let root: OutputValue = .object([.init("k", generator.value(depth: 4)), .init("l", [1, ["a": "b"]])])
    let bytes = generator.mutated(Bool.random(using: &generator) ? root.yaml() : root.json())
    do {
      _ = try parseDocument(bytes: bytes, file: "f")
    } catch {
      #expect(!error.isEmpty)
      for finding in error.list {
        #expect(finding.location.line > 0 && finding.location.column > 0, "\(finding)")
      }
    }
  }
}
