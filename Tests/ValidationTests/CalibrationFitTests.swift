import Catalogues
import Collectives
import Hardware
import TestSupport
import Testing
import Validation

/// The shipped measurements of collectives, predicted once for all tests.
private let report: CollectiveReport = {
  let text = textOfFile(packageRoot(#filePath) + "/Validation/collectives.csv") ?? ""
  return (try? validateCollectives(text)) ?? CollectiveReport(rows: [])
}()

@Suite("Fitting NCCL's constants") struct CalibrationFitTests {
  @Test(arguments: [
    (NCCLGeneration.ampere, 72), (.hopper, 135), (.blackwell, 72),
  ])
  func `the shipped constants are found again from NCCL's own`(
    generation: NCCLGeneration, rowCount: Int
  ) throws {
    let fit = CalibrationFit(generation, to: report) { $0.isFitted }
    #expect(fit.rowCount == rowCount)
    let shipped = try #require(NCCLCalibration.measured(generation))
    let found = fit.loss(of: try #require(fit.fitted()))
    #expect(found < 1.05 * fit.loss(of: shipped))
    #expect(fit.loss(of: shipped) < 1.08 * found)
    #expect(found < fit.loss(of: .tables(generation)) / 2)
    // Nor does the search leave them when it starts there.
    #expect(fit.fitted(from: shipped).loss > 0.97 * fit.loss(of: shipped))
  }

  @Test func `times made by known constants give them back`() throws {
    // Sixteen sizes among 2, 4 and 8 A100, timed by the shipped constants themselves.
    let header =
      "id,source,hardware,num_gpus,num_nodes,intra_link,library,library_version,collective,size_bytes,metric,value\n"
    func rows(_ time: (Int, Int) -> Double) -> String {
      header
        + [2, 4, 8].flatMap { ranks in
          (9..<30).map { power in
            "r,s,NVIDIA A100 SXM 80GB,\(ranks),1,NVLink3,NCCL,2.27,all_gather,\(1 << power),time_us,\(time(ranks, power))\n"
          }
        }.joined()
    }
    let predicted = try validateCollectives(rows { _, _ in 1 })
    let times = Dictionary(
      uniqueKeysWithValues: predicted.rows.map { row in
        (
          "\(row.measurement.deviceCount) \(row.measurement.size?.bytes ?? 0)",
          row.outcome?.predictedSeconds ?? 0
        )
      })
    let exact = try validateCollectives(rows { ranks, power in (times["\(ranks) \(1 << power)"] ?? 0) * 1e6 })
    let fit = CalibrationFit(.ampere, to: exact) { _ in true }
    #expect(fit.rowCount == 63)
    let shipped = try #require(NCCLCalibration.measured(.ampere))
    #expect(fit.loss(of: shipped) < 1e-6)
    let found = try #require(fit.fitted())
    #expect(fit.loss(of: found) < 0.02)
    #expect((found.baseLatency[0] / shipped.baseLatency[0] - 1).magnitude < 0.05)
    #expect((found.shareSimple / shipped.shareSimple - 1).magnitude < 0.05)
    #expect(found == fit.fitted())
  }

  @Test(arguments: MeasurementMethod.allCases)
  func `what a method adds is found again`(method: MeasurementMethod) throws {
    #expect(try #require(OverheadFit.method(method, in: report)).microseconds == method.measuredOverhead)
    #expect(OverheadFit.method(method, in: CollectiveReport(rows: [])) == nil)
  }

  @Test func `what a message costs is found again`() throws {
    let cost = try #require(OverheadFit.message(in: report))
    let shipped = try Catalogue.bundled.link(named: "EFA").link.messageCost
    #expect(cost.microseconds / 1e6 == shipped?.overhead.seconds)
    #expect(OverheadFit.message(in: CollectiveReport(rows: [])) == nil)
  }

  @Test func `no rows give no constants`() {
    let fit = CalibrationFit(.volta, to: report) { _ in true }
    #expect(fit.rowCount == 0)
    #expect(fit.fitted() == nil)
    #expect(fit.loss(of: .tables(.volta)) == 0)
  }
}

@Suite("Sources left out") struct LeaveOneOutTests {
  @Test func `a source that was not fitted leaves the constants`() {
    let source = "NVIDIA dgxc-benchmarking NCCL sample output"
    #expect(CollectiveConstants(fittedTo: report, without: source) == .shipped)
  }

  @Test func `what one source alone measures goes with it`() {
    let network = CollectiveConstants(
      fittedTo: report, without: "AWS awsome-distributed-training nccl-tests README")
    #expect(!network.countsMessages && network.hasAllToAll)
    let profiles = CollectiveConstants(fittedTo: report, without: "Vidur network profiles")
    #expect(profiles.overheads == [0, MeasurementMethod.singleCall.measuredOverhead, 0])
    let scripts = CollectiveConstants(fittedTo: report, without: "stas00 ml-engineering network chapter")
    #expect(scripts.overheads == [0, 0, MeasurementMethod.kernel.measuredOverhead])
  }

  @Test func `the fitted source is predicted by the others`() throws {
    let source = "NVIDIA AIConfigurator perf database (NCCL)"
    let constants = CollectiveConstants(fittedTo: report, without: source)
    #expect(!constants.hasAllToAll && constants.countsMessages)
    // Nothing else measures Blackwell by nccl-tests, so NCCL's own constants are left.
    #expect(constants.calibrations[NCCLGeneration.blackwell.rawValue] == .tables(.blackwell))
    #expect(constants.calibrations[NCCLGeneration.volta.rawValue] == nil)
    let hopper = try #require(constants.calibrations[NCCLGeneration.hopper.rawValue])
    let fit = CalibrationFit(.hopper, to: report) { $0.source != source }
    #expect(fit.loss(of: hopper) < fit.loss(of: .tables(.hopper)))
  }

  @Test func `every row keeps its place`() throws {
    let text = try #require(textOfFile(packageRoot(#filePath) + "/Validation/collectives.csv"))
    let without = try validateCollectivesLeavingOut(text)
    #expect(without.rows.map(\.measurement) == report.rows.map(\.measurement))
    #expect(without.skips.contains { $0.reason == "no other source measures 'alltoall'" && $0.count == 101 })
    // Medians of the rows that took no part, 1 MiB and above within a tenth.
    #expect(try #require(without.group(.large).errors).median < 0.1)
    #expect(try #require(without.group(.large).errors).percentile90 < 0.3)
    #expect(try #require(without.group(.small).errors).median < 0.27)
  }
}
