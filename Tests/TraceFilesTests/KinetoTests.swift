import Diagnostics
import Quantities
import TestSupport
import Testing

@testable import TraceFiles

/// A trace of two calls of `aten::mm`, a fill, a copy and an all-reduce; times in µs.
private let small = """
  {"schemaVersion": 1, "deviceProperties": [{"id": 0, "name": "NVIDIA H100 80GB HBM3", "numSms": 132}],
   "traceEvents": [
    {"ph": "X", "cat": "cpu_op", "name": "aten::mm", "pid": 1, "tid": 1, "ts": 100.000, "dur": 20.000,
     "args": {"External id": 7, "Input Dims": [[64, 32], [32, 16]],
      "Input type": ["c10::BFloat16", "c10::BFloat16"], "Concrete Inputs": ["", ""]}},
    {"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", "pid": 1, "tid": 1, "ts": 110, "dur": 2,
     "args": {"External id": 7, "correlation": 70}},
    {"ph": "X", "cat": "kernel", "name": "gemm", "pid": 0, "tid": 7, "ts": 120.000, "dur": 30.500,
     "args": {"External id": 7, "device": 0, "stream": 7, "correlation": 70}},
    {"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", "pid": 1, "tid": 1, "ts": 113, "dur": 2,
     "args": {"External id": 7, "correlation": 71}},
    {"ph": "X", "cat": "kernel", "name": "splitKreduce", "pid": 0, "tid": 7, "ts": 151.750, "dur": 4,
     "args": {"device": 0, "stream": 7, "correlation": 71}},
    {"ph": "X", "cat": "kernel", "name": "of a graph", "pid": 0, "tid": 7, "ts": 400, "dur": 9,
     "args": {"device": 0, "stream": 7, "correlation": 99}},
    {"ph": "X", "cat": "gpu_memset", "name": "Memset (Device)", "ts": 500, "dur": 3,
     "args": {"device": 0, "stream": 7, "bytes": 4096}},
    {"ph": "X", "cat": "gpu_memcpy", "name": "Memcpy DtoD (Device -> Device)", "ts": 510, "dur": 3,
     "args": {"device": 0, "stream": 7, "bytes": 8192}},
    {"ph": "X", "cat": "gpu_memcpy", "name": "Memcpy HtoD (Pinned -> Device)", "ts": 520, "dur": 3,
     "args": {"device": 0, "stream": 7, "bytes": 8192}},
    {"ph": "X", "cat": "kernel", "name": "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "ts": 600, "dur": 50,
     "args": {"device": 0, "stream": 20, "Collective name": "allreduce", "In msg nelems": 1024,
      "Out msg nelems": 1024, "Group size": 4, "dtype": "BFloat16", "Process Group Ranks": "[0, 1, 2, 3]"}},
    {"ph": "i", "name": "Record Window End", "pid": "", "tid": "", "ts": 700}
   ], "traceName": "small.json"}
  """

private func read(_ text: String) throws(Diagnostics) -> KinetoTrace {
  try readKinetoTrace(Array(text.utf8), file: "trace.json")
}

@Suite("Traces of PyTorch's profiler") struct KinetoTests {
  @Test func `kernels belong to the operators that started them`() throws {
    let trace = try read(small)
    #expect(trace.deviceNames == [0: "NVIDIA H100 80GB HBM3"])
    let call = try #require(trace.operators.first)
    #expect(trace.operators.count == 1 && call.name == "aten::mm")
    // The second has no id of its own: its launch has.
    #expect(call.kernels.map(\.name) == ["gemm", "splitKreduce"])
    #expect(call.duration == .microseconds(34.5))
    #expect(call.inputs.map(\.dimensions) == [[64, 32], [32, 16]])
    #expect(call.inputs.map(\.type) == ["c10::BFloat16", "c10::BFloat16"])
    #expect(trace.strayKernels.map(\.name) == ["of a graph"])
    #expect(trace.copies.map(\.bytes) == [4096, 8192] && trace.copies.map(\.isFill) == [true, false])
  }

  /// Only the reduction was launched before the kernel in front of it had ended.
  @Test func `a gap counts where the next kernel was waiting`() throws {
    #expect(try read(small).gap == .microseconds(1.25))
  }

  @Test func `collectives state their group`() throws {
    let collective = try #require(try read(small).collectives.first)
    #expect(collective.name == "allreduce" && collective.rankCount == 4 && collective.ranks == [0, 1, 2, 3])
    #expect(collective.elementsIn == 1024 && collective.duration == .microseconds(50))
    let shortened = small.replacing("[0, 1, 2, 3]", with: "[0, 1, ..., 3]")
    #expect(try read(shortened).collectives.first?.ranks == [0, 1, 3])
    // Older traces have the kernel and nothing of what it moved.
    let older = try read(small.replacing("\"Collective name\": \"allreduce\", ", with: ""))
    #expect(older.collectives.isEmpty && older.unreadCollectives == 1)
  }

