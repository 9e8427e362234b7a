import Catalogues
import CommandLines
import Documents
import Files
import Terminal
import Validation

/// Fits the constants of kernels to tables of them; prints the errors by source, and the constants as a table.
func performCalibrateKernels(_ files: [CorpusFile], _ invocation: Invocation) throws -> ExitStatus {
  let calibration = try calibrateKernels(
    files, catalogue: try loadCatalogue(invocation), threads: threadCount(invocation, nil))
  if !calibration.report.rows.contains(where: { $0.outcome != nil }) {
    throw InputError(reason: "no row of \(invocation.text("corpus")) is a kernel that can be predicted")
  }
  let constants = calibration.factors.commaSeparated
  if let folder = invocation.text(ifGiven: "out") {
    try createFolder(folder)
    try writeFile(constants, to: joinedPath(folder, "kernel-constants.csv"))
    try writeFile(calibration.report.commaSeparated, to: joinedPath(folder, "kernels.csv"))
  }
  switch invocation.choice("format", as: OutputFormat.self) {
  case .text: try printed(calibration.report.text(on: TextStream.standardOutput.screen))
  case .json: try printed(calibration.report.document.json())
  case .csv: try printed(constants)
  }
  return .done
}
