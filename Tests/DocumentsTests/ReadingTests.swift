import Diagnostics
import Documents
import Quantities
import Testing

/// The complaints about a text, or its value as JSON where there are none.
func outcome(_ text: String, limits: DocumentLimits = DocumentLimits()) -> String {
  do {
    return try parseDocument(text, file: "f.yaml", limits: limits).outputValue.json(indented: false)
  } catch {
    return error.description
  }
}

/// Every node as `path line:column`, depth first.
private func places(_ node: DocumentNode) -> [String] {
  var list = ["\(node.location.keyPath) \(node.location.line):\(node.location.column)"]
  switch node.content {
  case .sequence(let items): list += items.flatMap(places)
  case .mapping(let entries):
    for entry in entries {
      list.append("key \(entry.keyLocation.keyPath) \(entry.keyLocation.line):\(entry.keyLocation.column)")
      list += places(entry.value)
    }
  default: break
  }
  return list
}

@Suite("Reading documents") struct ReadingTests {
  @Test func `every node and key has its place in YAML`() throws {
    let text = """
      # a comment
      name: test
      cluster:
        nodes: 8
        links:
          - {from: 0, to: "1"}
          - [x]
      none:

      """
    #expect(
      places(try parseDocument(text, file: "f")) == [
        " 2:1", "key name 2:1", "name 2:7", "key cluster 3:1", "cluster 4:3", "key cluster.nodes 4:3",
        "cluster.nodes 4:10", "key cluster.links 5:3", "cluster.links 6:5", "cluster.links[0] 6:7",
        "key cluster.links[0].from 6:8", "cluster.links[0].from 6:14", "key cluster.links[0].to 6:17",
        "cluster.links[0].to 6:21", "cluster.links[1] 7:7", "cluster.links[1][0] 7:8", "key none 8:1",
        "none 8:6",
      ])
  }

  @Test func `every node has its place in JSON, surrogate pairs and all`() throws {
    let text = "{\n\t\"a\": [\"\\ud83d\\ude00\\\\\", 1], \"b\": {\"é\": null}}"
    #expect(
      places(try parseDocument(text, file: "f")) == [
        " 1:1", "key a 2:2", "a 2:7", "a[0] 2:8", "a[1] 2:26", "key b 2:30", "b 2:35", "key b.é 2:36",
        "b.é 2:41",
      ])
    #expect(outcome(text) == #"{"a":["😀\\",1],"b":{"é":null}}"#)
  }

  @Test(arguments: [
    ("1", "1"), ("-1", "-1"), ("+1", "1"), ("0", "0"), ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9.223372036854776e+18"), ("-9223372036854775808", "-9223372036854775808"),
    (".5", "0.5"), ("5.", "5.0"), ("1e3", "1000.0"), ("1.5E-3", "0.0015"), ("-0.0", "0.0"),
    ("1e400", "\"1e400\""),
    ("007", "\"007\""), ("-01", "\"-01\""), ("1_000", "\"1_000\""), ("0x1F", "\"0x1F\""),
    ("0o17", "\"0o17\""),
    ("1:30", "\"1:30\""), ("1.2.3", "\"1.2.3\""), ("1e", "\"1e\""), ("e5", "\"e5\""), (".", "\".\""),
    ("+", "\"+\""),
    (".e5", "\".e5\""), (".inf", "\".inf\""), (".nan", "\".nan\""), ("2024-01-01", "\"2024-01-01\""),
    ("yes", "\"yes\""), ("no", "\"no\""), ("on", "\"on\""), ("true", "true"), ("True", "true"),
    ("FALSE", "false"),
    ("tRUE", "\"tRUE\""), ("~", "null"), ("null", "null"), ("", "null"), ("\"1\"", "\"1\""),
    ("'true'", "\"true\""),
    ("80 GiB", "\"80 GiB\""), ("\"\\u0041\\/\\x41\"", "\"A/A\""),
  ])
  func `a scalar means`(text: String, value: String) {
    #expect(outcome("k: \(text)") == "{\"k\":\(value)}")
  }

  @Test func `an empty text is an empty mapping`() {
    for text in ["", "\n", "# only a comment\n", "\u{FEFF}"] { #expect(outcome(text) == "{}") }
  }

  @Test func `a byte order mark does not move the first line`() throws {
    #expect(places(try parseDocument("\u{FEFF}a: 1", file: "f")) == [" 1:1", "key a 1:1", "a 1:4"])
  }

  @Test func `aliases repeat values, anchored keys too`() {
    #expect(outcome("a: &x [1, {b: 2}]\nc: *x") == #"{"a":[1,{"b":2}],"c":[1,{"b":2}]}"#)
    #expect(outcome("&k 7: v\nc: *k") == #"{"7":"v","c":7}"#)
  }

  @Test func `an expanded alias stands where it was written, under the path of its use`() throws {
    #expect(
      places(try parseDocument("a: &x {b: [1]}\nc:\n  d: *x", file: "f")["c"]!) == [
        "c 3:3", "key c.d 3:3", "c.d 1:4", "key c.d.b 1:8", "c.d.b 1:11", "c.d.b[0] 1:12",
      ])
  }

  @Test func `a quantity reads with its unit or says what is missing`() throws {
    func read(_ text: String) -> String {
      do {
        return "\(try parseDocument("k: \(text)", file: "f")["k"]!.quantity(as: .power))"
      } catch let error as Diagnostic {
        return error.description
      } catch {
        return "unreadable"
      }
    }
    #expect(read("1.5 kW") == "1500.0")
    #expect(read("400") == "f:1:4: k: '400' has no unit\n  mend: write it like 400 W; units: W, kW, MW")
    #expect(read("4 PS") == "f:1:4: k: unknown unit 'PS'\n  mend: use one of W, kW, MW")
    #expect(read("much") == "f:1:4: k: 'much' does not start with a number\n  mend: write it like 400 W")
    #expect(
      read("[1]") == "f:1:4: k: expected a quantity with a unit, found a list\n  mend: write it like 400 W")
  }
}
