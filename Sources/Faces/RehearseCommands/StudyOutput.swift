import Charts
import CommandLines
import Documents
import Files
import Reporting
import Terminal

/// A study's report: a table, a document and a chart of the same rows.
protocol StudyReport {
  associatedtype Picture: Chart
  var document: OutputValue { get }
  var csv: String { get }
  var chart: Picture { get }
  func text(on screen: Screen) -> String
}

extension ScalingReport: StudyReport {}
extension ComparisonReport: StudyReport {}

extension StudyReport {
  /// Writes `<name>.json`, `<name>.csv` and the chart under a folder, and prints the report as asked.
  ///
  /// - Parameter chartName: the chart's file name; `nil` for no chart.
  func present(_ invocation: Invocation, name: String, chartName: String?, to folder: String) throws {
    try createFolder(folder)
    try writeFile(document.json() + "\n", to: joinedPath(folder, "\(name).json"))
    try writeFile(csv, to: joinedPath(folder, "\(name).csv"))
    var files = "\(folder): \(name).json, \(name).csv"
    if let chartName {
      let outcome = ChartRenderer().write([(chartName, chart)], to: folder)
      if !outcome.files.isEmpty { files += ", \(chartName) chart" }
      if let note = outcome.note { files += "; \(note)" }
    }
    switch invocation.choice("format", as: OutputFormat.self) {
    case .json: try printed(document.json())
    case .csv: try printed(csv)
    case .text:
      let screen = TextStream.standardOutput.screen
      try printed(text(on: screen) + factBlock([("Files", files)], on: screen))
    }
  }
}
