import Diagnostics
import TestSupport
import Testing

@testable import Documents

@Suite("JSON read front to back") struct JSONReaderTests {
  private func reader(_ text: String) -> JSONReader { JSONReader(Array(text.utf8), file: "t.json") }

  @Test func `members and elements come in order, and skipped ones are passed`() throws {
    var reader = reader(
      #"{"a": [1, 2.5e3, -0], "b": {"c": [[], {}]}, "d": "x\n\u00e9\ud83d\ude00", "e": null}"#)
    var seen: [String] = []
    var numbers: [String] = []
    try reader.members { key, reader throws(Diagnostics) in
      seen.append(key)
      switch key {
      case "a": try reader.elements { reader throws(Diagnostics) in numbers.append(try reader.numberText()) }
      case "d": #expect(try reader.string() == "x\né😀")
      case "e": #expect(try reader.word() == nil)
      default: try reader.skip()
      }
    }
    try reader.finish()
    #expect(seen == ["a", "b", "d", "e"] && numbers == ["1", "2.5e3", "-0"])
  }

  @Test(
    arguments: [
      ("1775078550000120.5", 3, 1_775_078_550_000_120_500), ("-0.0215", 3, -21), ("7", 0, 7), ("7.9", 0, 7),
      ("1e3", 0, nil), ("9223372036854775808", 0, nil), ("9223372036854775", 4, nil),
    ] as [(String, Int, Int64?)])
  func `numbers are scaled exactly`(text: String, decimals: Int, expected: Int64?) throws {
    var reader = reader(text)
    #expect(try reader.scaledNumber(decimals: decimals) == expected)
  }

  @Test(arguments: [
    ("[1,]", "t.json:1:4: a value is expected"),
    ("[1", "t.json:1:3: the text ends early: a value is expected"),
    ("{\"a\" 1}", "t.json:1:6: ':' is expected after a key"),
    ("{a: 1}", "t.json:1:2: a text in quotes is expected"),
    ("[\"a\nb\"]", "t.json:1:4: a control character stands in a text"),
    ("[\"abc", "t.json:1:6: the text ends within quotes"),
    ("[1.]", "t.json:1:4: digits are expected after the point"),
    ("[1e]", "t.json:1:4: digits are expected in the exponent"),
    ("[\"\\u12g4\"]", "t.json:1:5: four hexadecimal digits are expected"),
    ("[nil]", "t.json:1:2: a value is expected"),
    ("\n\n[}", "t.json:3:2: a value is expected"),
  ])
  func `say what is wrong and where`(text: String, message: String) {
    var reader = reader(text)
    do throws(Diagnostics) {
      try reader.skip()
      try reader.finish()
      Issue.record("it is accepted")
    } catch {
      #expect("\(error)" == message)
    }
  }

  /// What the parser of documents reads as JSON is skipped to its end, and what is written is read.
  @Test(arguments: 0..<60)
  func `mutated texts are passed over or refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    let source = #"{"a": [1, 2.5e3, "x\u00e9"], "b": {"c": [[true], {}]}, "d": null}"#
    for _ in 0..<40 {
      var reader = JSONReader(random.mutated(source), file: "t.json")
      do throws(Diagnostics) {
        try reader.skip()
        try reader.finish()
      } catch {
        #expect(error.list.count == 1 && error.list[0].location.line >= 1)
      }
    }
  }

  @Test func `nesting is bounded`() {
    var deep = reader(String(repeating: "[", count: 10_000))
    #expect(throws: Diagnostics.self) { try deep.skip() }
  }
}
