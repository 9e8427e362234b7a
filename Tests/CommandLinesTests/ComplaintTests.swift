import CommandLines
import Testing

@Suite("Complaints about a command line") struct ComplaintTests {
  @Test(arguments: [
    (["rnu"], "rehearse: unknown command 'rnu'\n  mend: did you mean 'run'?"),
    (["frobnicate"], "rehearse: unknown command 'frobnicate'\n  mend: 'rehearse --help' lists the commands"),
    (["--catalogue", "x"], "rehearse: a command is missing\n  mend: 'rehearse --help' lists the commands"),
    (
      ["scale", "a", "--nodse", "4"],
      "rehearse scale: unknown option '--nodse'\n  mend: did you mean '--nodes'?"
    ),
    (["scale", "--nodse=4"], "rehearse scale: unknown option '--nodse'\n  mend: did you mean '--nodes'?"),
    (
      ["run", "a", "--xyzzy"],
      "rehearse run: unknown option '--xyzzy'\n  mend: 'rehearse run --help' lists the options"
    ),
    (
      ["run", "a", "-x"], "rehearse run: unknown option '-x'\n  mend: 'rehearse run --help' lists the options"
    ),
    (
      ["--nodes", "4", "run"],
      "rehearse run: unknown option '--nodes'\n  mend: write it behind its command: 'rehearse scale --nodes'"
    ),
    (["run", "a", "--out"], "rehearse run: option '--out' needs a folder"),
    (["run", "a", "--out", "--trace"], "rehearse run: option '--out' needs a folder"),
    (["run", "a", "--out="], "rehearse run: option '--out': '' is not a folder"),
    (["run", "a", "--trace=yes"], "rehearse run: option '--trace' takes no value"),
    (
      ["run", "a", "-o", "x", "--out", "y"],
      "rehearse run: option '--out' is given twice\n  mend: keep one of them"
    ),
    (["run", "a", "--steps", "ten"], "rehearse run: option '--steps': 'ten' is not a whole number"),
    (["run", "a", "--steps", "1.5"], "rehearse run: option '--steps': '1.5' is not a whole number"),
    (["run", "a", "--steps=0"], "rehearse run: option '--steps': 0 is out of range: 1 to 1000"),
    (["run", "a", "--jitter", "nan"], "rehearse run: option '--jitter': 'nan' is not a number"),
    (["run", "a", "--jitter", "-0.5"], "rehearse run: option '--jitter': -0.5 is out of range: 0.0 to 1.0"),
    (
      ["run", "a", "--format", "jsn"],
      "rehearse run: option '--format': 'jsn' is not one of text, json, csv\n  mend: did you mean 'json'?"
    ),
    (
      ["run", "a", "--format", "pdf-x"],
      "rehearse run: option '--format': 'pdf-x' is not one of text, json, csv"
    ),
    (["scale", "a", "--nodes=1,,2"], "rehearse scale: option '--nodes': '' is not a whole number"),
    (
      ["scale", "a", "--nodes", "x.yaml"], "rehearse scale: option '--nodes': 'x.yaml' is not a whole number"
    ),
    (
      ["list", "modles"],
      "rehearse list: argument KIND: 'modles' is not one of accelerators, models, networks\n"
        + "  mend: did you mean 'models'?"
    ),
    (
      ["list", "models", "--size", "10"],
      "rehearse list: option '--size': '10' is not a quantity such as '80 GiB'"
    ),
    (["run"], "rehearse run: argument SCENARIO is missing\n  mend: write 'rehearse run SCENARIO'"),
    (
      ["compare"],
      "rehearse compare: argument SCENARIOS is missing\n  mend: write 'rehearse compare SCENARIOS…'"
    ),
    (
      ["run", "a", "b"],
      "rehearse run: unexpected argument 'b'\n  mend: 'rehearse run --help' tells what it takes"
    ),
    (["run", "a", "--set", "steps"], "rehearse run: option '--set': 'steps' is not KEY=VALUE"),
    (["sweep", "a", "--vary", "steps="], "rehearse sweep: option '--vary': 'steps=' is not KEY=A,B,…"),
    (
      ["completions", "tcsh"],
      "rehearse completions: argument SHELL: 'tcsh' is not one of bash, zsh, fish"
    ),
  ])
  func `each says what, and how to mend it`(words: [String], text: String) {
    #expect(complaint(words) == text)
  }

  @Test func `text that is not YAML is explained`() {
    let text = complaint(["run", "a", "--set", "x=[1"])
    #expect(text.hasPrefix("rehearse run: option '--set': the value of x, '[1', is not YAML: "))
    #expect(text.hasSuffix("\n  mend: put the text in double quotes within the shell's quotes: 'x=\"…\"'"))
  }

  @Test func `everything wrong is told at once`() {
    #expect(
      complaint(["run", "--steps", "x", "--format=jsn", "--trase", "a", "b"]) == """
        rehearse run: option '--steps': 'x' is not a whole number
        rehearse run: option '--format': 'jsn' is not one of text, json, csv
          mend: did you mean 'json'?
        rehearse run: unknown option '--trase'
          mend: did you mean '--trace'?
        """)
  }
}
