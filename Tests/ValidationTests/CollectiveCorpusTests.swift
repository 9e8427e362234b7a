import Collectives
import TestSupport
import Testing
import Validation

/// The shipped measurements of collectives, predicted once for all tests.
private let report: CollectiveReport = {
  let text = textOfFile(packageRoot(#filePath) + "/Validation/collectives.csv") ?? ""
  return (try? validateCollectives(text)) ?? CollectiveReport(rows: [])
}()

@Suite("The shipped collectives") struct CollectiveCorpusTests {
  @Test func `large messages lie within a sixth and small ones within three tenths`() throws {
    print(report.markdown)
    #expect(report.rows.count == 710)
    let large = try #require(report.group(.large).errors)
    let small = try #require(report.group(.small).errors)
    #expect(large.median < 0.15)
    #expect(small.median < 0.3)
  }
}