  @Test func `times of what nobody asks for may be anything`() throws {
    let odd = """
      {"ph": "M", "name": "process_name", "ts": "x", "args": {"blocks": NaN}}, {"ph": "X", "cat": "python_function",
       "ts": 1, "dur": -0.5}, {"ph": "X", "cat": "overhead", "ts": null}, {"ph": "i", "name": "Record Window End"
      """
    #expect(
      try read(small.replacing("{\"ph\": \"i\", \"name\": \"Record Window End\"", with: odd)) == read(small))
  }

  @Test func `are told from other files`() {
    for text in [small, "[\n{\"ph\": \"X\"}]", "{\"schemaVersion\": 1, \"deviceProperties\": []}"] {
      #expect(holdsKinetoTrace(Array(text.utf8)))
    }
    for text in ["", "[1, 2]", "{\"results\": []}", "id,source\n"] {
      #expect(!holdsKinetoTrace(Array(text.utf8)))
    }
  }

  @Test func `copies of more than any device holds are none`() throws {
    let huge = small.replacing("\"bytes\": 8192", with: "\"bytes\": 9223372036854775807")
    #expect(try read(huge).copies.map(\.bytes) == [4096])
  }

  /// Names of 2021, and the events alone.
  @Test func `older traces read the same`() throws {
    let older = small.replacing("\"cpu_op\"", with: "\"Operator\"").replacing(
      "\"kernel\"", with: "\"Kernel\""
    )
    .replacing("\"cuda_runtime\"", with: "\"Runtime\"").replacing("External id", with: "external id")
    #expect(try read(older) == read(small))
    let start = try #require(small.firstRange(of: "\"traceEvents\": ")).upperBound
    let end = try #require(small.firstRange(of: ", \"traceName\"")).lowerBound
    var alone = try read(String(small[start..<end]))
    alone.deviceNames = [0: "NVIDIA H100 80GB HBM3"]
    #expect(try alone == read(small))
  }

  /// µs since 1970 have 0.25 µs between two numbers of 64 bits.
  @Test func `nanoseconds survive beside the years`() throws {
    let late = small.replacing("\"ts\": 120.000", with: "\"ts\": 1775078550000120.000")
      .replacing("\"ts\": 151.750", with: "\"ts\": 1775078550000151.750")
      .replacing("\"ts\": 110", with: "\"ts\": 1775078550000110.001")
      .replacing("\"ts\": 113", with: "\"ts\": 1775078550000113.001")
    #expect(try read(late).gap == .microseconds(1.25))
  }

  @Test(arguments: [
    ("", "trace.json:1:1: the text ends early: a value is expected"),
    ("{}", "trace.json:1:1: required key 'traceEvents' is missing"),
    (
      "{\"traceEvents\": []}",
      "trace.json:1:1: the trace has no kernels of a device\n  mend: profile with "
        + "activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA] and record_shapes=True"
    ),
    ("{\"traceEvents\": 3}", "trace.json:1:17: a list is expected"),
    (
      "{\"traceEvents\": [\n{\"cat\": \"kernel\", \"ph\": \"X\", \"ts\": \"soon\"}]}",
      "trace.json:2:36: 'soon' does not start with a number\n  mend: times are microseconds"
    ),
    (
      "{\"traceEvents\": [\n{\"ph\": \"X\", \"cat\": \"kernel\", \"dur\": -1}]}",
      "trace.json:2:36: a duration below 0 is out of range: 0 us and more"
    ),
    (
      "[{\"ph\": \"X\", \"cat\": \"kernel\", \"ts\": 1e9}]",
      "trace.json:1:37: a time is too large, or has an exponent\n  mend: times are microseconds"
    ),
    ("{\"traceEvents\": [1 2]}", "trace.json:1:20: ',' or ']' is expected"),
    ("[] []", "trace.json:1:4: the text should end here"),
    ("{\"a\": \"\\x\"}", "trace.json:1:9: '\\' is followed by no escape of JSON"),
    ("{\"a\": tru}", "trace.json:1:7: a value is expected"),
    ("{\"a\": 01}", "trace.json:1:9: a number is expected"),
  ])
  func `say what is wrong and where`(text: String, message: String) {
    do throws(Diagnostics) {
      _ = try read(text)
      Issue.record("it is accepted")
    } catch {
      #expect("\(error)" == message)
    }
  }

  @Test(arguments: 0..<40)
  func `mutated traces are read or refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      do throws(Diagnostics) {
        let trace = try readKinetoTrace(random.mutated(small), file: "trace.json")
        #expect(trace.kernels.count + trace.collectives.count <= 5)
      } catch {
        #expect(!error.isEmpty && error.list.allSatisfy { $0.location.file == "trace.json" })
      }
    }
  }

  @Test func `nesting ends in an error`() {
    let deep = "{\"traceEvents\": " + String(repeating: "[", count: 100_000)
    #expect(throws: Diagnostics.self) { try read(deep) }
  }
}
