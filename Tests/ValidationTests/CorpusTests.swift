import Documents
import TestSupport
import Testing
import Validation

/// The shipped corpus, predicted once for all tests.
private let report: ValidationReport = {
  let text = textOfFile(packageRoot(#filePath) + "/Validation/data-parallel-training.csv") ?? ""
  guard let report = try? validate(text, file: "data-parallel-training.csv", threads: 2) else {
    return ValidationReport(rows: [])
  }
  return report
}()

@Suite("The shipped corpus") struct CorpusTests {
  @Test func `half of the rows lie within a fifth of the measurement`() throws {
    print(report.markdown)
    let errors = try #require(report.overall.errors)
    #expect(report.rows.count == 164)
    #expect(errors.count == 164)
    #expect(errors.median < 0.2)
    #expect(errors.bias.magnitude < 0.1)
  }

  /// Each bound is the median when the constants were fitted, and a tenth of slack.
  @Test(arguments: [
    ("NVIDIA DeepLearningExamples PyTorch/Classification/ConvNets/resnet50v1.5", 0.16),
    ("NVIDIA DeepLearningExamples PyTorch/LanguageModeling/BERT", 0.08),
    ("NVIDIA DeepLearningExamples TensorFlow2/LanguageModeling/BERT", 0.13),
    ("OneFlow DLPerf benchmark report v1.0 (2020-10)", 0.13),
  ])
  func `no source grows worse`(source: String, bound: Double) throws {
    let group = try #require(report.bySource.first { $0.name == source })
    #expect(try #require(group.errors).median < bound)
  }

  @Test func `measured runs fit in memory`() {
    #expect(report.rows.allSatisfy { $0.prediction?.fits != false })
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

  @Test func `threads do not change the report`() throws {
    let rows = report.rows.prefix(12).map(\.measurement.id)
    let text = try #require(textOfFile(packageRoot(#filePath) + "/Validation/data-parallel-training.csv"))
    let part = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(13).joined(
      separator: "\n")
    let one = try validate(part, threads: 1)
    #expect(one.rows.map(\.measurement.id) == rows)
    #expect(one.rows.map(\.error) == report.rows.prefix(12).map(\.error))
  }

  @Test func `the reference page is the reports`() throws {
    let text = try #require(textOfFile(packageRoot(#filePath) + "/Validation/collectives.csv"))
    let collectives = try validateCollectives(text)
    let page = validationReference(
      report, collectives, leavingOut: try validateCollectivesLeavingOut(text))
    #expect(
      fileHolds(page, packageRoot(#filePath) + "/docs/reference/validation.md"),
      "record it again with REHEARSE_RECORD=1")
  }
}
