import Terminal
import Testing

private let ascii = Screen(isTerminal: true, width: 40, glyphs: .ascii)

@Suite("Tables, facts and bars") struct LayoutTests {
  @Test func `a table aligns numbers to the right and ends no line with blanks`() {
    var table = TextTable(["Fabric", .number("Step time"), .number("Share"), "Note"])
    table.add(["ring", "1.234 ms", "100.0 %", ""])
    table.add(["fat tree of two levels", "12.00 µs", "", "fast"])
    #expect(
      table.text() == """
        Fabric                  Step time    Share  Note
        ──────────────────────  ─────────  ───────  ────
        ring                     1.234 ms  100.0 %
        fat tree of two levels   12.00 µs           fast

        """)
  }

  @Test func `a table too wide cuts text and never numbers`() {
    var table = TextTable(["Name", .number("Bytes"), "Note"])
    table.add(["a name that is longer than others", "1,234,567", "short"])
    #expect(
      table.text(on: ascii) == """
        Name                        Bytes  Note
        ----------------------  ---------  -----
        a name that is longer~  1,234,567  short

        """)
    for line in table.text(on: ascii).split(separator: "\n") { #expect(line.count <= 40) }
  }

  @Test func `names that begin alike keep their ends`() {
    var table = TextTable([.ends("Name"), .number("Bytes")])
    table.add(["a name that is longer than others are", "1,234,567"])
    table.add(["a name that is longer than most", "7"])
    let screen = Screen(isTerminal: true, width: 30, glyphs: .ascii)
    #expect(
      table.text(on: screen) == """
        Name                     Bytes
        -------------------  ---------
        a name th~thers are  1,234,567
        a name th~than most          7

        """)
    #expect(truncatedInside("abcdef", to: 6) == "abcdef" && truncatedInside("abcdef", to: 4) == "ab…f")
    #expect(truncatedInside("abcdef", to: 2) == "a…" && truncatedInside("模型模型", to: 5) == "模…型")
  }

  @Test func `wide characters take two columns`() {
    #expect(displayWidth("模型 x") == 6 && displayWidth("e\u{301}") == 1 && displayWidth("µs…") == 3)
    #expect(truncated("模型模型", to: 5) == "模型…" && truncated("abc", to: 3) == "abc")
    #expect(truncated("abcd", to: 3) == "ab…" && truncated("abcd", to: 0) == "")
  }

  @Test func `colour appears only where the screen has it`() {
    var table = TextTable(["A", .number("B")])
    table.add([.init("x", .red), .init("1")])
    let coloured = table.text(on: Screen(isTerminal: true, hasColour: true))
    #expect(coloured.contains("\u{1B}[31mx\u{1B}[0m  1\n"))
    #expect(!table.text().contains("\u{1B}"))
  }

  @Test func `facts are aligned and long values wrapped`() {
    let facts = [("Step time", "1.234 ms"), ("Bottleneck", "the network: the all-reduce of gradients waits")]
    #expect(
      factBlock(facts, indent: 2, on: ascii) == """
          Step time    1.234 ms
          Bottleneck   the network: the
                       all-reduce of gradients
                       waits

        """)
  }

  @Test func `bars of a breakdown show shares of the sum`() {
    // 40 columns: labels 7, shares 6, texts 4, three gaps of 2 leave 17 cells; 75 % of 17 is 12.75 → 13.
    let chart = BarChart([.init("compute", 3, "3 s"), .init("wait", 1, "1.00"), .init("none", 0, "0 s")])
    #expect(
      chart.text(on: ascii) == """
        compute  #############      75.0 %   3 s
        wait     ####               25.0 %  1.00
        none                         0.0 %   0 s

        """)
  }

  @Test func `Unicode bars step by eighths and never overflow`() {
    let screen = Screen(isTerminal: true, width: 20)
    // 20 columns: label 1, text 1, two gaps of 2 leave 14 cells of 8 steps: 1/3 is 37.3 → 37 = 4 full and 5/8.
    let chart = BarChart([.init("a", 3, "3"), .init("b", 1, "1"), .init("c", 0.001, "0")], scale: .largest)
    #expect(
      chart.text(on: screen) == """
        a  ██████████████  3
        b  ████▋           1
        c  ▏               0

        """)
    let over = BarChart([.init("used", 120, "120")], scale: .whole(80)).text(on: screen)
    #expect(over == "used  █████  150.0 %  120\n")
    #expect(BarChart([.init("a", 0, "")]).text(on: screen) == "a              0.0 %\n")
  }

  @Test func `text wraps at blanks and keeps its breaks`() {
    #expect(wrapped("one two three\n  four", to: 8) == ["one two", "three", "  four"])
    #expect(wrapped("unbreakable x", to: 4) == ["unbreakable", "x"])
    #expect(wrapped("", to: 4) == [""])
  }
}
