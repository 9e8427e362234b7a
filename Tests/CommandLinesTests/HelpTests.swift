import CommandLines
import Testing

@Suite("Help, reference page and completion") struct HelpTests {
  @Test func `help for the program`() throws {
    #expect(
      rehearse.help() == """
        rehearse 1.2.3: rehearses distributed AI jobs before anyone pays for them

        Usage: rehearse COMMAND [options] …

        Simulation:
          run          simulates one job and prints its step
          scale        step time and efficiency over a range of node counts
          compare      several scenarios side by side
          sweep        all combinations of the values given

        Knowledge:
          list         what the catalogue holds

        About the program:
          completions  print a script that completes commands in a shell
          help         print help for the program or one command

        Options of every command:
              --catalogue DIR  a folder of catalogue entries to add
          -h, --help           print this help
              --version        print the version

        'rehearse COMMAND --help' tells more, with an example.

        """)
    for text in [try printed(), try printed("--help"), try printed("help"), try printed("-h", "nonsense")] {
      #expect(text == rehearse.help())
    }
    #expect(try printed("--version") == "rehearse 1.2.3\n")
  }

  @Test func `help for a command`() throws {
    let expected = """
      rehearse run: simulates one job and prints its step

      Usage: rehearse run [options] SCENARIO

      Simulates the steps that the scenario asks for on its cluster, event by event,
      and prints one screen: step time and its breakdown, throughput, memory and what
      holds the job back.
      Exit code 1 means that the job does not fit.

      Arguments:
        SCENARIO  the scenario document, YAML or JSON

      Options:
            --set KEY=VALUE  replaces a value of the scenario
        -o, --out DIR        where the results are written
            --format text|json|csv
                             how the answer is printed [default: text]
        -n, --steps N        training steps to simulate [default: 10]
            --jitter X       sigma of the log-normal factor on every operator's time
        -t, --trace          also writes a timeline
            --label TEXT     a name for the run
            --catalogue DIR  a folder of catalogue entries to add
        -h, --help           print this help

      Example:
        rehearse run examples/llama.yaml --set training.micro_batch=4

      """
    #expect(try printed("run", "--help") == expected)
    #expect(try printed("help", "run") == expected)
    #expect(try printed("run", "a", "--steps", "x", "-h") == expected)
  }

  @Test func `no line of help is longer than 80 columns`() {
    for text in [rehearse.help()] + rehearse.commands.map({ rehearse.help(for: $0) }) {
      for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }
  }

  @Test func `the reference page says the same`() throws {
    let page = rehearse.referencePage()
    #expect(
      page.contains(
        """
        ### `rehearse list`

        What the catalogue holds.

        ```text
        rehearse list [options] KIND [PATTERN]
        ```

        | Argument | Meaning |
        | --- | --- |
        | `KIND` | what to list: accelerators, models, networks |
        | `[PATTERN]` | a part of the name |

        | Option | Meaning |
        | --- | --- |
        | `--size BYTES` | message size for the times shown [default: 1 GiB] |

        ```sh
        rehearse list accelerators
        ```

        """))
    #expect(page.contains("| `--format text\\|json\\|csv` | how the answer is printed [default: text] |"))
    #expect(page.contains("| `-h`, `--help` | print this help |"))
  }

  @Test(
    arguments: [
      ([], ["run", "scale", "compare", "sweep", "list", "completions", "help"], nil),
      (["s"], ["scale", "sweep"], nil),
      (["run", ""], [], .file),
      (["run", "a.yaml", ""], [], nil),
      (["run", "--o"], ["--out"], nil),
      (["run", "--out", ""], [], .folder),
      (["run", "--out=x", ""], [], .file),
      (["run", "-o", "x"], [], .folder),
      (["run", "--format", ""], ["text", "json", "csv"], nil),
      (["run", "--format", "=", "j"], ["json"], nil),
      (["run", "--format", "="], ["text", "json", "csv"], nil),
      (["run", "--format=c"], ["--format=csv"], nil),
      (["run", "--trace", "--t"], [], nil),
      (["run", "--set", "a=1", "--s"], ["--set", "--steps"], nil),
      (["--catalogue", "x", "li"], ["list"], nil),
      (["list", ""], ["accelerators", "models", "networks"], nil),
      (["list", "--", "--m"], [], nil),
      (["compare", "a", "b", "c"], [], .file),
      (["help", "sc"], ["scale"], nil),
      (["completions", ""], ["bash", "zsh", "fish"], nil),
      (["nonsense", "--h"], ["--help"], nil),
    ] as [([String], [String], Completions.Paths?)])
  func `completion answers from the table`(words: [String], candidates: [String], paths: Completions.Paths?) {
    let answer = rehearse.completions(for: words)
    #expect(answer.candidates.map(\.word) == candidates)
    #expect(answer.paths == paths)
  }

  @Test func `the hidden command prints candidates with their meaning`() throws {
    #expect(try printed("__complete", "run", "--out", "") == ":folder\n")
    #expect(
      try printed("__complete", "sc", "--n") == "", "an unknown command has no options of its own")
    #expect(try printed("__complete", "scale", "--n") == "--nodes\tnode counts to simulate\n")
    for shell in ["bash", "zsh", "fish"] {
      let script = try printed("completions", shell)
      #expect(script.contains("__complete") && script.contains(":folder"))
    }
  }
}
