import TestSupport
import Testing

@testable import Validation

@Suite("Runs beside their scenarios") struct MeasuredRunReportTests {
  private static let header =
    "id,config_id,source,hardware,gpus_per_node,num_gpus,model,arch,layers,hidden,heads,vocab,seq_len,micro_batch,"
    + "global_batch,dtype,recompute,task,metric,value,unit\n"

  private static func run(_ id: String, _ source: String, _ metric: String, _ value: String) -> String {
    "\(id),one,\(source),A100,8,8,toy,decoder,2,256,4,1000,128,2,16,bf16,none,pretrain,\(metric),\(value),GiB\n"
  }

  @Test func `figures of a run share its scenario, and each is grouped by source and kind`() throws {
    let corpus =
      Self.header + Self.run("a", "A suite v9 results (One)", "step_time_s", "1")
      + Self.run("b", "A suite v9 results (Two)", "samples_per_s", "16")
      + Self.run("c", "A suite v9 results (Two)", "peak_memory_per_gpu", "4")
      + Self.run("d", "A suite v9 results (Two)", "fits_in_memory", "0")
      + Self.run("e", "A suite v9 results (Two)", "joy", "4")
    let report = try validateRuns(corpus, threads: 2)
    #expect(report.rows.map(\.scenario).allSatisfy { $0 == report.rows[0].scenario })
    // A step of 16 samples in 1 s and 16 samples a second are the same speed.
    #expect(agree(try #require(report.rows[0].error), try #require(report.rows[1].error)))
    let groups = report.groups
    #expect(groups.map(\.source) == Array(repeating: "A suite v9", count: 3))
    #expect(groups.map(\.kind) == ["speed", "memory", "fit"])
    #expect(groups.map(\.rowCount) == [3, 1, 1])
    #expect(groups.map { $0.errors?.count } == [2, 1, nil])
    // The run fits by the model, and the row says that it does not.
    #expect(groups[2].fitCount?.predicted == 1)
    #expect(groups[2].fitCount?.right == 0)
    #expect(report.skips.map(\.reason) == ["the figure 'joy' is not predicted"])
    #expect(report.worst(1).count == 1)
  }

  @Test func `a filter keeps the rows that it names`() throws {
    let corpus =
      Self.header + Self.run("a", "Alpha tables", "step_time_s", "1")
      + Self.run("b", "Alpha tables", "peak_memory_per_gpu", "4") + Self.run("c", "Beta", "step_time_s", "1")
    func kept(_ filter: RowFilter) throws -> [String] {
      try validateRuns(corpus, filter: filter).rows.map(\.measurement.id)
    }
    #expect(try kept(.all) == ["a", "b", "c"])
    #expect(try kept(RowFilter(source: "alpha")) == ["a", "b"])
    #expect(try kept(RowFilter(source: "alpha", metric: "step_time_s")) == ["a"])
    #expect(try kept(RowFilter(run: "on")) == ["a", "b", "c"])
    #expect(try kept(RowFilter(run: "two")).isEmpty)
  }

  @Test func `a wrong verdict is among the worst rows`() throws {
    let corpus =
      Self.header + Self.run("a", "X", "fits_in_memory", "0") + Self.run("b", "X", "fits_in_memory", "1")
    let report = try validateRuns(corpus)
    #expect(report.worst(9).map(\.measurement.id) == ["a"])
    #expect(report.rows.map(\.isWrongVerdict) == [true, false])
  }

  @Test func `threads change nothing`() throws {
    let corpus =
      Self.header + Self.run("a", "X", "step_time_s", "1") + Self.run("b", "Y", "samples_per_s", "9")
    #expect(try validateRuns(corpus, threads: 1).markdown == validateRuns(corpus, threads: 3).markdown)
  }

  @Test func `what the simulator refuses is said in its own words`() throws {
    let row = "a,one,X,A100,8,8,toy,decoder,2,256,4,1000,128,2,16,fp8,none,lora,step_time_s,1,\n"
    let report = try validateRuns(Self.header + row)
    #expect(report.rows[0].scenario != nil)
    #expect(report.rows[0].skipReason == .refused("A100-SXM-80GB has no fp8 arithmetic"))
  }
}
