import Documents
import TestSupport
import Testing

@testable import Validation

/// The data-parallel rows of the shipped corpus, predicted once for all tests.
private let report: MeasuredRunReport = {
  let text = textOfFile(packageRoot(#filePath) + "/Validation/training/throughput.csv") ?? ""
  var rows: [MeasuredRunRow] = []
  for source in ["DeepLearningExamples", "DLPerf benchmark"] {
    let report = try? validateRuns(text, filter: RowFilter(source: source), threads: 2)
    rows += report?.rows ?? []
  }
  return MeasuredRunReport(rows: rows)
}()

@Suite("The shipped corpus") struct CorpusTests {
  /// Each bound is the median when the constants were fitted, and a tenth of slack.
  @Test(arguments: [
    ("NVIDIA DeepLearningExamples PyTorch/Classification/ConvNets/resnet50v1.5", 0.175),
    ("NVIDIA DeepLearningExamples PyTorch/LanguageModeling/BERT", 0.08),
    ("NVIDIA DeepLearningExamples TensorFlow2/LanguageModeling/BERT", 0.13),
    ("OneFlow DLPerf benchmark report v1.0 (2020-10)", 0.13),
  ])
  func `no source grows worse`(source: String, bound: Double) throws {
    let group = try #require(report.groups.first { $0.source == source })
    #expect(try #require(group.errors).median < bound)
  }

  @Test func `measured runs fit in memory`() throws {
    var seen: Set<String> = []
    for row in report.rows where row.predicted != nil {
      guard let scenario = row.scenario, seen.insert(scenario.yaml()).inserted else { continue }
      #expect(
        try predict(scenario, catalogue: .bundled, memory: true).fits, "\(row.measurement.configuration)")
    }
  }

  @Test func `every row is in the document and in the table`() throws {
    let table = try parseCommaSeparatedTable(report.commaSeparated, file: "report.csv")
    #expect(table.rows.count == report.rows.count)
    guard case .list(let rows) = report.document["rows"] else {
      Issue.record("the document has no rows")
      return
    }
    #expect(rows.count == report.rows.count)
  }
}
