import Collectives
import Quantities
import TestSupport
import Testing
import Validation

private let corpus = textOfFile(packageRoot(#filePath) + "/Validation/collectives.csv") ?? ""

@Suite("Fitting NCCL's constants") struct CalibrationFitTests {
  @Test(arguments: [NCCLGeneration.ampere, .hopper, .blackwell])
  func `probe`(generation: NCCLGeneration) throws {
    let report = try validateCollectives(corpus)
    let fit = CalibrationFit(generation, to: report) { $0.isFitted }
    let shipped = try #require(NCCLCalibration.measured(generation))
    let found = try #require(fit.fitted())
    let polished = fit.fitted(from: shipped).constants
    print(generation, fit.rowCount, "tables", fit.loss(of: .tables(generation)), "shipped", fit.loss(of: shipped), "found", fit.loss(of: found), "polished", fit.loss(of: polished))
    print(found)
    print(polished)
  }
}
