import Collectives
import Diagnostics
import Documents
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
    #expect(report.rows.count == 710)
    let large = try #require(report.group(.large).errors)
    let small = try #require(report.group(.small).errors)
    #expect(large.median < 0.15)
    #expect(small.median < 0.3)
  }

  /// Each bound is the median when the constants were fitted, and a tenth of slack.
  @Test(arguments: [
    ("NVIDIA AIConfigurator perf database (NCCL)", 0.04, 0.04),
    ("AWS awsome-distributed-training nccl-tests README", 0.12, 0.18),
    ("NVIDIA dgxc-benchmarking NCCL sample output", 0.1, 0.04),
    ("Vidur network profiles", 0.34, 0.15), ("stas00 ml-engineering network chapter", 0.52, 0.08),
    ("CoreWeave nccl-tests README", 0, 0.03),
    ("MLPerf Training v4.0 preflight NCCL log (Supermicro)", 0, 0.02),
  ])
  func `no source grows worse`(source: String, small: Double, large: Double) throws {
    for (size, bound) in [(MessageClass.small, small), (.large, large)] {
      guard let group = report.bySource(size).first(where: { $0.name == source }) else {
        #expect(bound == 0)
        continue
      }
      #expect(try #require(group.errors).median < bound)
    }
  }

  @Test func `a row that NCCL does not do says so`() {
    #expect(
      report.skips.map { "\($0.count): \($0.reason)" } == [
        "4: 'moe_combine' is no collective of NCCL", "4: 'moe_dispatch' is no collective of NCCL",
        "75: no link of the catalogue is meant by ''", "2: the library 'RCCL' is not NCCL",
      ])
  }

  @Test func `a bandwidth is read as a time`() throws {
    let header = "id,hardware,num_gpus,intra_link,library,collective,size_bytes,metric,value\n"
    let row = "a,H200,8,NVLink4,NCCL,all_reduce,8000000000,busbw_GBps,350\n"
    let read = try validateCollectives(header + row)
    // 8 GB · 2 · 7/8 / 350 GB/s = 40 ms.
    let outcome = try #require(read.rows[0].outcome)
    #expect((outcome.measuredSeconds - 0.04).magnitude < 1e-12)
    #expect(outcome.device == "H200-SXM-141GB")
    #expect(outcome.algorithm == .nvls)
  }

  @Test func `the kind of a table is told by its columns`() {
    #expect(holdsCollectives("id,collective,size_bytes\n"))
    #expect(!holdsCollectives("id,model,metric\ncollective,size_bytes,\n"))
  }

  @Test func `every fault of a table has its line`() {
    let text = "id,hardware,num_gpus,collective,size_bytes,metric,value\na,H100,zero,all_reduce,8,time_us,5\n"
    #expect(throws: Diagnostics.self) { try readCollectiveMeasurements(text, file: "c.csv") }
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

  @Test(arguments: [
    ("a,H100,1,NVLink4,NCCL,all_reduce,8,time_us,5", "NCCL does not run among 1 × H100-SXM-80GB"),
    ("a,H100,8,NVLink4,NCCL,gather,8,time_us,5", "'gather' is no collective of NCCL"),
    ("a,H100,8,string,NCCL,all_reduce,8,time_us,5", "no link of the catalogue is meant by 'string'"),
    ("a,H100,8,NVLink4,NCCL,all_reduce,8,joules,5", "the metric 'joules' gives no time"),
    ("a,abacus,8,NVLink4,NCCL,all_reduce,8,time_us,5", "no accelerator of the catalogue is named 'abacus'"),
  ])
  func `a reason to skip`(row: String, reason: String) throws {
    let header = "id,hardware,num_gpus,intra_link,library,collective,size_bytes,metric,value\n"
    #expect(try validateCollectives(header + row + "\n").rows[0].skipReason?.description == reason)
  }

  @Test func `a time beyond the clock is refused`() throws {
    let header =
      "id,hardware,num_gpus,num_nodes,intra_link,inter_link,library,collective,size_bytes,metric,value\n"
    let row = "a,H100,16,2,NVLink4,1x1 b/s EFA,NCCL,alltoall,1e14,time_us,5\n"
    #expect(try validateCollectives(header + row).rows[0].outcome == nil)
  }
}
