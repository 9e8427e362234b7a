import Glibc
import Rehearsal

/// Parallel plans from one tensor group to a million ranks, with every rank's operators events and folded.
///
/// Prints CPU time, peak memory and step time of simulations beside their aims, and checks that folded and unfolded runs
/// give one step time. Exits with 1 where they differ. Arguments pick cases that a name begins with, and a folding:
/// `ScaleBenchmark GPT-3 on`.
@main struct ScaleBenchmark {
  static func main() throws {
    print("Parallel plans (release build, one thread; a simulation from its scenario to its result)\n")
    print(
      "  plan                                ranks  folding      events   CPU s   peak MiB    step s   aim")
    // The catalogue is read once in a process.
    _ = try resolver.job(for: try readScenario(text: cases[2].scenario, file: "benchmark"))
    var agreed = true
    let arguments = CommandLine.arguments.dropFirst()
    for item in cases where arguments.first.map(item.name.hasPrefix) ?? true {
      var times: [Double] = []
      for run in item.runs where arguments.count < 2 || arguments.last == run.folding.rawValue {
        let scenario = try readScenario(text: item.scenario, file: "benchmark")
        // What is over in an instant is run thrice, and the least counts.
        var seconds = Double.infinity
        var last: TrainingResult?
        for _ in 0..<(run.folding == .on ? 3 : 1) {
          let start = cpuSeconds()
          var job = try resolver.job(for: scenario)
          job.folding = run.folding
          job.recordedRanks = 0
          job.recordedIterations = 0
          last = try simulate(job)
          seconds = min(seconds, cpuSeconds() - start)
        }
        let result = last!
        times.append(result.step.time)
        print(
          padded(item.name, 33), cell("\(result.job.plan.rankCount)", 8), cell(run.folding.rawValue, 8),
          cell("\(result.eventCount)", 11), cell(fixed(seconds, 1000), 7), cell("\(peakMebibytes())", 10),
          cell(fixed(result.step.time, 10_000), 9), "  \(run.aim)")
      }
      for time in times.dropFirst() where abs(time - times[0]) > 1e-9 * times[0] { agreed = false }
    }
    print(agreed ? "\nfolded and unfolded runs agree to 1e-9" : "\nANSWERS DIFFER")
    if !agreed { exit(1) }
  }

  private static let resolver = Resolver { path throws(Diagnostics) in
    throw Diagnostics(Diagnostic(.unreadable(path: path, reason: "no files here"), at: .init(file: path)))
  }

  private struct Case {
    var name: String
    var scenario: String
    var runs: [(folding: Folding, aim: String)]
  }

  private static let cases: [Case] = [
    Case(
      name: "32 layers, tensor 8 × data 128",
      scenario: """
        name: b
        model: {layers: 32, hidden: 4096, heads: 32, vocabulary: 51200, context: 2048}
        cluster: {accelerator: A100-SXM-80GB, nodes: 128, accelerators_per_node: 8}
        training: {sequence_length: 2048, micro_batch: 1, steps: 1}
        plan: {tensor: 8}
        """, runs: [(.on, ""), (.ranks, "1 s")]),
    Case(
      name: "the same in rings, every send",
      scenario: """
        name: b
        model: {layers: 32, hidden: 4096, heads: 32, vocabulary: 51200, context: 2048}
        cluster:
          {accelerator: A100-SXM-80GB, nodes: 128, accelerators_per_node: 8, collectives: {tuner: least, all_reduce: ring}}
        training: {sequence_length: 2048, micro_batch: 1, steps: 1}
        plan: {tensor: 8}
        """, runs: [(.on, ""), (.off, "shown")]),
    Case(
      name: "GPT-3 175B, t 8 × p 8 × d 16",
      scenario: """
        name: b
        model: gpt-3-175b
        cluster: {accelerator: A100-SXM-80GB, nodes: 128, accelerators_per_node: 8}
        training: {sequence_length: 2048, micro_batch: 1, global_batch: 1536, steps: 1}
        plan: {tensor: 8, pipeline: 8}
        """, runs: [(.on, "0.1 s"), (.ranks, "30 s, 8 GiB")]),
    Case(
      name: "Llama-3.1 405B, t 8 × p 16",
      scenario: llama(nodes: 16_384), runs: [(.on, "1 s, 1 GiB")]),
    Case(
      name: "Llama-3.1 405B, t 8 × p 16",
      scenario: llama(nodes: 131_072), runs: [(.on, "shown")]),
  ]

  private static func llama(nodes: Int) -> String {
    """
    name: b
    model: llama-3.1-405b
    cluster: {accelerator: H100-SXM-80GB, nodes: \(nodes), accelerators_per_node: 8}
    training: {sequence_length: 8192, micro_batch: 1, gradient_accumulation: 16, steps: 1}
    plan: {tensor: 8, pipeline: 16, zero: 1}
    """
  }

  private static func cell(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
  private static func padded(_ text: String, _ width: Int) -> String {
    "  " + text + String(repeating: " ", count: max(0, width - text.count))
  }
  private static func fixed(_ value: Double, _ decimals: Double) -> String {
    "\((value * decimals).rounded() / decimals)"
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The largest resident size of the process so far; `getrusage` would count the launching program's too.
  private static func peakMebibytes() -> Int {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&buffer, 1, buffer.count, file)
    let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
  }
}
