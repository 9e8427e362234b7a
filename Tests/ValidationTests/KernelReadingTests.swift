import ComputeModels
import Diagnostics
import TestSupport
import Testing
import Validation

@Suite("Reading measured kernels") struct KernelReadingTests {
  static let header =
    "id,hardware,kernel,dtype,m,n,k,batch,seq_q,seq_kv,heads,kv_heads,head_dim,causal,tp,metric,value,"
    + "metric_definition,library,source,notes"

  private func report(_ row: String) throws -> KernelReport {
    try validateKernels("\(Self.header)\n\(row)\n")
  }

  private func complaints(_ text: String) -> String {
    do {
      _ = try readKernelMeasurements(text, file: "k.csv")
      return ""
    } catch {
      return error.list.map(\.description).joined(separator: "\n")
    }
  }

  @Test func `the kind of a table is told by its columns`() {
    #expect(holdsKernels("id,kernel,k,n,m\n"))
    #expect(!holdsKernels("id,kernel,model\nm,n,k\n"))
  }

  @Test func `columns that must be there`() {
    #expect(
      complaints("id,m,n,k\n") == """
        k.csv:1:1: required key 'hardware' is missing
        k.csv:1:1: required key 'kernel' is missing
        k.csv:1:1: required key 'dtype' is missing
        k.csv:1:1: required key 'metric' is missing
        k.csv:1:1: required key 'value' is missing
        """)
  }

  @Test func `all complaints at once, each with its line and column name`() {
    let header = "id,hardware,kernel,dtype,m,metric,value"
    #expect(
      complaints(
        "\(header)\na,H100,gemm,bf16,0,time_us,fast\n,H100,gemm,,2.5,time_us,-1\na,H100,gemm,bf16,1,time_us,\n"
      )
        == """
        k.csv:2:1: value: 'fast' does not start with a number
        k.csv:2:1: m: 0 is out of range: 1 to 100000000
        k.csv:3:1: id: required key 'id' is missing
        k.csv:3:1: dtype: required key 'dtype' is missing
        k.csv:3:1: value: -1 is out of range: more than 0 and less than 10^15
        k.csv:3:1: m: expected a whole number, found '2.5'
        k.csv:4:1: value: required key 'value' is missing
        """)
  }

  @Test(arguments: [
    (
      "a,Abacus 3,gemm,bf16,1,1,1,,,,,,,,,time_us,1,,,,",
      "no accelerator of the catalogue is named 'Abacus 3'"
    ),
    ("a,H100,gemm,int3,1,1,1,,,,,,,,,time_us,1,,,,", "the number format 'int3' is not known"),
    ("a,A40,gemm,fp8,1,1,1,,,,,,,,,time_us,1,,,,", "no peak of A40 in 'fp8' is known"),
    ("a,H100,sort,bf16,1,1,1,,,,,,,,,time_us,1,,,,", "the kernel 'sort' is not modelled"),
    ("a,H100,gemm,bf16,1,1,,,,,,,,,,time_us,1,,,,", "the kernel's shape lacks m, n and k"),
    ("a,H100,gemm,bf16,1,1,1,,,,,,,,,watts,1,,,,", "the metric 'watts' gives no time"),
    ("a,H100,add,bf16,,,,,,,,,,,,time_us,1,,,,hidden 8", "the kernel's shape lacks tokens and width"),
    (
      "a,H100,attention_decode,bf16,,,,1,1,9,6,4,8,,,time_us,1,,,,",
      "the kernel's shape lacks batch, heads and their width"
    ),
    (
      "a,H100,attention_decode,bf16,,,,1,2,9,8,4,8,,,time_us,1,,,,",
      "the kernel's shape lacks one query and the length of the cache"
    ),
    (
      "a,H100,attention_prefill_fwd,bf16,,,,1,4,9,8,4,8,yes,,time_us,1,,,,",
      "the kernel's shape lacks as many queries as keys"
    ),
  ])
  func `a row that cannot be predicted says why`(row: String, reason: String) throws {
    let report = try report(row)
    #expect(report.rows[0].outcome == nil)
    #expect(report.skips.map(\.reason) == [reason])
  }

  /// 2 · 4096³ FLOPs at 500 TFLOP/s: 274.878 µs.
  @Test func `a rate is read as a time`() throws {
    let outcome = try #require(
      report("a,H100,gemm,bf16,4096,4096,4096,,,,,,,,,tflops,500,,,,").rows[0].outcome)
    #expect((outcome.measuredMicroseconds - 274.877907).magnitude < 1e-6)
    #expect(outcome.device == "H100-SXM-80GB" && outcome.format == "16-bit" && outcome.method == .flushed)
  }

  @Test(arguments: [
    ("collector latency (ms in source)", KernelMethod.collector), ("", .flushed),
    ("median profiled kernel time", .profiler), ("average kernel time; TFLOPS = 2MNK/time", .driver),
    ("maximum achievable matmul FLOPS over shape search", .search),
  ])
  func `a method is told by the definition of its metric`(definition: String, method: KernelMethod) {
    #expect(KernelMethod(definition: definition) == method)
  }

  @Test func `the feed-forward width is split and the hidden one is not`() throws {
    func time(_ kernel: String, tp: Int) throws -> Double {
      let row =
        "a,A100,\(kernel),fp16,,,,4096,,,,,,,\(tp),time_us,1,,,,of a model; hidden 4096 ffn 14336; for"
      return try #require(report(row).rows[0].outcome).predictedMicroseconds
    }
    #expect(try time("mlp_act", tp: 8) < time("mlp_act", tp: 1) / 5)
    #expect(try time("add", tp: 8) == time("add", tp: 1))
  }

  @Test func `stands any change of a real row`() {
    let text =
      "\(Self.header)\nr,H100,gemm,bf16,128,4096,512,1,,,,,,,1,time_us,9.5,collector,trtllm,s,hidden 4096 ffn 8\n"
      + "r,A100,attention_decode,bf16,,,,8,1,512,8,8,128,,,time_us,9.5,collector,trtllm,s,\n"
    var generator = SeededGenerator(seed: 23)
    for _ in 0..<500 {
      var bytes = Array(text.utf8)
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 9...126, using: &generator)
      }
      guard let report = try? validateKernels(String(decoding: bytes, as: UTF8.self)) else { continue }
      for row in report.rows { #expect(row.outcome.map { $0.predictedMicroseconds > 0 } ?? true) }
    }
  }

  @Test func `constants are written and read back`() throws {
    let factors = KernelFactors([.launch: ["all": 1.5, "hopper": 0.25], .matrixShare: ["A, fp8": 0.9]])
    #expect(try readKernelFactors(factors.commaSeparated, file: "c.csv") == factors)
    do {
      _ = try readKernelFactors("constant,scope,factor\nspeed,all,1\nlaunch,,0\n", file: "c.csv")
      Issue.record("wrong constants were read")
    } catch {
      #expect(
        error.list.map(\.description) == [
          "c.csv:2:1: constant: no constant of kernels is named 'speed'",
          "c.csv:3:1: scope: required key 'scope' is missing",
          "c.csv:3:1: factor: 0 is out of range: more than 0 and less than 10^15",
        ])
    }
  }
}
