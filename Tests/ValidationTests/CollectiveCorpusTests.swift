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

  /// The medians as they were when the constants were fitted.
  @Test(arguments: [
    ("NVIDIA AIConfigurator perf database (NCCL)", 0.031, 0.031),
    ("AWS awsome-distributed-training nccl-tests README", 0.057, 0.03),
    ("NVIDIA dgxc-benchmarking NCCL sample output", 0.068, 0.028),
    ("Vidur network profiles", 0.298, 0.129), ("stas00 ml-engineering network chapter", 0.279, 0.06),
    ("CoreWeave nccl-tests README", nil, 0.018),
    ("MLPerf Training v4.0 preflight NCCL log (Supermicro)", nil, 0.006),
  ])
  func `every source keeps its median within a tenth`(source: String, small: Double?, large: Double?) throws {
    for (size, recorded) in [(MessageClass.small, small), (.large, large)] {
      let group = report.bySource(size).first { $0.name == source }
      #expect((group == nil) == (recorded == nil))
      guard let recorded, let median = group?.errors?.median else { continue }
      // Medians are recorded to a tenth of a per cent.
      #expect((median - recorded).magnitude <= max(0.1 * recorded, 0.0006), "\(median)")
    }
  }

  @Test func `every fabric keeps within its aim`() throws {
    for (size, aim) in [(MessageClass.small, 0.3), (.large, 0.15)] {
      let fabrics = report.byFabric(size)
      #expect(fabrics.reduce(0) { $0 + $1.rowCount } == (report.group(size).errors?.count ?? 0))
      for fabric in fabrics { #expect(try #require(fabric.errors).median < aim, "\(fabric.name)") }
    }
    #expect(report.byFabric(.small).first?.name == "A100-SXM-80GB, efa-100, 2 nodes")
  }

  /// 4,294,967,296 B at 336 GB/s by seven links of eight devices, 8/14 of that for the whole buffer, after
  /// 17 + 14 · 2.1 µs: 22,416.021 µs; at 48 GB/s by the one link of two, after 17 + 2 · 2.1: 89,499.685 µs.
  @Test(arguments: [(8, 22416.0213), (2, 89499.6853)])
  func `RCCL's rows by its own model`(devices: Int, microseconds: Double) throws {
    let row = try #require(
      report.rows.first { $0.measurement.library == "RCCL" && $0.measurement.deviceCount == devices })
    let outcome = try #require(row.outcome)
    #expect(outcome.algorithm == .ring && outcome.channelProtocol == .simple)
    #expect((outcome.collectiveTime.seconds * 1e6 - microseconds).magnitude < 1e-3)
    #expect((outcome.predictedSeconds - outcome.collectiveTime.seconds - 21e-6).magnitude < 1e-9)
  }

  @Test(arguments: [
    ("nccl-tests average time per op", MeasurementMethod.backToBack), ("", .backToBack),
    ("all_reduce_bench.py busbw", .singleCall), ("median kernel time from profiler", .kernel),
  ])
  func `a method is told by the definition of its metric`(definition: String, method: MeasurementMethod) {
    #expect(MeasurementMethod(definition: definition) == method)
  }

  @Test(arguments: [
    ("A100 (DGX-A100)", "", "infiniband-hdr"), ("A100 (AWS p4de.24xlarge)", "", "efa-100"),
    ("A100 (DGX A100)", "fabric not stated", nil), ("A100", "", nil), ("A100 (DGX A1000)", "", nil),
  ])
  func `a named system has the network of its specification`(hardware: String, notes: String, link: String?)
    throws
  {
    let header =
      "id,hardware,num_gpus,num_nodes,intra_link,library,collective,size_bytes,metric,value,notes\n"
    let text = header + "a,\(hardware),16,2,NVLink3,NCCL,all_reduce,8,time_us,5,\(notes)\n"
    let row = try validateCollectives(text).rows[0]
    #expect(row.outcome?.link == link)
    #expect(
      row.skipReason?.description == (link == nil ? "the network between the nodes is not stated" : nil))
  }

  @Test func `a row that NCCL does not do says so`() {
    #expect(
      report.skips.map { "\($0.count): \($0.reason)" } == [
        "4: 'moe_combine' is no collective of NCCL", "4: 'moe_dispatch' is no collective of NCCL",
        "75: the network between the nodes is not stated",
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
    ("a,H100,8,NVLink4,oneCCL,all_reduce,8,time_us,5", "the library 'oneCCL' is neither NCCL nor RCCL"),
    ("a,H100,8,NVLink4,RCCL,all_reduce,8,time_us,5", "RCCL does not run among 8 × H100-SXM-80GB"),
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
