import CommandLines
import Documents
import Testing

@Suite("Reading a command line") struct ParsingTests {
  @Test func `values are given in every spelling`() throws {
    for words in [["--out", "d"], ["--out=d"], ["-o", "d"], ["-od"], ["-o=d"]] {
      guard case .run(let run) = try rehearse.parse(["run"] + words + ["a.yaml"]) else { throw NotACommand() }
      #expect(run.command == "run" && run.text("out") == "d" && run.text("scenario") == "a.yaml")
    }
    #expect(try invocation("run", "a", "--label=").text("label") == "")
    #expect(try invocation("run", "a", "--label=x=y").text("label") == "x=y")
    #expect(try invocation("run", "a", "--label", "-").text("label") == "-")
    #expect(try invocation("run", "-").text("scenario") == "-")
  }

  @Test func `defaults stand in and what is given is known`() throws {
    let run = try invocation("run", "a.yaml", "--jitter", "0.5")
    #expect(run.choice("format", as: Format.self) == .text && run.integer("steps") == 10)
    #expect(run.number("jitter") == 0.5 && run.text(ifGiven: "out") == nil && !run.flag("trace"))
    #expect(run.isGiven("jitter") && !run.isGiven("steps") && run.isGiven("scenario"))
    let other = try invocation("run", "a.yaml", "-t", "--format", "json", "-n", "3")
    #expect(other.flag("trace") && other.choice("format") == Format.json && other.integer("steps") == 3)
    #expect(other.number(ifGiven: "jitter") == nil && other.texts("catalogue") == [])
  }

  @Test(arguments: [
    ["--nodes", "1,2,4", "a.yaml"], ["--nodes", "1", "2", "4", "a.yaml"], ["a.yaml", "--nodes", "1", "2,4"],
    ["--nodes=1", "--nodes=2,4", "a.yaml"], ["--nodes", "1", "2", "--nodes", "4", "--", "a.yaml"],
  ])
  func `lists of numbers`(words: [String]) throws {
    guard case .run(let scale) = try rehearse.parse(["scale"] + words) else { throw NotACommand() }
    #expect(scale.integers("nodes") == [1, 2, 4] && scale.text("scenario") == "a.yaml")
    #expect(scale.integers("offsets") == [])
  }

  @Test func `numbers may be negative and quantities carry units`() throws {
    #expect(try invocation("scale", "a", "--offsets", "-1,2").integers("offsets") == [-1, 2])
    #expect(try invocation("scale", "a").integers("nodes") == [1, 2, 4, 8])
    #expect(try invocation("list", "models").number("size") == 0x1p30)
    #expect(try invocation("list", "models", "--size", "2 MB").number("size") == 2e6)
  }

  @Test func `arguments may be optional or repeated, and two dashes end the options`() throws {
    #expect(try invocation("compare", "a", "b", "c").texts("scenarios") == ["a", "b", "c"])
    #expect(try invocation("compare", "--", "--nodes", "-h").texts("scenarios") == ["--nodes", "-h"])
    #expect(try invocation("list", "models").text(ifGiven: "pattern") == nil)
    #expect(try invocation("list", "models", "llama").text("pattern") == "llama")
  }

  @Test func `options of the program stand before or behind the command and add up`() throws {
    let run = try invocation("--catalogue", "x", "run", "a", "--catalogue=y")
    #expect(run.texts("catalogue") == ["x", "y"])
  }

  @Test func `assignments are read as YAML`() throws {
    let run = try invocation(
      "run", "a", "--set", "training.micro_batch=4", "--set", "cluster.fabric={kind: ring, ranks: [1, 2]}",
      "--set=name=a=b", "--set", "plan=")
    let pairs = run.assignments("set")
    #expect(pairs.map(\.key) == ["training.micro_batch", "cluster.fabric", "name", "plan"])
    #expect(pairs.map(\.value.kindName) == ["the number 4", "a mapping", "the text 'a=b'", "nothing"])
    #expect(
      "\(pairs[0].value.location)" == "--set" && pairs[0].value.location.keyPath == "training.micro_batch")
    let rank = try #require(pairs[1].value["ranks"])
    guard case .sequence(let ranks) = rank.content else { throw NotACommand() }
    #expect(ranks[1].location.keyPath == "cluster.fabric.ranks[1]" && ranks[1].location.line == 0)
  }

  @Test func `variations hold values in order`() throws {
    let sweep = try invocation(
      "sweep", "a", "--vary", "plan.tensor=1,2,4", "--vary", "x=[1,2],400 Gb/s,\"a,b\"")
    let lists = sweep.variations("vary")
    #expect(
      lists[0].key == "plan.tensor"
        && lists[0].values.map(\.kindName) == ["the number 1", "the number 2", "the number 4"])
    #expect(lists[1].values.map(\.kindName) == ["a list", "the text '400 Gb/s'", "the text 'a,b'"])
    #expect(lists[1].values[1].location.keyPath == "x")
  }

  @Test func `asking for what is not declared is a fault`() async {
    await #expect(processExitsWith: .failure) { _ = try invocation("run", "a").flag("nonsense") }
    await #expect(processExitsWith: .failure) { _ = try invocation("run", "a").text("out") }
    await #expect(processExitsWith: .failure) { _ = try invocation("run", "a").integer("format") }
  }

  @Test func `an unsound table is a fault`() async {
    await #expect(processExitsWith: .failure) {
      _ = Program(
        "p", version: "1", "p",
        sections: [.init("s", [Command("c", "c", options: [.flag("help", "again")], example: "p c")])])
    }
    await #expect(processExitsWith: .failure) {
      let option = Option.integer("n", in: 1...2, default: 3, "n")
      _ = Program(
        "p", version: "1", "p", sections: [.init("s", [Command("c", "c", options: [option], example: "")])])
    }
    await #expect(processExitsWith: .failure) {
      let arguments = [Argument.text("a", count: .any, "a"), .text("b", "b")]
      _ = Program(
        "p", version: "1", "p", sections: [.init("s", [Command("c", "c", arguments: arguments, example: "")])]
      )
    }
  }
}
