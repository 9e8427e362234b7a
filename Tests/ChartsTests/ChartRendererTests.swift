import Glibc
import Testing

@testable import Charts

@Suite("Chart renderer") struct ChartRendererTests {
  @Test func `without Python the specifications are written and a note says what to install`() {
    withTemporaryFolder { folder in
      for python in [nil, "/nowhere/python"] {
        let outcome = ChartRenderer(python: python).write(
          [("step time", ChartSamples.comparison)], to: folder + "/deep/charts")
        #expect(outcome.files == [folder + "/deep/charts/step-time.vl.json"])
        #expect(
          outcome.note
            == "charts: specifications only; for PNG and SVG run `make setup` (Python with "
            + "vl-convert-python) or set REHEARSE_PYTHON")
      }
    }
  }

  @Test func `a folder that cannot be written is a note, not a failure`() {
    let outcome = ChartRenderer(python: nil).write([("a", ChartSamples.comparison)], to: "/dev/null/x")
    #expect(outcome.files == [])
    #expect(outcome.note == "charts: cannot write /dev/null/x/a.vl.json: Not a directory")
  }

  @Test func `nothing to draw writes nothing and needs no Python`() {
    withTemporaryFolder { folder in
      let outcome = ChartRenderer(python: nil).write(
        [("a", ScalingChart(title: "t", series: []))], to: folder)
      #expect(outcome == .init(files: [], note: nil))
    }
  }

  @Test func `an interpreter that fails is quoted in the note`() {
    withTemporaryFolder { folder in
      let script = folder + "/python"
      // Closed in children that other tests start meanwhile: a file open for writing cannot be run.
      let file = fopen(script, "we")
      fputs("#!/bin/sh\necho \"no fonts\"\nexit 1\n", file)
      fclose(file)
      chmod(script, 0o755)
      let outcome = ChartRenderer(python: script).write([("a", ChartSamples.comparison)], to: folder)
      #expect(outcome.files == [folder + "/a.vl.json"])
      #expect(outcome.note == "charts: not all PNG and SVG could be drawn: no fonts")
    }
  }

  @Test func `file names are safe and distinct`() {
    #expect(ChartRenderer.fileName("a/b c.é") == "a-b-c.-")
    #expect(ChartRenderer.fileName("..") == "chart..")
    #expect(ChartRenderer.fileName("") == "chart")
    withTemporaryFolder { folder in
      let outcome = ChartRenderer(python: nil).write(
        [("a b", ChartSamples.comparison), ("a/b", ChartSamples.scaling)], to: folder)
      #expect(outcome.files == [folder + "/a-b.vl.json", folder + "/a-b-2.vl.json"])
    }
  }

  @Test func `the environment of a build folder is found above the program`() {
    withTemporaryFolder { folder in
      for part in ["/.build", "/.build/venv", "/.build/venv/bin"] { mkdir(folder + part, 0o755) }
      let python = folder + "/.build/venv/bin/python"
      fclose(fopen(python, "w"))
      chmod(python, 0o755)
      #expect(
        PythonEnvironment.interpreter(aboveProgram: folder + "/.build/x86_64/release/rehearse") == python)
      #expect(PythonEnvironment.interpreter(aboveProgram: "/nowhere/at/all") == nil)
    }
  }

  private func withTemporaryFolder(_ body: (String) -> Void) {
    var template = Array("/tmp/charts-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else {
      Issue.record("no temporary folder")
      return
    }
    body(folder)
    _ = PythonEnvironment.run("rm", ["-r", folder])
  }
}
