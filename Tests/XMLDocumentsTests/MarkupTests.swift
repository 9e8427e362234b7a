import Diagnostics
import TestSupport
import Testing
import XMLDocuments

@Suite("XML documents") struct MarkupTests {
  func complaint(_ text: String, _ limits: MarkupLimits = MarkupLimits()) -> String {
    do { _ = try parseMarkup(text, file: "f.xml", limits: limits) } catch { return "\(error)" }
    return "read"
  }

  @Test func `keeps elements, attributes and text in order, each with its place`() throws {
    let text = """
      <?xml version="1.0"?>
      <!-- a comment -->
      <algo name="ring"  steps='2'>
        <step type="s"/>
        <é kind="é" n="1"
          m="a&lt;b&#65;"> word <step/></é>
      </algo>
      """
    let root = try parseMarkup(text, file: "f.xml")
    #expect(root.name == "algo")
    #expect(root.location == SourceLocation(file: "f.xml", line: 3, column: 1))
    #expect(root.attributes.map(\.name) == ["name", "steps"])
    #expect(root["steps"]?.value == "2")
    #expect(root["name"]?.location == SourceLocation(file: "f.xml", line: 3, column: 13))
    #expect(root["steps"]?.location == SourceLocation(file: "f.xml", line: 3, column: 27))
    #expect(root.children.map(\.name) == ["step", "é"])
    let inner = root.children[1]
    #expect(inner.text == "word")
    #expect(inner["n"]?.location == SourceLocation(file: "f.xml", line: 5, column: 18))
    #expect(inner["m"]?.value == "a<bA")
    #expect(inner["m"]?.location == SourceLocation(file: "f.xml", line: 6, column: 8))
    #expect(inner.children(named: "step").map(\.location.column) == [27])
  }

  @Test func `reads texts with a byte order mark, of Windows, and without a declaration`() throws {
    for text in ["\u{FEFF}<a b=\"1\"/>", "<a\r\n b=\"1\"/>\r\n", "<a b=\"1\"></a>"] {
      #expect(try parseMarkup(text, file: "f.xml")["b"]?.value == "1")
    }
  }

  @Test(arguments: [
    ("", "f.xml:1:1: the text is not XML: no element found"),
    ("kind: ring", "f.xml:1:1: the text is not XML: syntax error"),
    ("<a>\n  <b></a>\n", "f.xml:2:8: the text is not XML: mismatched tag"),
    ("<a b=\"1\" b=\"2\"/>", "f.xml:1:10: the text is not XML: duplicate attribute"),
    ("<a/><b/>", "f.xml:1:5: the text is not XML: junk after document element"),
    ("<a>&big;</a>", "f.xml:1:4: the text is not XML: undefined entity"),
    (
      "<!DOCTYPE a [<!ENTITY big \"big\">]>\n<a>&big;</a>",
      "f.xml:1:13: a document type declaration is not read\n  mend: remove the <!DOCTYPE …>"
    ),
  ])
  func `says what is wrong, word for word`(text: String, expected: String) {
    #expect(complaint(text) == expected)
  }

  @Test func `keeps its limits`() {
    var limits = MarkupLimits()
    limits.depth = 2
    #expect(complaint("<a><b/></a>", limits) == "read")
    #expect(
      complaint("<a><b>\n<c/></b></a>", limits) == "f.xml:2:1: nesting of elements exceeds the limit of 2")
    limits.nodes = 3
    #expect(complaint("<a x=\"\"><b/></a>", limits) == "read")
    #expect(
      complaint("<a x=\"\"><b/><b/></a>", limits)
        == "f.xml:1:13: number of elements and attributes exceeds the limit of 3")
    limits.bytes = 3
    #expect(complaint("<a/>", limits) == "f.xml: document size in bytes exceeds the limit of 3")
  }

  @Test func `reads typed attributes and says what they should be`() throws {
    let element = try parseMarkup(
      "<a n=\"3\" m=\"x\" big=\"99999999999999999999\" r=\"nan\">t</a>", file: "f.xml")
    var findings = Diagnostics()
    #expect(element.integer("n", 0...9, &findings) == 3)
    #expect(element.integer("absent", 0...9, &findings) == nil)
    #expect(element.number("n", 0...9, &findings) == 3)
    #expect(findings.isEmpty)
    #expect(element.integer("n", 4...9, &findings) == nil)
    #expect(element.integer("m", 0...9, &findings) == nil)
    #expect(element.integer("big", 0...9, &findings) == nil)
    #expect(element.number("r", 0...9, &findings) == nil)
    #expect(element.required("k", &findings) == nil)
    element.refuseText(&findings)
    #expect(
      "\(findings)" == """
        f.xml:1:7: 3 is out of range: 4 to 9
        f.xml:1:13: expected a whole number, found 'x'
        f.xml:1:21: expected a whole number, found '99999999999999999999'
        f.xml:1:46: nan is out of range: 0.0 to 9.0
        f.xml:1:1: <a> lacks its attribute 'k'
        f.xml:1:1: <a> holds the text 't', where none is read
        """)
  }

  @Test(arguments: 0..<400)
  func `ends damaged texts with a located error or a tree`(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let valid = "<a b=\"1\"><c d='&amp;é'>text</c><!-- x --><e/></a>"
    let damaged = String(decoding: generator.mutated(valid), as: UTF8.self)
    let outcome = complaint(damaged)
    #expect(outcome == "read" || outcome.hasPrefix("f.xml:"), "seed \(seed): \(damaged)")
  }
}
