import CollectiveStudies
import Collectives
import Diagnostics
import Quantities
import TestSupport
import Testing

/// As nccl-tests 2.17 prints it, with the log of a launcher in between.
private let printed = """
  mpirun: some warning
  # nccl-tests version 2.17.6 nccl-headers=22803 nccl-library=22803
  # Collective test starting: ./build/all_reduce_perf
  # nThread 1 nGpus 1 minBytes 8 maxBytes 64 step: 2(factor) warmup iters: 1 iters: 20 agg iters: 1 validation: 1 graph: 0 unalign: 0
  #
  # Using devices
  #  Rank  0 Group  0 Pid   6899 on     node-a device  0 [0000:04:00] NVIDIA H100 80GB HBM3
  #  Rank  1 Group  0 Pid   6900 on     node-b device  0 [0000:05:00] NVIDIA H100 80GB HBM3
  #
  #                                                              out-of-place                       in-place
  #       size         count      type   redop    root     time   algbw   busbw  #wrong     time   algbw   busbw  #wrong
  #        (B)    (elements)                               (us)  (GB/s)  (GB/s)             (us)  (GB/s)  (GB/s)
             0             0     float     sum      -1    12.10    0.00    0.00       0    12.00    0.00    0.00       0
             8             2     float     sum      -1    13.67    0.00    0.00       0    13.50    0.00    0.00     N/A
  node-a:6899:6899 [0] NCCL INFO something
            16             4     float     sum      -1  12646.0    0.00    0.00       0      N/A     N/A     N/A     N/A
  # Out of bounds values : 0 OK
  # Avg bus bandwidth    : 70.742
  #
  # Collective test concluded: all_reduce_perf
  """

/// As nccl-tests before 2.10 printed an all-gather: fewer columns, devices without groups.
private let older = """
  # nThread 1 nGpus 2 minBytes 64 maxBytes 64 step: 1048576(bytes) warmup iters: 5 iters: 20 validation: 1
  #
  # Using devices
  #   Rank  0 Pid  12 on  box device  0 [0x07] Tesla V100-SXM2-32GB
  #   Rank  1 Pid  12 on  box device  1 [0x0a] Tesla V100-SXM2-32GB
  #
  #                                             out-of-place                       in-place
  #       size         count    type     time   algbw   busbw  error     time   algbw   busbw  error
  #        (B)    (elements)             (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)
            64             8   float     9.87    0.01    0.00  0e+00     9.51    0.01    0.00  0e+00
  """

/// As `-J` writes it.
private let document = """
  {"version":2,"start_time":"2026-01-01 00:00:00","args":["\\/opt\\/nccl-tests\\/reduce_scatter_perf","-b","8"],
  "env":["HOME=\\/root"],"nccl_version":22803,"config":{"nthreads":1,"ngpus":4,"minimum_bytes":8,
  "devices":[{"rank":0,"group":0,"pid":1,"hostname":"a","device":0,"device_hex":"0000:04:00","device_info":"NVIDIA B200"}]},
  "results":[{"size":1024,"count":64,"type":"float","redop":"sum","root":"    -1",
  "out_of_place":{"time":11.250000,"alg_bw":0.09,"bus_bw":0.07,"nwrong":0.000000},
  "in_place":{"time":10.500000,"alg_bw":0.09,"bus_bw":0.07,"nwrong":null},"actual_iterations":20,"experiment_name":"x"}],
  "out_of_bounds":{"count":0,"okay":"true"},"average_bus_bandwidth":{"bandwidth":0.07,"okay":"unchecked"}}
  """

