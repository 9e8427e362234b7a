import Documents

#if canImport(Glibc)
  import Glibc
#endif

/// Writes charts to files: always the Vega-Lite specification, and PNG and SVG where Python with
/// vl-convert is there.
///
/// Nothing here throws: a chart that cannot be drawn does not spoil a run's numbers. What was written and
/// why the rest was not is in the answer.
public struct ChartRenderer: Sendable {
  public struct Outcome: Sendable, Equatable {
    /// Paths written, in the order of the charts: specification, PNG, SVG of each.
    public var files: [String]
    /// One line that says what is missing and how to get it; `nil` when every file was written.
    public var note: String?
  }

  /// Path of the interpreter; `nil` where there is none.
  public var python: String?
  /// Pixels of the PNG for each pixel of the chart; 3 gives 290 dots to the inch at the printed width.
  public var scale: Int

  /// With the interpreter named by the environment variable `REHEARSE_PYTHON`, else the one of
  /// `.build/venv` in a folder above the running program.
  public init() { self.init(python: PythonEnvironment.interpreter()) }

  public init(python: String?, scale: Int = 3) {
    self.python = python
    self.scale = scale
  }

  /// Writes `<name>.vl.json` of each chart, then `<name>.png` and `<name>.svg` of all in one process.
  ///
  /// Charts with nothing to draw are left out. Letters, digits, `-`, `_` and `.` of a name stand in its
  /// files' names, anything else becomes `-`. Pictures of an earlier run are removed before.
  ///
  /// - Parameter folder: made, with its parents, where it is not there.
  public func write(
    _ charts: [(name: String, chart: any Chart)], to folder: String, width: ChartWidth = .column
  ) -> Outcome {
    var stems: [String] = []
    makeFolder(folder)
    for (name, chart) in charts {
      guard let specification = chart.specification(width: width) else { continue }
      var stem = folder + "/" + ChartRenderer.fileName(name)
      while stems.contains(stem) { stem += "-2" }
      for ending in ChartRenderer.pictureEndings { unlink(stem + ending) }
      guard write(specification.json() + "\n", to: stem + ".vl.json") else {
        let reason = String(cString: strerror(errno))
        return Outcome(files: present(stems), note: "charts: cannot write \(stem).vl.json: \(reason)")
      }
      stems.append(stem)
    }
    let note = stems.isEmpty ? nil : draw(stems)
    return Outcome(files: present(stems), note: note)
  }

  private static let pictureEndings = [".png", ".svg"]

  static let missingNote =
    "charts: specifications only; for PNG and SVG run `make setup` (Python with vl-convert-python) "
    + "or set REHEARSE_PYTHON"

  /// Draws the pictures of specifications already written.
  ///
  /// - Returns: why some are missing, or nothing.
  private func draw(_ stems: [String]) -> String? {
    guard let python,
      let result = PythonEnvironment.run(python, ["-I", "-c", ChartRenderer.script, String(scale)] + stems)
    else { return ChartRenderer.missingNote }
    switch result.status {
    case 0: return nil
    case ChartRenderer.missingModuleStatus, 127: return ChartRenderer.missingNote
    default:
      let line = result.output.split(separator: "\n").first.map(String.init) ?? "status \(result.status)"
      return "charts: not all PNG and SVG could be drawn: \(ChartText.clean(line))"
    }
  }

  private static let missingModuleStatus: Int32 = 3

  /// Draws each specification named after the scale; one that fails does not stop the others. Data are in
  /// the specifications, so no address may be loaded.
  private static let script = """
    import sys
    try:
        import vl_convert
    except ImportError:
        sys.exit(\(missingModuleStatus))
    scale = float(sys.argv[1])
    options = {"vl_version": "5.20", "allowed_base_urls": []}
    failures = 0
    for stem in sys.argv[2:]:
        try:
            with open(stem + ".vl.json", encoding="utf-8") as file:
                spec = file.read()
            with open(stem + ".png", "wb") as file:
                file.write(vl_convert.vegalite_to_png(spec, scale=scale, **options))
            with open(stem + ".svg", "w", encoding="utf-8") as file:
                file.write(vl_convert.vegalite_to_svg(spec, **options))
        except Exception as error:
            failures += 1
            print(stem + ": " + str(error), flush=True)
    sys.exit(1 if failures else 0)
    """

  /// The files that are there, specification before pictures.
  private func present(_ stems: [String]) -> [String] {
    stems.flatMap { stem in ([".vl.json"] + ChartRenderer.pictureEndings).map { stem + $0 } }
      .filter { path in
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0
      }
  }

  static func fileName(_ name: String) -> String {
    let safe = String(
      name.unicodeScalars.map { scalar in
        let isSafe =
          scalar.isASCII
          && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
        return isSafe ? Character(scalar) : "-"
      })
    return safe.isEmpty || safe.hasPrefix(".") ? "chart" + safe : safe
  }

  private func makeFolder(_ path: String) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
      mkdir(String(path[..<end]), 0o755)
    }
  }

  private func write(_ text: String, to path: String) -> Bool {
    guard let file = fopen(path, "we") else { return false }
    var text = text
    let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    return fclose(file) == 0 && written
  }
}
