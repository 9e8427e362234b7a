import Charts
import CommandLines
import Documents
import Files
import Reporting
import Terminal
import Validation

func performValidate(_ invocation: Invocation) throws -> ExitStatus {
  let report = try ValidatedCorpora(invocation)
  let worst = invocation.integer("worst")
  if let folder = invocation.text(ifGiven: "out") { try write(report, worst: worst, to: folder) }
  if let page = invocation.text(ifGiven: "page") { try writeFile(report.page(), to: page) }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(report.text(worst: worst, on: TextStream.standardOutput.screen))
  case .json: try printed(report.document.json())
  case .csv: try printed(report.tables.map(\.text).joined(separator: "\n"))
  }
  guard let recorded = invocation.text(ifGiven: "against") else { return .done }
  let worsened = try report.runs.worsened(since: try readTextFile(recorded), file: recorded)
  for line in worsened { _ = try TextStream.standardError.write("worse than \(recorded): \(line)\n") }
  return worsened.isEmpty ? .done : .negative
}

private func write(_ report: ValidatedCorpora, worst: Int, to folder: String) throws {
  try createFolder(folder)
  try writeFile(report.document.json() + "\n", to: joinedPath(folder, "validation.json"))
  for table in report.tables { try writeFile(table.text, to: joinedPath(folder, table.name)) }
  try report.runs.writeWorst(worst, to: folder)
  let charts = report.runs.charts
  if charts.isEmpty { return }
  let outcome = ChartRenderer().write(charts, to: folder)
  if let note = outcome.note { _ = try TextStream.standardError.write(note + "\n") }
}