@Suite("Reading nccl-tests") struct MeasuredReadingTests {
  @Test func `takes the printed table`() throws {
    let measured = try readMeasuredCollectives(printed, file: "log")
    #expect(
      measured
        == MeasuredCollectives(
          file: "log", kind: .allReduce, rankCount: 2, nodeCount: 2, device: "NVIDIA H100 80GB HBM3",
          averageBusBandwidth: 70.742,
          rows: [
            .init(bytes: ByteCount(8), outOfPlace: .microseconds(13.67), inPlace: .microseconds(13.5)),
            .init(bytes: ByteCount(16), outOfPlace: .microseconds(12646)),
          ]))
  }

  @Test func `takes the layout of older versions, which name no collective`() throws {
    let measured = try readMeasuredCollectives(older, file: "log")
    #expect(measured.kind == nil)
    #expect(measured.rankCount == 2 && measured.nodeCount == 1)
    #expect(measured.device == "Tesla V100-SXM2-32GB")
    #expect(
      measured.rows == [
        .init(bytes: ByteCount(64), outOfPlace: .microseconds(9.87), inPlace: .microseconds(9.51))
      ])
  }

  @Test func `takes rows without any header`() throws {
    let rows = printed.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\r\n")
    let measured = try readMeasuredCollectives(rows, file: "log")
    #expect(measured.kind == nil && measured.rankCount == nil && measured.rows.count == 2)
  }

  @Test func `takes the JSON file`() throws {
    let measured = try readMeasuredCollectives(document, file: "j")
    // One process lists its own devices: four ranks, on nodes that are not known.
    #expect(
      measured
        == MeasuredCollectives(
          file: "j", kind: .reduceScatter, rankCount: 4, nodeCount: nil, device: "NVIDIA B200",
          averageBusBandwidth: 0.07,
          rows: [
            .init(bytes: ByteCount(1024), outOfPlace: .microseconds(11.25), inPlace: .microseconds(10.5))
          ]))
  }

  @Test(arguments: [
    ("nothing here", "log: the file has no rows of nccl-tests, which begin with a size"),
    ("0 0 float sum -1 1 0 0 0 1 0 0 0", "log: every row has the size 0"),
    (
      "8 2 float sum -1 9.1",
      "log:1:1: a row has 13 columns, from 'size' to '#wrong', not 6\n"
        + "  mend: keep the whole line, and the header above it"
    ),
    ("8 2 float sum -1 fast 0 0 0 1 0 0 0", "log:1:18: 'fast' does not start with a number"),
    (
      "8 2 float sum -1 0.00 0 0 0 1 0 0 0",
      "log:1:18: 0.00 is out of range: a time of 0.001 to 86400000000 us"
    ),
    (
      "8 2 float sum -1 1 0 0 0 nan 0 0 0", "log:1:26: nan is out of range: a time of 0.001 to 86400000000 us"
    ),
    (
      "99999999999999999999 2 float sum -1 1 0 0 0 1 0 0 0",
      "log:1:1: 99999999999999999999 is out of range: 0 to 10^18 bytes"
    ),
    (
      "8 2 float sum -1 1 0 0 3 1 0 0 0",
      "log:1:24: the run found 3 wrong values, so its times are not those of a working collective"
    ),
    (
      "# Collective test starting: hypercube_perf\n8 2 float sum -1 1 0 0 0 1 0 0 0",
      "log: 'hypercube_perf' measures no collective that is simulated\n  mend: measure one of all_reduce, "
        + "reduce_scatter, all_gather, broadcast, reduce, gather, scatter, all_to_all, send_receive"
    ),
    ("{\"args\": []}", "log:1:1: required key 'results' is missing"),
    (
      "{\"results\": [{\"size\": 8, \"out_of_place\": {\"time\": 1, \"nwrong\": 2}}]}",
      "log:1:42: results[0].out_of_place: the run found 2 wrong values, so its times are not those of a "
        + "working collective"
    ),
  ])
  func `says what is wrong and where`(text: String, message: String) {
    #expect(refusal { try readMeasuredCollectives(text, file: "log") } == message)
  }

  @Test(arguments: 0..<40)
  func `mutated files are read or refused`(seed: Int) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let source = [printed, older, document].randomElement(using: &random)!
      let text = String(decoding: random.mutated(source), as: UTF8.self)
      do throws(Diagnostics) {
        let measured = try readMeasuredCollectives(text, file: "log")
        #expect(!measured.rows.isEmpty)
        _ = measured.calibration(kind: .allReduce, rankCount: 2, nodeCount: 1, device: "d")
      } catch {
        #expect(!error.isEmpty && error.list.allSatisfy { $0.location.file == "log" })
      }
    }
  }
}
