import Glibc
import Rehearsal

/// A data-parallel job of GPT-2 large with every compute operator of every rank an event, and unfolded every message.
///
/// Prints events per second, CPU time and peak memory of whole runs beside their aims, and checks that
/// what is folded and what is not give one answer. Exits with 1 where the answers differ.
@main struct StepBenchmark {
  static func main() throws {
    print("GPT-2 large, 8 sequences of 1,024 tokens a rank, bf16, 10 steps (release build, one thread)\n")
    print("   ranks  folding      events   CPU seconds   M events/s   peak MiB   step")
    var agreed = true
    for (nodes, foldings) in [(8, [Folding.on, .ranks, .off]), (128, [.on, .ranks]), (1024, [.on])] {
      var answers: Set<SimTime> = []
      for folding in foldings {
        let job = try job(nodes: nodes, folding: folding)
        let start = cpuSeconds()
        let result = try simulate(job)
        report(result, folding, seconds: cpuSeconds() - start)
        answers.insert(result.execution.endTime)
        if folding == .ranks, result.closedFormSeconds.map({ 10 * ticks($0) }) != ticks(result.totalSeconds) {
          agreed = false
        }
      }
      if answers.count != 1 { agreed = false }
    }
    print("\naim: 1,024 ranks with folding 'ranks' in under 2 s of CPU and 1,024 MiB")
    print(agreed ? "folded, unfolded and closed form agree to the tick" : "ANSWERS DIFFER")
    if !agreed { exit(1) }
  }

  /// Seconds as the clock counts them.
  private static func ticks(_ seconds: Double) -> Int64 { SimDuration(seconds: seconds).ticks }

  private static func job(nodes: Int, folding: Folding) throws -> TrainingJob {
    let scenario = try readScenario(
      text: """
        name: benchmark
        model: gpt2-large
        cluster:
          {accelerator: A100-SXM-80GB, nodes: \(nodes), accelerators_per_node: 8,
           fabric: {kind: switch, nic: 200 GB/s}, collectives: {all_reduce: hierarchical}}
        training: {sequence_length: 1024, micro_batch: 8, steps: 10}
        # The closed form knows collectives that take nothing from computation.
        simulation: {interference: {inside_node: 0, between_nodes: 0}}
        """, file: "benchmark")
    let resolver = Resolver { path throws(Diagnostics) in
      throw Diagnostics(Diagnostic(.unreadable(path: path, reason: "no files here"), at: .init(file: path)))
    }
    var job = try resolver.job(for: scenario)
    job.folding = folding
    return job
  }

  private static func report(_ result: TrainingResult, _ folding: Folding, seconds: Double) {
    func cell(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func fixed(_ value: Double, _ decimals: Double) -> String {
      "\((value * decimals).rounded() / decimals)"
    }
    print(
      cell("\(result.job.plan.rankCount)", 8), cell(folding.rawValue, 8),
      cell("\(result.eventCount)", 11), cell(fixed(seconds, 1000), 13),
      cell(fixed(Double(result.eventCount) / seconds / 1e6, 10), 12), cell("\(peakMebibytes())", 10),
      "  \(fixed(result.step.time * 1e3, 1000)) ms")
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The largest resident size of the process so far; `getrusage` would count the launching program's too.
  private static func peakMebibytes() -> Int {
    let status = text(of: "/proc/self/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
  }

  private static func text(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1 << 14)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
