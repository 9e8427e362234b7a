import Diagnostics
import Documents
import TestSupport
import Testing

@Suite("Comma-separated tables") struct CommaSeparatedTableTests {
  @Test func `quoted fields hold commas, quotes and line breaks`() throws {
    let text = "\u{FEFF}a,b\r\n1,\"x, \"\"y\"\"\nz\"\r\n\n2,\n"
    let table = try parseCommaSeparatedTable(text, file: "t.csv")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows.map(\.fields) == [["1", "x, \"y\"\nz"], ["2", ""]])
    #expect(table.rows.map(\.line) == [2, 5])
  }

  @Test func `reads back what is written`() throws {
    let rows: [[OutputValue]] = [["a,b", "c\"d"], ["e\nf", ""]]
    let table = try parseCommaSeparatedTable(
      commaSeparatedText(columns: ["one", "two"], rows: rows), file: "t.csv")
    #expect(table.rows.map(\.fields) == [["a,b", "c\"d"], ["e\nf", ""]])
  }

  @Test(arguments: [
    ("", "t.csv:1:1: the table has no header"),
    ("a,a\n", "t.csv:1:1: key 'a' appears twice"),
    ("a,\n1,2\n", "t.csv:1:1: column 2 has no name"),
    ("a,b\n1\n", "t.csv:2:1: the record has 1 fields, the header 2"),
    ("a,b\n1,\"2\n", "t.csv:2:1: a quoted field is never closed"),
    ("a,b\n1,2\"\n", "t.csv:2:1: a quote stands inside a bare field"),
    ("a,b\n1,\"2\"3\n", "t.csv:2:1: text follows a closing quote"),
  ])
  func `says what is wrong and where`(text: String, complaint: String) {
    #expect(complaints(of: text) == complaint)
  }

  @Test func `says all that is wrong`() {
    #expect(
      complaints(of: "a,b\n1\n1,2,3\n")
        == "t.csv:2:1: the record has 1 fields, the header 2\n"
        + "t.csv:3:1: the record has 3 fields, the header 2")
  }

  @Test func `stands any bytes`() {
    var generator = SeededGenerator(seed: 7)
    let letters = Array("a,\"\n\r1é ".utf8)
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &generator)]
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let table = try? parseCommaSeparatedTable(text, file: "t.csv") else { continue }
      #expect(table.rows.allSatisfy { $0.fields.count == table.columns.count })
    }
  }

  private func complaints(of text: String) -> String {
    do {
      _ = try parseCommaSeparatedTable(text, file: "t.csv")
      return ""
    } catch {
      return "\(error)"
    }
  }
}
