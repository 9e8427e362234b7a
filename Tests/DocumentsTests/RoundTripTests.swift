import Documents
import TestSupport
import Testing

@Suite("Written documents read back equal") struct RoundTripTests {
  @Test(arguments: 0..<300)
  func `YAML and JSON of random values`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let value = generator.value(depth: 4)
    // An empty document stands for an empty mapping, so a root of null cannot be told from it in YAML.
    let root: OutputValue = .object([.init("value", value), .init("again", .list([value]))])
    for text in [root.yaml(), root.json(), root.json(indented: false)] {
      #expect(try parseDocument(text, file: "seed-\(seed)").outputValue == root, "\(text)")
    }
  }

  @Test(arguments: 0..<300)
  func `a text as a key and as a value`(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let text = generator.text()
    let root: OutputValue = .list([.object([.init(text, .string(text))]), .string(text)])
    for written in [root.yaml(), root.json()] {
      #expect(try parseDocument(written, file: "seed-\(seed)").outputValue == root, "\(written)")
    }
  }

  @Test func `a key longer than a line of letters`() throws {
    let root: OutputValue = .object([.init(String(repeating: "k", count: 2000), ["a": [1, 2]])])
    #expect(try parseDocument(root.yaml(), file: "f").outputValue == root)
  }

  @Test func `block style, quoted only where it must be`() {
    let value: OutputValue = [
      "name": "8 nodes", "model": "gpt2-small", "empty": [:], "none": .null, "size": "80 GiB", "yes": "no",
      "list": [["a": 1, "b": [2.0, 3]], [], [[1], "x: y"]], "path": "./results/a",
      "deep": ["er": ["est": true]],
    ]
    #expect(
      value.yaml() == """
        name: "8 nodes"
        model: gpt2-small
        empty: {}
        none: null
        size: "80 GiB"
        "yes": "no"
        list:
          - a: 1
            b:
              - 2.0
              - 3
          - []
          - - - 1
            - "x: y"
        path: ./results/a
        deep:
          er:
            est: true

        """)
  }

  @Test func `JSON escapes what YAML would fold or refuse`() {
    #expect(
      OutputValue.string("a\u{7F}\u{2028}\u{1F600}\u{1}\"\\\n").json() == #""a\u007F\u2028😀\u0001\"\\\n""#)
    #expect(
      OutputValue.list([.real(-0.0), .real(1), .real(1e21), []]).json(indented: false) == "[0.0,1.0,1e+21,[]]"
    )
  }

  @Test func `comma-separated text after RFC 4180`() {
    let text = commaSeparatedText(
      columns: ["name", "a,b"], rows: [["x", 1], [.null, 2.5], ["say \"hi\"\nthere", true]])
    #expect(text == "name,\"a,b\"\r\nx,1\r\n,2.5\r\n\"say \"\"hi\"\"\nthere\",true\r\n")
  }
}
