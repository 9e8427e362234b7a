import ComputeModels
import Diagnostics
import Documents
import TestSupport
import Testing

@testable import Validation

private let table = textOfFile(packageRoot(#filePath) + "/Validation/kernels.csv") ?? ""

/// The shipped measurements of kernels, predicted once for all tests.
private let report = (try? validateKernels(table)) ?? KernelReport(rows: [])

@Suite("The shipped kernels") struct KernelCorpusTests {
  @Test func `products and attention lie within the aim`() throws {
    #expect(report.rows.count == 2255)
    #expect(report.skips.isEmpty)
    let errors = try #require(report.overall.fitted)
    #expect(errors.count == 2087)
    #expect(errors.median < 0.08)
    #expect(errors.percentile90 < 0.2)
  }

  /// The medians as they were when the constants were fitted.
  @Test(arguments: [
    ("source", "Baidu DeepBench V100 training results", 0.057),
    ("source", "DeepGEMM README (first release)", 0.068),
    ("source", "NVIDIA AIConfigurator perf database (GEMM)", 0.036),
    ("source", "NVIDIA AIConfigurator perf database (context attention)", 0.02),
    ("source", "NVIDIA AIConfigurator perf database (generation attention)", 0.055),
    ("source", "Vidur attention profiles", 0.057),
    ("source", "Vidur compute profiles", 0.055), ("source", "stas00 ml-engineering MAMF table", 0.025),
    ("kernel", "gemm", 0.037), ("kernel", "mlp_act", 0.084), ("kernel", "input_layernorm", 0.119),
    ("kernel", "add", 0.138), ("device", "GB200-186GB, fp4", 0.03), ("device", "L40S, fp8", 0.049),
  ])
  func `every group keeps its median within a tenth`(title: String, name: String, recorded: Double) throws {
    let groups = try #require(report.sections.first { $0.title == title }).groups
    let median = try #require(groups.first { $0.name == name }?.fitted).median
    // Medians are recorded to a tenth of a per cent.
    #expect(median < 1.1 * recorded + 0.0005, "\(median)")
  }

  @Test func `a fit reaches what is shipped`() throws {
    let calibration = try calibrateKernels([CorpusFile(name: "kernels.csv", text: table)])
    let (shipped, fitted) = (
      try #require(report.overall.fitted), try #require(calibration.report.overall.fitted)
    )
    #expect((fitted.median - shipped.median).magnitude < 0.002)
    #expect((fitted.percentile90 - shipped.percentile90).magnitude < 0.004)
    // By constants that the sources took no part in.
    let leftOut = try #require(calibration.report.overall.leftOut)
    #expect(leftOut.count == 2087)
    #expect(leftOut.median < 1.1 * 0.0773)
    #expect(leftOut.percentile90 < 1.1 * 0.2055)
  }

  /// The collectors were mended with the version that measures keys and values.
  @Test(arguments: [
    ("trtllm 1.0.0", true), ("trtllm 1.2.0rc5", true), ("trtllm 1.3.0rc20", false), ("trtllm 2.0", false),
    ("trtllm", false), ("FlashInfer (paged, block 16)", false),
  ])
  func `caches of keys alone are those of old collectors`(library: String, readsKeysTwice: Bool) {
    #expect(KernelLibrary(library).readsKeysTwice == readsKeysTwice)
  }

  @Test func `every row is in the document and in the table`() throws {
    let table = try parseCommaSeparatedTable(report.commaSeparated, file: "report.csv")
    #expect(table.rows.count == report.rows.count)
    guard case .list(let rows) = report.document["rows"] else {
      Issue.record("the document has no rows")
      return
    }
    #expect(rows.count == report.rows.count)
    #expect(report.markdown.hasPrefix("| kernels | rows | predicted |"))
  }
}
